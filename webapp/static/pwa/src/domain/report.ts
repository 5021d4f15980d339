/** What the worker found: attempts, results, and the draft of one. */

import type { PositionReading } from "./capture";
import type { Action, ContactField, Met, Outcome } from "./codes";

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
