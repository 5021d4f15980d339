/** What the outbox and the state of sending say. */

import type { CaptureKind } from "./codes";

/**
 * saved → queued → sending → received → verified → accepted | returned; `refused` keeps the work and its code; `aside`: the
 * office has it and keeps it apart for a person to judge.
 */
export type SendState =
  "saved" | "queued" | "sending" | "received" | "verified" | "accepted" | "returned" | "conflict" | "refused" | "aside";

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
