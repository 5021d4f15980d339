/** What a result must rest on: the same rules, in the same order, as `webapp/visits/rules.py`; `tests/contracts/visit-rules.json` is read by both. */

import { CALLS, DEAD_ENDS, type Action, type CaptureKind, type Met, type Outcome } from "./codes";
import { areInOrder, isAfter, isBefore, isDate } from "./detail-days";
import { requirementOf, type VisitKind } from "./requirements";
import { zibo } from "./zibo";

export const MIN_VIDEO_MS = 5_000;
const CALLS_PER_NUMBER = 3;

/** The data that an outcome cannot do without (domain §A2). */
export const REQUIRED_DETAILS: Record<Outcome, readonly string[]> = {
  eligible: [],
  deceased: ["date", "source"],
  imprisoned: ["place"],
  missing: ["since"],
  emigrated: ["country"],
  dependant_lost: ["reason", "date"],
  moved_away: ["address", "informant"],
  in_care: ["institution"],
  unreachable: [],
  refused: ["words"],
  identity_doubt: ["differs"],
};

/** The details that say since when something is so: none can lie ahead. */
export const PAST_DAYS: Partial<Record<Outcome, readonly string[]>> = {
  deceased: ["date"],
  imprisoned: ["from"],
  missing: ["since"],
  emigrated: ["since"],
  dependant_lost: ["date"],
  moved_away: ["since"],
  in_care: ["since"],
};

/** What cannot have begun before the day on which the person was last seen and accepted. */
export const AFTER_SEEN: Partial<Record<Outcome, readonly string[]>> = {
  deceased: ["date"],
  imprisoned: ["from"],
  missing: ["since"],
  emigrated: ["since"],
  moved_away: ["since"],
};

/** The end of a span, such as the day of release, may lie ahead, but not before the beginning. */
const SPANS: Partial<Record<Outcome, readonly [begin: string, end: string]>> = { imprisoned: ["from", "to"] };

export interface CaptureFact {
  kind: CaptureKind;
  duration_ms: number | null;
}

export interface AttemptFact {
  started_at: string;
  met: Met;
  action: Action | null;
  number_end?: string | null;
}

/** What the pack says of the person: the year of birth, and the day on which they were last seen and accepted. */
export interface Known {
  birth_year?: number | null;
  last_seen_on?: string | null;
}

export interface ResultFacts {
  /** The kind of the visit; "home" where nothing else is said. */
  kind?: VisitKind;
  outcome: Outcome;
  details: Record<string, unknown>;
  captures: readonly CaptureFact[];
  attempts: readonly AttemptFact[];
  /** The ends of the telephone numbers on record; null where they are not known. */
  numbers?: readonly string[] | null;
  /** The day in Zibo, YYYY-MM-DD, after which nothing can have happened. */
  today: string;
  known?: Known | undefined;
}

/** `code` is null when the result may stand; else the first thing missing, and where. */
export interface Judgement {
  code: string | null;
  field: string | null;
}

const ALLOWED: Judgement = { code: null, field: null };
const lacks = (code: string, field: string | null = null): Judgement => ({ code, field });

export function judgeResult({
  kind = "home",
  outcome,
  details,
  captures,
  attempts,
  numbers,
  today,
  known,
}: ResultFacts): Judgement {
  const field = REQUIRED_DETAILS[outcome].find(
    (name) => isEmpty(details[name]) || (PAST_DAYS[outcome]?.includes(name) && !isDate(said(details, name))),
  );
  if (field) return lacks("detail_missing", field);
  const days = judgeDays(outcome, details, today, known);
  if (days.code) return days;
  const { shown, documents, ladder } = requirementOf(kind, outcome);
  const papers = captures.filter((capture) => capture.kind === "document").length;
  if (shown && !showsPerson(captures) && !(shown === "person_or_document" && papers)) return lacks("person_not_shown");
  if (papers < documents) return lacks("documents_missing");
  return ladder ? judgeLadder(attempts, numbers) : ALLOWED;
}

/** Whether the days among the details can be read, are past, and follow each other. */
export function judgeDays(outcome: Outcome, details: Record<string, unknown>, today: string, known: Known = {}): Judgement {
  const past = PAST_DAYS[outcome] ?? [];
  const span = SPANS[outcome];
  for (const field of new Set([...past, ...(span ?? [])])) {
    const day = said(details, field);
    if (day && !isDate(day)) return lacks("bad_date", field);
    if (day && past.includes(field) && isAfter(day, today)) return lacks("date_in_future", field);
    const fault = day ? faultOfLife(outcome, field, day, known) : null;
    if (fault) return lacks(fault, field);
  }
  const [begin, end] = (span ?? []).map((field) => said(details, field));
  return span && begin && end && !areInOrder(begin, end) ? lacks("dates_order", span[1]) : ALLOWED;
}

