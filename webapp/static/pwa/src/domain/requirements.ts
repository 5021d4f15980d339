/** What an outcome must rest on, by the kind of the visit: the same rows as `webapp/visits/requirements.py`; `tests/contracts/visit-requirements.json` ties them. */

import type { Outcome } from "./codes";

export const VISIT_KINDS = [
  "home",
  "pairing",
  "group_day",
  "counter",
  "paper",
  "proxy",
  "link",
  "remote_media",
  "recheck",
] as const;
export type VisitKind = (typeof VISIT_KINDS)[number];

export interface Requirement {
  shown: "" | "person" | "person_or_document";
  documents: number;
  ladder: boolean;
  second_reviewer: boolean;
  weaker_proof: boolean;
}

const NOTHING: Requirement = { shown: "", documents: 0, ladder: false, second_reviewer: false, weaker_proof: false };
const PERSON: Requirement = { ...NOTHING, shown: "person" };

/** What every kind asks of an outcome, unless its own row says otherwise. */
const OF_OUTCOME: Partial<Record<Outcome, Requirement>> = {
  eligible: PERSON,
  identity_doubt: PERSON,
  in_care: { ...NOTHING, shown: "person_or_document" },
  unreachable: { ...NOTHING, ladder: true },
};

const OWN: Partial<Record<VisitKind, Partial<Record<Outcome, Requirement>>>> = {
  paper: { eligible: { ...NOTHING, documents: 1, second_reviewer: true, weaker_proof: true } },
  proxy: { eligible: { ...NOTHING, documents: 3, second_reviewer: true, weaker_proof: true } },
  link: { eligible: { ...PERSON, weaker_proof: true } },
  remote_media: { eligible: { ...PERSON, second_reviewer: true, weaker_proof: true } },
};

export function requirementOf(kind: VisitKind, outcome: Outcome): Requirement {
  return OWN[kind]?.[outcome] ?? OF_OUTCOME[outcome] ?? NOTHING;
}
