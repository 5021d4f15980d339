/** What a worker has typed and chosen about one visit so far; it is stored at every step, so that nothing is asked twice. */

import type { Action, Met, Outcome } from "../domain/codes";

/** The outcomes in the order in which they happen at doors. */
export const OUTCOMES_ASKED: readonly Outcome[] = [
  "deceased", "moved_away", "unreachable", "refused", "identity_doubt",
  "imprisoned", "missing", "emigrated", "dependant_lost",
];

/** What an attempt met with, the frequent first; "person" is left out, for then the result itself is recorded. */
export const METS_ASKED: readonly Met[] = [
  "nobody_home", "door_not_opened", "relative_only", "asleep_or_ill",
  "phone_off", "call_answered_by_relative", "number_void", "number_belongs_to_other",
  "in_hospital", "care_home", "travelling_with_children", "moved_address_known", "moved_address_unknown",
  "wrong_address", "address_demolished", "abroad", "refused", "unsafe", "deceased",
];

export const ACTIONS_ASKED: readonly Action[] = [
  "left_note", "asked_neighbour", "asked_relative", "rescheduled",
  "asked_former_employer", "asked_police", "told_agency", "handed_to_colleague",
];

export interface ContactAnswers {
  address?: string;
  phone?: string;
  contact?: string;
}

/** An attempt that is being filled in and not saved yet. */
export interface AttemptAnswers {
  started_at: string;
  met: Met | null;
  action: Action | null;
  note: string;
}

export interface Draft {
  visit_id: string;
  /** When the worker began the visit on this phone. */
  arrived_at: string;
  /** The id of the question that was open last. */
  step: string;
  outcome: Outcome | null;
  details: Record<string, string>;
  /** Whether address and phone still hold; null until it was asked. */
  contact_check: "same" | "changed" | null;
  changes: ContactAnswers;
  note: string;
  attempt: AttemptAnswers | null;
  updated_at: string;
}

export function newDraft(visitId: string, now: Date): Draft {
  return {
    visit_id: visitId,
    arrived_at: now.toISOString(),
    step: "met",
    outcome: null,
    details: {},
    contact_check: null,
    changes: {},
    note: "",
    attempt: null,
    updated_at: now.toISOString(),
  };
}
