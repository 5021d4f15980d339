/** What a worker has typed and chosen about one visit so far; it is stored at every step, so that nothing is asked twice. */

import type { Action, Met, Outcome } from "./codes";
import { mergeChanges } from "./merge";
import type { ResultBody } from "./report";

/** The outcomes in the order in which they happen at doors. */
export const OUTCOMES_ASKED: readonly Outcome[] = [
  "deceased",
  "moved_away",
  "unreachable",
  "refused",
  "identity_doubt",
  "imprisoned",
  "missing",
  "emigrated",
  "dependant_lost",
];

/** What an attempt met with, the frequent first; "person" is left out, for then the result itself is recorded. */
export const METS_ASKED: readonly Met[] = [
  "nobody_home",
  "door_not_opened",
  "relative_only",
  "asleep_or_ill",
  "phone_off",
  "call_answered_by_relative",
  "number_void",
  "number_belongs_to_other",
  "in_hospital",
  "care_home",
  "travelling_with_children",
  "moved_address_known",
  "moved_address_unknown",
  "wrong_address",
  "address_demolished",
  "abroad",
  "refused",
  "unsafe",
  "deceased",
];

export const ACTIONS_ASKED: readonly Action[] = [
  "left_note",
  "asked_neighbour",
  "asked_relative",
  "rescheduled",
  "asked_former_employer",
  "asked_police",
  "told_agency",
  "handed_to_colleague",
];

export interface ContactAnswers {
  address?: string;
  phone?: string;
  contact?: string;
}

/** An attempt that is being filled in and not saved yet. */
export interface AttemptAnswers {
  /** Given when the form opens: a kill between keeping the try and clearing the form must not make it two. */
  attempt_id: string;
  started_at: string;
  met: Met | null;
  action: Action | null;
  /** Of a call: the end of the number, "" for one that is not on record; null until it was asked. */
  number_end: string | null;
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
  /** What was typed for other outcomes: their fields may have the same names and mean other things. */
  set_aside: Partial<Record<Outcome, Record<string, string>>>;
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
    set_aside: {},
    contact_check: null,
    changes: {},
    note: "",
    attempt: null,
    updated_at: now.toISOString(),
  };
}

/** Chooses an outcome, or none yet: its own details come back, those of the outcome before are set aside. */
export function chooseOutcome(draft: Draft, outcome: Outcome | null): Partial<Draft> {
  if (outcome === draft.outcome) return { outcome };
  const set_aside = draft.outcome ? { ...draft.set_aside, [draft.outcome]: draft.details } : draft.set_aside;
  return { outcome, set_aside, details: (outcome && set_aside[outcome]) || {} };
}

/**
 * The draft that this tab shows, with its changes since `base` on top of what another tab stored. The details belong to
 * their outcome: those of the one that was not chosen in the end are set aside, as when it is changed by hand.
 */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): Draft {
  const merged = mergeChanges(base, mine, theirs) as Draft;
  // When the visit began and when it was last changed are no answers.
  const times = {
    arrived_at: [mine.arrived_at, theirs.arrived_at].sort()[0]!,
    updated_at: [mine.updated_at, theirs.updated_at].sort()[1]!,
  };
  if (mine.outcome === theirs.outcome) return { ...merged, ...times };
  const [chosen, other] = merged.outcome === mine.outcome ? [mine, theirs] : [theirs, mine];
  const set_aside = other.outcome ? { ...merged.set_aside, [other.outcome]: other.details } : merged.set_aside;
  return { ...merged, ...times, details: chosen.details, set_aside };
}

/** A draft that begins with what was said the last time, for a result that came back: only what was wrong is answered anew. */
export function draftOf(body: ResultBody, now: Date): Draft {
  const changes = Object.fromEntries(body.contact_changes.map(({ field, value }) => [field, value]));
  const details = Object.entries(body.details).map(([field, value]) => [field, String(value)]);
  return {
    ...newDraft(body.visit_id, now),
    outcome: body.outcome,
    details: Object.fromEntries(details),
    contact_check: body.contact_changes.length ? "changed" : "same",
    changes,
    note: body.note,
  };
}
