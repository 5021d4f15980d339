/** The questions of a result, one a screen, by outcome; which details an outcome needs is decided by the rules, here is only how they are asked. */

import type { Outcome } from "../../domain/codes";
import { hasDocument, judgeDays, showsPerson, type CaptureFact, type Known } from "../../domain/rules";
import type { Draft } from "../../domain/draft";
import type { CaptureView } from "../../app/ports";

/** What a step of pictures asks for. */
export type Need = "person" | "person_or_document" | "none";
export type FieldKind = "text" | "long" | "date" | "tel";

export interface Ask {
  field: string;
  kind: FieldKind;
  required?: true;
}

/** A field that is asked as well, unless one of the choices makes it idle. */
export interface More {
  field: string;
  unless: string;
}

export type Question =
  | { id: string; kind: "met" | "outcome" | "ladder" | "contact" | "note" | "review" }
  | { id: string; kind: "pictures"; need: Need }
  | { id: string; kind: "choice"; field: string; choices: readonly string[]; required?: true; more?: More }
  | { id: string; kind: "fields"; asks: readonly Ask[] };

const person: Question = { id: "pictures", kind: "pictures", need: "person" };
const proof: Question = { id: "pictures", kind: "pictures", need: "none" };
const identity: Question = {
  id: "identity",
  kind: "choice",
  field: "identity_document",
  choices: ["id_card", "social_card", "household_register", "none_seen"],
  more: { field: "identity_last4", unless: "none_seen" },
};
const informant: Question = {
  id: "informant",
  kind: "fields",
  asks: [
    { field: "informant", kind: "text" },
    { field: "informant_relation", kind: "text" },
    { field: "informant_phone", kind: "tel" },
  ],
};

const fields = (id: string, ...asks: Ask[]): Question => ({ id, kind: "fields", asks });
const must = (field: string, kind: FieldKind): Ask => ({ field, kind, required: true });
const may = (field: string, kind: FieldKind): Ask => ({ field, kind });

const BY_OUTCOME: Record<Outcome, readonly Question[]> = {
  eligible: [person, identity, { id: "contact", kind: "contact" }],
  in_care: [
    { id: "pictures", kind: "pictures", need: "person_or_document" },
    fields("institution", must("institution", "text"), may("room", "text"), may("institution_phone", "tel")),
  ],
  deceased: [
    fields("death_date", must("date", "date"), may("place", "text")),
    {
      id: "source",
      kind: "choice",
      field: "source",
      choices: [
        "death_certificate",
        "cremation_certificate",
        "register_cancelled",
        "family_says",
        "neighbour_says",
        "gravestone",
      ],
      required: true,
    },
    informant,
    proof,
  ],
  imprisoned: [fields("prison", must("place", "text"), may("from", "date"), may("to", "date")), proof],
  missing: [fields("missing_since", must("since", "date"), may("last_seen", "long")), proof],
  emigrated: [fields("country", must("country", "text"), may("since", "date")), proof],
  dependant_lost: [
    {
      id: "lost_reason",
      kind: "choice",
      field: "reason",
      choices: ["of_age", "employed", "remarried", "adopted"],
      required: true,
    },
    fields("lost_date", must("date", "date")),
    proof,
  ],
  moved_away: [
    fields("new_address", must("address", "long"), may("phone", "tel")),
    fields("who_said", must("informant", "text"), may("informant_relation", "text"), may("informant_phone", "tel")),
  ],
  unreachable: [{ id: "ladder", kind: "ladder" }, proof],
  refused: [fields("refusal", must("words", "long"), may("witness", "text"))],
  identity_doubt: [person, fields("doubt", must("differs", "long"))],
};

const FIRST: Question = { id: "met", kind: "met" };
const WHICH: Question = { id: "outcome", kind: "outcome" };
const LAST: readonly Question[] = [
  { id: "note", kind: "note" },
  { id: "review", kind: "review" },
];
const MET_IN_PERSON: readonly Outcome[] = ["eligible", "in_care"];

/** All questions of a draft in their order; until an outcome is chosen, only the first one. */
export function questionsOf(draft: Draft): readonly Question[] {
  if (!draft.outcome) return draft.step === "outcome" ? [FIRST, WHICH] : [FIRST];
  const which = MET_IN_PERSON.includes(draft.outcome) ? [] : [WHICH];
  return [FIRST, ...which, ...BY_OUTCOME[draft.outcome], ...LAST];
}

/** `today` is the day in Zibo, YYYY-MM-DD. */
export function isAnswered(
  question: Question,
  draft: Draft,
  captures: readonly CaptureFact[],
  today: string,
  known: Known = {},
): boolean {
  if (question.kind === "fields") {
    return (
      !hasFault(question, draft, today, known) &&
      question.asks.every((ask) => !ask.required || Boolean(draft.details[ask.field]?.trim()))
    );
  }
  if (question.kind === "choice") return !question.required || Boolean(draft.details[question.field]);
  if (question.kind === "pictures") return hasNeeded(question.need, captures);
  if (question.kind === "contact")
    return draft.contact_check === "same" || (draft.contact_check === "changed" && hasChange(draft));
  return true;
}

/** The code of what is wrong with the day in a field, or null. */
export function faultOf(field: string, { outcome, details }: Draft, today: string, known: Known = {}): string | null {
  const fault = outcome && judgeDays(outcome, details, today, known);
  return fault && fault.field === field ? fault.code : null;
}

export function hasFault(question: Question, draft: Draft, today: string, known: Known = {}): boolean {
  return question.kind === "fields" && question.asks.some(({ field }) => faultOf(field, draft, today, known) !== null);
}

/** "Something has changed" without saying what would be lost on the way. */
function hasChange({ changes }: Draft): boolean {
  return Object.values(changes).some((value) => Boolean((value as string | undefined)?.trim()));
}

export function hasNeeded(need: Need, captures: readonly CaptureFact[]): boolean {
  if (need === "none") return true;
  return showsPerson(captures) || (need === "person_or_document" && hasDocument(captures));
}

/** Only the details that the chosen outcome asks for; those of an outcome chosen before stay behind. */
export function detailsOf(draft: Draft): Record<string, string> {
  const asked = questionsOf(draft).flatMap((question) => {
    if (question.kind === "fields") return question.asks.map((ask) => ask.field);
    return question.kind === "choice" ? [question.field, ...(asksMore(question, draft) ? [question.more.field] : [])] : [];
  });
  const given = asked.map((field): [string, string] => [field, draft.details[field]?.trim() ?? ""]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/** What the rules need to know of a capture. */
export function factOf({ kind, media }: CaptureView): CaptureFact {
  return { kind, duration_ms: media[0]?.duration_ms ?? null };
}

type ChoiceQuestion = Extract<Question, { kind: "choice" }>;

export function asksMore(question: ChoiceQuestion, draft: Draft): question is ChoiceQuestion & { more: More } {
  const chosen = draft.details[question.field];
  return Boolean(question.more && chosen && chosen !== question.more.unless);
}
