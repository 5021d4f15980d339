/** What the screens ask of store, sync and net, in one place, so that a screen can be drawn on a bench without any of them. */

import type { CaptureOrder, Challenge, SavedCapture, ShotFacts } from "../domain/capture";
import type { Case } from "../domain/pack";
import type { Attempt } from "../domain/report";
import type { OutboxItem, SyncState } from "../domain/sending";
import type { EnrolForm, NewPhone, PasswordNotice } from "../domain/session";
import type { Topic } from "../domain/topics";
import type { CaptureKind } from "../domain/codes";
import type { Draft } from "../domain/draft";

export interface SessionView {
  worker_id: string;
  /** False until the first page of the list has come: no visits then means nothing. */
  has_list: boolean;
  name: string;
  area: string;
  /** False when the office has ended the session: work goes on and is kept, sending waits for a new sign-in. */
  signed_in: boolean;
  /** True while the office gives out no list because somebody else set the password. */
  password_due: boolean;
}

/** `todo`: nothing recorded yet · `done`: a result is on this phone or at the office · `returned`: to be done again. */
export type VisitStage = "todo" | "returned" | "done";

export interface VisitView extends Case {
  stage: VisitStage;
  /** Earlier tries, of the office's list and of this phone. */
  attempts: Attempt[];
  /** Why the office's rules refused the last result, until a corrected one is saved. */
  refused: OutboxItem["error"];
  /** True when something was begun on this phone and not finished. */
  begun: boolean;
}

export interface CaptureView extends SavedCapture {
  /** True once this phone has itself checked the receipt of every file. */
  verified: boolean;
  /** True where a result names it that the office gave back: no clock tells, for the phone's and the office's differ. */
  is_older: boolean;
  /** Null when the original is at the office, verified, and deleted here. */
  open: () => Promise<Blob | null>;
}

export interface OutboxRow {
  item: OutboxItem;
  person: string;
}

export interface SyncView extends SyncState {
  unsent: number;
  refused: number;
  /** When the oldest unsent thing was recorded. */
  waiting_since: string | null;
  /** Unsent work on this phone that belongs to other workers. */
  of_others: number;
}

/** A film that was being recorded, or a shot that was not decided about, when the app was ended. */
export interface Unfinished {
  recording_id: string;
  visit_id: string;
  mime: string;
  slices: number;
  about: ShotFacts | null;
}

export interface SessionPorts {
  /** Of the worker whose work this page shows. */
  session(): Promise<SessionView | null>;
  /** Turns the page to whoever is signed in now; only when nothing unsaved is on it. */
  followSession(): Promise<void>;
  /** Rejects with a `code` that the texts have a sentence for. */
  enrol(form: EnrolForm): Promise<void>;
  signOut(): Promise<void>;
  /** Rejects with a `code` that the texts have a sentence for; then the old password holds. */
  changePassword(present: string, wanted: string): Promise<void>;
  /** That somebody else set this worker's password, until it is put away. */
  passwordNotice(): Promise<PasswordNotice | null>;
  putNoticeAway(notice: PasswordNotice): Promise<void>;
  /** Phones that signed in with this account and that the worker was not asked about. */
  newPhones(): Promise<NewPhone[]>;
  /** Rejects when the office could not be told; then nothing has changed. */
  answerForPhone(deviceKid: string, isOwn: boolean): Promise<void>;
}

export interface VisitPorts {
  visits(): Promise<VisitView[]>;
  visit(visitId: string): Promise<VisitView | null>;
  lastPicture(personId: string): Promise<Blob | null>;
  saveAttempt(visitId: string, attempt: Attempt): Promise<void>;
  /** Rejects with a stable `code` (and `field`) when the rules forbid the result. */
  saveResult(draft: Draft, details: Record<string, string>, attempt: Attempt | null): Promise<void>;
  /** Where the worker was, for a start after the phone killed the app. */
  place(): Promise<string | null>;
  keepPlace(path: string): Promise<void>;
}

export interface DraftPorts {
  draft(visitId: string): Promise<Draft | null>;
  /** Stores what was changed since `base`, the draft as it was last read or stored (null: never), on top of what other tabs stored; resolves with what is stored now, null when the visit was finished meanwhile. */
  keepDraft(draft: Draft, base: Draft | null): Promise<Draft | null>;
  /** Stores the draft that a visit starts with, unless there is one: empty, or with the answers of a result that came back. */
  beginDraft(visitId: string): Promise<void>;
}

export interface CapturePorts {
  challenge(visitId: string): Promise<Challenge | null>;
  captures(visitId: string): Promise<CaptureView[]>;
  /** Settles only after bytes, record and signature are stored in one transaction; rejects with the store's `trouble`. */
  saveCapture(order: CaptureOrder): Promise<CaptureView>;
  beginVideo(visitId: string, mime: string): Promise<string>;
  addSlice(recordingId: string, number: number, blob: Blob): Promise<void>;
  takeVideo(recordingId: string): Promise<Blob>;
  dropVideo(recordingId: string): Promise<void>;
  /** Keeps a shot that the worker has not decided about, so that it outlives the app; the id is that of a recording. */
  keepUndecided(visitId: string, shot: ShotFacts & { blob: Blob; mime: string }): Promise<string>;
  unfinished(visitId: string, use: CaptureKind): Promise<Unfinished | null>;
}

export interface OutboxPorts {
  outbox(): Promise<OutboxRow[]>;
  retry(itemId: string): Promise<void>;
  exportUnsent(): Promise<Blob>;
  /** When this phone found that the office had gone back to a backup, as the office itself recorded; null if it never did. */
  restoredAt(): Promise<string | null>;
}

export interface SyncPorts {
  sync(): SyncView;
  /** Resolves when that run has ended, however it went. */
  syncNow(): Promise<void>;
  /** Calls back when the state of sending changes, which may be many times a second. */
  watchSync(changed: () => void): () => void;
}

export interface StoragePorts {
  /** How much unsent work was lost when the browser threw the database away; null when it did not. */
  vanished(): Promise<{ unsent: number } | null>;
  forgetVanished(): void;
  /** Calls back after any change of what is stored, in this tab or another. */
  watch(topics: readonly Topic[], changed: () => void): () => void;
}

export interface UpdatePorts {
  build: string;
  /** Calls back once a new version waits, or when another tab has already started it. */
  onUpdate(ready: () => void): () => void;
  applyUpdate(): void;
}

/** All that a screen may ask for; a part that needs less takes the interfaces that it needs. */
export interface Ports
  extends SessionPorts, VisitPorts, DraftPorts, CapturePorts, OutboxPorts, SyncPorts, StoragePorts, UpdatePorts {}
