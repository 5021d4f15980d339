/** The closed lists of codes, the same words as `webapp/visits/rules.py`; `tests/contracts/visit-rules.json` keeps the two together. */

export const VISIT_STATUSES = ["planned", "assigned", "reported", "returned", "accepted", "cancelled"] as const;
export type VisitStatus = (typeof VISIT_STATUSES)[number];

export const OUTCOMES = [
  "eligible",
  "deceased",
  "imprisoned",
  "missing",
  "emigrated",
  "dependant_lost",
  "moved_away",
  "in_care",
  "unreachable",
  "refused",
  "identity_doubt",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What an attempt met with (domain §A3). */
export const MET = [
  "person",
  "relative_only",
  "nobody_home",
  "door_not_opened",
  "wrong_address",
  "address_demolished",
  "moved_address_known",
  "moved_address_unknown",
  "in_hospital",
  "care_home",
  "travelling_with_children",
  "abroad",
  "deceased",
  "refused",
  "unsafe",
  "asleep_or_ill",
  "phone_off",
  "number_void",
  "number_belongs_to_other",
  "call_answered_by_relative",
] as const;
export type Met = (typeof MET)[number];

/** The codes of `MET` that are calls; every other attempt is a visit to the door. */
export const CALLS: readonly Met[] = ["phone_off", "number_void", "number_belongs_to_other", "call_answered_by_relative"];

/** After one of these nobody learns anything by dialling the number again. */
export const DEAD_ENDS: readonly Met[] = ["number_void", "number_belongs_to_other"];

/** What was done after an attempt (domain §A3). */
export const ACTIONS = [
  "rescheduled",
  "asked_neighbour",
  "asked_relative",
  "asked_former_employer",
  "asked_police",
  "left_note",
  "told_agency",
  "handed_to_colleague",
] as const;
export type Action = (typeof ACTIONS)[number];

export const CAPTURE_KINDS = ["photo", "video", "signature", "document", "audio"] as const;
export type CaptureKind = (typeof CAPTURE_KINDS)[number];

/** What the pensioner is asked to do with the code; the order is part of the contract. */
export const CHALLENGE_ACTIONS = ["hold_code", "say_number", "turn_head", "raise_fingers"] as const;
export type ChallengeAction = (typeof CHALLENGE_ACTIONS)[number];

export const CONTACT_FIELDS = ["address", "phone", "contact"] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

/** What the phone itself notes in a record's `flags`; never a refusal. */
export const CAPTURE_FLAGS = [
  "picker",
  "no_ticket",
  "no_position",
  "position_coarse",
  "position_old",
  "looks_blank",
  "looks_dark",
  "no_sound",
  "challenge_skipped",
  "recording_recovered",
  "position_odd",
] as const;
export type CaptureFlag = (typeof CAPTURE_FLAGS)[number];
