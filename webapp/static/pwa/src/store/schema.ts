/** The stores of the phone's database, and its numbered upgrades, each with its reason; forward only. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { CaptureKind } from "../domain/codes";
import type { Bytes } from "../domain/bytes";
import type { MediaFact, ShotFacts } from "../domain/capture";
import type { OutboxItem } from "../domain/sending";
import type { Worker } from "../domain/session";

/** What only the key of one worker's vault can read. */
export interface Sealed {
  iv: Bytes;
  data: ArrayBuffer;
}

/** One worker on this phone: the key never leaves it; the chain's head moves only with a saved capture. */
export interface SessionRow {
  worker_id: string;
  worker: Worker;
  device_kid: string;
  token: string | null;
  private_key: CryptoKey;
  public_key: JsonWebKey;
  enrolled_at: string;
  seq: number;
  prev: string;
  cursor: string;
  /** Visits that lie here and that a list which begins from nothing has not named yet; what is left at its end is gone. */
  unnamed?: string[];
}

export interface TicketRow {
  ticket_id: string;
  worker_id: string;
  device_kid: string;
  ticket: string;
  sha256: string;
  expires_at: string;
  /** By the phone's corrected clock, milliseconds since 1970. */
  fetched_at: number;
  challenge_seed: string;
}

export interface CaptureRow {
  capture_id: string;
  worker_id: string;
  visit_id: string;
  kind: CaptureKind;
  device_kid: string;
  seq: number;
  record: Bytes;
  record_sha256: string;
  signature: string;
  saved_at: string;
  media: MediaFact[];
}

/** A file's bytes: a Blob, or a buffer where the browser refuses Blobs. */
export interface MediaRow {
  item_id: string;
  capture_id: string;
  worker_id: string;
  mime: string;
  bytes: Blob | ArrayBuffer;
}

export interface ReceiptRow {
  receipt_id: string;
  capture_id: string;
  worker_id: string;
  text: string;
  verified_at: string;
}

/** A result or a batch of attempts; its words are sealed, for they name people. */
export interface ReportRow {
  report_id: string;
  worker_id: string;
  visit_id: string;
  type: "result" | "attempts";
  sealed: Sealed;
  created_at: string;
}

export interface RecordingRow {
  recording_id: string;
  worker_id: string;
  visit_id: string;
  mime: string;
  started_at: string;
  /** Of a picture that was taken and not decided about: what is known of it. A film has none. */
  about?: ShotFacts;
}

export interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  sessions: { key: string; value: SessionRow };
  vault: { key: string; value: CryptoKey };
  cases: { key: [string, number]; value: { worker_id: string; bucket: number; sealed: Sealed } };
  photos: { key: [string, string]; value: { worker_id: string; person_id: string; path: string; sealed: Sealed } };
  drafts: { key: [string, string]; value: { worker_id: string; visit_id: string; sealed: Sealed } };
  tickets: { key: string; value: TicketRow; indexes: { worker: string } };
  captures: { key: string; value: CaptureRow; indexes: { visit: string; worker: string } };
  media: { key: string; value: MediaRow };
  outbox: { key: string; value: OutboxItem; indexes: { visit: string; worker: string } };
  receipts: { key: string; value: ReceiptRow; indexes: { capture: string } };
  reports: { key: string; value: ReportRow; indexes: { visit: string } };
  recordings: { key: string; value: RecordingRow };
  slices: { key: [string, number]; value: { recording_id: string; number: number; bytes: Blob | ArrayBuffer } };
}

export type StoreName = StoreNames<Schema>;
export type Database = IDBPDatabase<Schema>;
type UpgradeTransaction = IDBPTransaction<Schema, StoreName[], "versionchange">;
type Upgrade = (database: Database, transaction: UpgradeTransaction) => void;

/**
 * Upgrade n leads from version n−1 to n. A landed one is never edited, for phones in the field hold every earlier form;
 * whoever adds one keeps unsent work readable and writes the reason here.
 */
export const UPGRADES: readonly Upgrade[] = [
  // 1: the first form.
  (database) => {
    for (const name of ["meta", "vault"] as const) database.createObjectStore(name);
    database.createObjectStore("sessions", { keyPath: "worker_id" });
    database.createObjectStore("cases", { keyPath: ["worker_id", "bucket"] });
    database.createObjectStore("photos", { keyPath: ["worker_id", "person_id"] });
    database.createObjectStore("drafts", { keyPath: ["worker_id", "visit_id"] });
    database.createObjectStore("tickets", { keyPath: "ticket_id" }).createIndex("worker", "worker_id");
    const captures = database.createObjectStore("captures", { keyPath: "capture_id" });
    captures.createIndex("visit", "visit_id");
    captures.createIndex("worker", "worker_id");
    database.createObjectStore("media", { keyPath: "item_id" });
    const outbox = database.createObjectStore("outbox", { keyPath: "item_id" });
    outbox.createIndex("visit", "visit_id");
    outbox.createIndex("worker", "worker_id");
    database.createObjectStore("receipts", { keyPath: "receipt_id" }).createIndex("capture", "capture_id");
    database.createObjectStore("reports", { keyPath: "report_id" }).createIndex("visit", "visit_id");
    database.createObjectStore("recordings", { keyPath: "recording_id" });
    database.createObjectStore("slices", { keyPath: ["recording_id", "number"] });
  },
];

export const VERSION = UPGRADES.length;
