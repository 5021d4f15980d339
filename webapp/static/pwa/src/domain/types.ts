/** The shapes that travel between the rooms of the phone: the pack, captures, results, and what the outbox says of them. */

import type { Action, CaptureFlag, CaptureKind, ChallengeAction, ContactField, Met, Outcome, VisitStatus } from "./codes";

/** Bytes in a buffer of their own, as WebCrypto and IndexedDB want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

// What comes in the pack (design §4).

export interface PackVisit {
  visit_id: string;
  kind: string;
  person_id: string;
  subject_ref: string;
  /** A calendar day, YYYY-MM-DD, in Zibo. */
  due_on: string;
  window: { from: string | null; to: string | null } | null;
  status: VisitStatus;
  assigned_at: string | null;
  note: string;
  returned: { words: string; at: string } | null;
  /** Which results of this worker's the office has, and where each stands; offices of before do not say. */
  results?: OfficeResult[];
  attempts?: Attempt[];
}

export interface OfficeResult {
  result_id: string;
  /** `returned` and `superseded` answer the visit no longer. */
  state: string;
}

export interface Contact {
  name: string;
  relation: string;
  phone: string | null;
}

export interface Place {
  lat: number;
  lon: number;
  accuracy_m: number | null;
}

export interface Person {
  person_id: string;
  name: string;
  masked_number: string;
  birth_year: number | null;
  /** The day on which the person was last seen and accepted; packs of before do not say. */
  last_seen_on?: string | null;
  sex: string | null;
  address: string;
  area: string;
  is_rural?: boolean;
  phones: string[];
  contacts: Contact[];
  location: Place | null;
  /** The address of last year's picture, or null. */
  photo: string | null;
}

/** One visit with its person, as the screens list it. */
export interface Case {
  visit: PackVisit;
  person: Person;
  /** Set when the office took the visit away while work of it was still on this phone. */
  removed: { reason: string; at: string } | null;
}

export interface Limits {
  photo_max_bytes: number;
  video_max_bytes: number;
  record_max_bytes: number;
  video_max_s: number;
  near_town_m: number;
  near_village_m: number;
  ticket_count: number;
}

export interface Pack {
  cursor: string;
  next: string | null;
  /** That this page begins from nothing: what it and the following ones do not name is no longer the worker's. */
  anew?: boolean;
  visits: PackVisit[];
  people: Person[];
  removed: { visit_id: string; reason: string }[];
  codes: unknown;
  settings: Partial<Limits> | null;
  checkpoint: string;
  /** Phones in the worker's name that the worker was not asked about; offices of before do not send them. */
  new_phones?: NewPhone[];
  /** That somebody else set the worker's password, for a while after it. */
  password_notice?: PasswordNotice | null;
}

export interface PasswordNotice {
  at: string;
  /** A name, or null for whoever runs the server. */
  by: string | null;
}

export interface NewPhone {
  device_kid: string;
  name: string;
  enrolled_at: string;
}

export interface Worker {
  id: string;
  name: string;
  role: string;
  area: string;
}

export interface EnrolForm {
  username: string;
  password: string;
  otp?: string;
  /** What the office's list of devices calls this phone. */
  name: string;
}

/** What may be followed as it changes on this phone. */
export type Topic = "session" | "cases" | "drafts" | "captures" | "outbox" | "tickets" | "settings";

// Place and time of a capture.

export interface PositionSample {
  lat: number;
  lon: number;
  /** Null when the phone gave one beyond reason. */
  accuracy_m: number | null;
  altitude_m: number | null;
  speed: number | null;
  heading: number | null;
  /** RFC 3339; null when the phone gave no time or one outside 1970 to 2200. */
  at: string | null;
}

export type PositionReading =
  | { samples: PositionSample[]; age_ms: number }
  | { error: "denied" | "unavailable" | "timeout" };

export interface ClockReading {
  wall: string;
  monotonic_ms: number | null;
  time_origin: string | null;
  tz: string;
  server_offset_ms: number | null;
}

/** The code and the action to ask for, with the ticket that they grew from. */
export interface Challenge {
  code: string;
  action: ChallengeAction;
  ticket: { id: string; sha256: string };
}

// A capture.

export interface MediaInput {
  blob: Blob;
  mime: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: "camera" | "picker" | "microphone";
}

/** One file as the record promises it; `bytes` is its size. */
export interface MediaFact {
  sha256: string;
  bytes: number;
  mime: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: MediaInput["source"];
}

