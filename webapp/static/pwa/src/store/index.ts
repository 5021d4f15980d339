/** The door of the store: what screens and sync may call. Nothing else in the phone touches IndexedDB. */

export { StoreError, type StoreTrouble } from "./errors";
export { openStore, onStoreReplaced, vanished, forgetVanished } from "./db";
export { watch } from "./changes";
export { currentSession, followSession, listSessions, type Session } from "./sessions";
export { newPhones } from "./new-phones";
export { isPasswordDue, passwordNotice, putNoticeAway } from "./passwords";
export { listCases, readCase } from "./cases";
export { changeDraft, listDrafts, readDraft, removeDraft, readPlace, writePlace } from "./drafts";
export { saveCapture } from "./save-capture";
export { capturesOf, capturesToRestOn, openMedia, readCapture } from "./captures";
export {
  beginRecording,
  dropRecording,
  finishRecording,
  keepShot,
  keepSlice,
  unfinishedRecordings,
  type Recording,
} from "./recordings";
export { challengeFor } from "./tickets";
export { saveAttempts, saveResult, attemptsOf, judge, resultsOf, RuleBroken, type SavedResult } from "./results";
export { countOutbox, listOutbox, retryNow } from "./outbox";
export { photoOf } from "./photos";
export { readLimits, readServerOffset, readSetting, writeSetting } from "./settings";
export { exportUnsent } from "./export";
