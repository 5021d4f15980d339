/** The door of the store: what screens and sync may call. Nothing else in the phone touches IndexedDB. */

export { StoreError, type StoreTrouble } from "./errors";
export { openStore, onStoreReplaced, vanished, forgetVanished } from "./db";
export { watch, type Topic } from "./changes";
export { currentSession, listSessions, type Session } from "./sessions";
export { listCases, readCase } from "./cases";
export { listDrafts, readDraft, removeDraft, writeDraft, readPlace, writePlace } from "./drafts";
export { saveCapture } from "./save-capture";
export { capturesOf, openMedia, readCapture } from "./captures";
export { beginRecording, dropRecording, finishRecording, keepSlice, unfinishedRecordings, type Recording } from "./recordings";
export { challengeFor } from "./tickets";
export { saveAttempts, saveResult, attemptsOf, resultsOf, type SavedResult } from "./results";
export { countOutbox, listOutbox, retryNow } from "./outbox";
export { photoOf } from "./photos";
export { readLimits, readServerOffset, readSetting, writeSetting } from "./settings";
export { exportUnsent } from "./export";
/*
 * Signatures (all asynchronous ones throw StoreError; `trouble` = "full" | "vanished" | "closed" | "blocked" | "not_found" | "broken").
 *
 * store/index.ts
 *   openStore(): Promise<void>                                   open early; later calls reconnect by themselves
 *   onStoreReplaced(fn: () => void): void                        another tab upgraded the database: ask for a reload
 *   vanished(): boolean · forgetVanished(): void                 there was a database on this phone and it is gone
 *   watch(topics: Topic[], fn: () => void): () => void           Topic = "session" | "cases" | "drafts" | "captures" | "outbox" | "tickets" | "settings"; over all tabs
 *   currentSession(): Promise<Session | null>                    Session {worker: Worker, device_kid, signed_in: boolean, enrolled_at}
 *   listCases(): Promise<Case[]> · readCase(visit_id): Promise<Case | null>
 *   readDraft(visit_id): Promise<Draft | null> · writeDraft(draft) · removeDraft(visit_id) · listDrafts(): Promise<Draft[]>
 *   readPlace(): Promise<string | null> · writePlace(path: string | null)
 *   saveCapture(input: CaptureInput): Promise<SavedCapture>      one transaction; resolved means saved on this phone
 *   capturesOf(visit_id): Promise<SavedCapture[]> · readCapture(capture_id) · openMedia(capture_id, sha256): Promise<Blob | null> (null: original already verified on the server and deleted)
 *   beginRecording({visit_id, mime}): Promise<string> · keepSlice(recording_id, n, blob) · finishRecording(recording_id): Promise<Blob> · unfinishedRecordings(): Promise<Recording[]> · dropRecording(recording_id)
 *   challengeFor(visit_id): Promise<Challenge | null>            the same for all captures of a visit while its ticket lives; null: no valid ticket
 *   saveAttempts(visit_id, attempts: Attempt[]): Promise<void>   an attempt without a result: queued
 *   saveResult(input: ResultInput): Promise<SavedResult>         throws RuleBroken{code, field} when the rules forbid it; removes the draft in the same transaction
 *   attemptsOf(visit_id): Promise<Attempt[]>                     of the pack and of this phone, earliest first, each once
 *   resultsOf(visit_id): Promise<SavedResult[]>                  {body: ResultBody, state, error, words}
 *   listOutbox(): Promise<OutboxItem[]> (newest first, of the current worker) · countOutbox(): Promise<OutboxCounts> · retryNow(item_id?: string)
 *   photoOf(person_id): Promise<Blob | null>                     last year's small picture
 *   readLimits(): Promise<Limits> · readServerOffset(): Promise<number | null> · readSetting<T>(key): Promise<T | null> · writeSetting(key, value)
 *   exportUnsent(): Promise<Blob>                                a stored zip: records, signatures, media, results
 *
 * sync/index.ts
 *   startSync(): void (once, on load) · syncNow(): Promise<void> (button) · nudge(): void (after each save)
 *   syncState(): SyncState · watchSync(fn: (state: SyncState) => void): () => void
 *   enrol({username, password, otp?, name}): Promise<Session> (throws NetError: kind "offline" | "problem", code) · signOut(): Promise<void> (keeps all unsent work)
 *   registerWorker({mayReload: () => boolean, onWaiting: () => void}): Promise<void> · applyUpdate(): Promise<boolean> (false while mayReload() says no)
 *
 * domain/*
 *   rules.ts      judgeResult({outcome, details, captures, attempts}): {code, field} (code null: allowed) · ladder(attempts): LadderStep[] {step, done, have, need} · REQUIRED_DETAILS
 *   due.ts        dueState(due_on, today): "overdue" | "near" | "due" | "later" · daysLeft · todayInZibo(now)
 *   places.ts     toGcj02 · toBd09 · distanceMetres(a, b) · bearing · mapLinks({lat, lon, name, address}): {amap, baidu, tencent} · nearness(...)
 *   search.ts     buildIndex(cases) → search(index, query): Case[]
 *   uuid7.ts      uuid7()
 */