/** What in the person's life a readable day contradicts, null for nothing. */
function faultOfLife(outcome: Outcome, field: string, day: string, { birth_year, last_seen_on }: Known): string | null {
  if (birth_year && Number(day.slice(0, 4)) < birth_year) return "date_before_birth";
  return last_seen_on && AFTER_SEEN[outcome]?.includes(field) && isBefore(day, last_seen_on) ? "date_before_seen" : null;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === 0 || String(value).trim() === "";
}

/** What a detail says, "" for nothing. */
function said(details: Record<string, unknown>, field: string): string {
  return isEmpty(details[field]) ? "" : String(details[field]).trim();
}

/** A photo, or a video of at least five seconds; one from the picker counts and is flagged. */
export function showsPerson(captures: readonly CaptureFact[]): boolean {
  return captures.some(({ kind, duration_ms }) => kind === "photo" || (kind === "video" && (duration_ms ?? 0) >= MIN_VIDEO_MS));
}

export function hasDocument(captures: readonly CaptureFact[]): boolean {
  return captures.some(({ kind }) => kind === "document");
}

export type DayPart = "morning" | "afternoon" | "evening";

/** Morning before 12, afternoon before 18, else evening, in Zibo's time. */
export function dayPart(at: string): DayPart {
  const { hour } = zibo(Date.parse(at));
  if (hour < 12) return "morning";
  return hour < 18 ? "afternoon" : "evening";
}

export type LadderStepName = "ladder_visits" | "ladder_calls" | "ladder_relative" | "ladder_neighbour" | "ladder_note";

/** One rung of what must be tried before "unreachable": how much there is, how much is asked. */
export interface LadderStep {
  step: LadderStepName;
  done: boolean;
  have: number;
  need: number;
}

/** The last four digits of a number, without its extension: so calls name it. */
export function numberEnd(number: string): string {
  return number.split("转")[0]!.replace(/\D/g, "").slice(-4);
}

/**
 * How many calls there are of how many: three to each number on record, one to a number found void or somebody else's.
 * Calls that do not say which number was dialled count for whichever lacks one; without known numbers three are asked for.
 */
function callsOf(calls: readonly AttemptFact[], numbers: readonly string[] | null): { have: number; need: number } {
  if (!numbers) return { have: calls.length, need: CALLS_PER_NUMBER };
  const ends = [...new Set(numbers)];
  const lackOf = (end: string): number => {
    const made = calls.filter(({ number_end }) => number_end === end);
    return made.some(({ met }) => DEAD_ENDS.includes(met)) ? 0 : Math.max(0, CALLS_PER_NUMBER - made.length);
  };
  const unnamed = calls.filter(({ number_end }) => number_end === undefined || number_end === null).length;
  const lacking = Math.max(0, ends.reduce((sum, end) => sum + lackOf(end), 0) - unnamed);
  const need = ends.length * CALLS_PER_NUMBER;
  return { have: need - lacking, need };
}

/** Every rung in the order in which the server checks them. */
export function ladder(attempts: readonly AttemptFact[], numbers: readonly string[] | null = null): LadderStep[] {
  const calls = callsOf(
    attempts.filter(({ met }) => CALLS.includes(met)),
    numbers,
  );
  const visits = attempts.filter(({ met }) => !CALLS.includes(met));
  const days = new Set(visits.map(({ started_at }) => zibo(Date.parse(started_at)).day)).size;
  const parts = new Set(visits.map(({ started_at }) => dayPart(started_at))).size;
  const did = (action: Action): boolean => attempts.some((attempt) => attempt.action === action);
  const relative =
    did("asked_relative") || attempts.some(({ met }) => met === "relative_only" || met === "call_answered_by_relative");
  return [
    rung("ladder_visits", Math.min(days, parts), 2),
    rung("ladder_calls", calls.have, calls.need),
    rung("ladder_relative", Number(relative), 1),
    rung("ladder_neighbour", Number(did("asked_neighbour")), 1),
    rung("ladder_note", Number(did("left_note")), 1),
  ];
}

function rung(step: LadderStepName, have: number, need: number): LadderStep {
  return { step, done: have >= need, have: Math.min(have, need), need };
}

function judgeLadder(attempts: readonly AttemptFact[], numbers: readonly string[] | null = null): Judgement {
  const missing = ladder(attempts, numbers).find(({ done }) => !done);
  return missing ? lacks(missing.step) : ALLOWED;
}