/** What the screen of a capture hands over. */
export interface CaptureOrder {
  visit_id: string;
  kind: CaptureKind;
  media: MediaInput[];
  position: PositionReading;
  challenge: Challenge | null;
  flags: CaptureFlag[];
  /** The recording whose slices the video was made of; they go in the same transaction. */
  recording_id?: string | null;
}

/** An order with what the record says besides: whom it shows, when, and by which app. */
export interface CaptureInput extends CaptureOrder {
  subject_ref: string;
  clock: ClockReading;
  app_build: string;
}

/** What goes into the record of a shot besides its bytes. */
export interface ShotFacts {
  kind: CaptureKind;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: "camera" | "picker";
  flags: CaptureFlag[];
}

export interface SavedCapture {
  capture_id: string;
  visit_id: string;
  worker_id: string;
  kind: CaptureKind;
  seq: number;
  record_sha256: string;
  /** The phone's wall clock, RFC 3339. */
  saved_at: string;
  media: MediaFact[];
}

// What the worker found.

export interface Attempt {
  attempt_id: string;
  started_at: string;
  ended_at?: string | null;
  met: Met;
  action: Action | null;
  /** Which number a call went to, by its last four digits; "" is a number that is not on record. */
  number_end?: string | null;
  note: string;
  position?: PositionReading | null;
}

export interface ContactChange {
  field: ContactField;
  value: string;
}

export interface ResultInput {
  visit_id: string;
  outcome: Outcome;
  attempts: Attempt[];
  captures: { capture_id: string; record_sha256: string }[];
  details: Record<string, unknown>;
  contact_changes: ContactChange[];
  note: string;
}

export interface ResultBody extends ResultInput {
  result_id: string;
  decided_at: string;
}

/** A draft as it is stored, kept at every step; what the store need not understand travels as `answers`. */
export interface StoredDraft {
  visit_id: string;
  step: string;
  arrived_at: string | null;
  answers: Record<string, unknown>;
  attempts: Attempt[];
  capture_ids: string[];
  updated_at: string;
}

// What the outbox says.

/**
 * saved → queued → sending → received → verified → accepted | returned; `refused` keeps the work and its code; `aside`: the
 * office has it and keeps it apart for a person to judge.
 */
export type SendState = "saved" | "queued" | "sending" | "received" | "verified" | "accepted" | "returned" | "conflict" | "refused" | "aside";
export type ItemType = "record" | "media" | "attempts" | "result";

export interface SendError {
  code: string;
  detail: string;
  at: string;
  /** Why the office's system could not take it just now, where that is all that is wrong. */
  trouble?: Trouble | null;
}

export interface OutboxItem {
  item_id: string;
  worker_id: string;
  visit_id: string;
  type: ItemType;
  /** The capture of a record or a file, the result, or the batch of attempts. */
  ref: string;
  kind: CaptureKind | null;
  state: SendState;
  /** Of a file: its hash, its size in bytes, and how many of them the server has said it holds. */
  sha256: string | null;
  size_bytes: number;
  sent_bytes: number;
  created_at: string;
  /** Failed tries since the last progress. */
  tries: number;
  /** Not before this instant (milliseconds since 1970). */
  next_at: number;
  error: SendError | null;
  upload_url: string | null;
  /** The reviewer's words on a returned result. */
  words: string | null;
}

export interface OutboxCounts {
  /** Things that the server has not yet received whole. */
  unsent: number;
  unsent_bytes: number;
  /** When the oldest unsent thing was saved; null when there is none. */
  waiting_since: string | null;
  refused: number;
  /** Unsent work on this phone that belongs to other workers. */
  of_others: number;
}

export type Link = "online" | "offline" | "unknown";
/**
 * What keeps a request from the office: `portal` a network that first wants a sign-in of its own, `blocked` a box that does
 * not let it through, `clock` a date under which no certificate holds, `unreachable` a network without the office; and of
 * the office's system: `busy` (too many at once), `maintenance` (it or what stands before it is starting), `office_full`,
 * `server` (a fault).
 */
export type Trouble = "portal" | "blocked" | "clock" | "unreachable" | "busy" | "maintenance" | "office_full" | "server";
export type SyncTrouble = Trouble | "password_due" | "signed_out" | "not_allowed" | "journal_broken" | "storage_full" | null;

export interface SyncState {
  running: boolean;
  link: Link;
  /** When the server last answered, RFC 3339. */
  last_contact: string | null;
  /** Server minus phone in milliseconds at the best contact, or null before the first. */
  server_offset_ms: number | null;
  trouble: SyncTrouble;
  /** What it is doing now. */
  stage: "idle" | "checkpoint" | "tickets" | "records" | "media" | "results" | "receipts" | "pack";
}
