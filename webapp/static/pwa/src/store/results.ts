/** Results and attempts: checked by the rules, sealed, and queued, the draft leaving in the same transaction. */

import { CALLS, type Outcome } from "../domain/codes";
import { todayInZibo } from "../domain/due";
import { isUnsent, mayBeCorrected } from "../domain/outbox";
import { reportKey } from "../domain/outbox-keys";
import { judgeResult, numberEnd, type CaptureFact, type Judgement } from "../domain/rules";
import { sendable } from "../domain/sendable";
import type { Attempt, ResultBody, ResultInput } from "../domain/report";
import type { ItemType, OutboxItem, SendState } from "../domain/sending";
import { uuid7 } from "../domain/uuid7";
import { casesOf } from "./cases";
import { changed } from "./changes";
import { read, write, type WriteTransaction } from "./db";
import { newItem } from "./outbox-rows";
import { capturesOf } from "./captures";
import type { ReportRow } from "./schema";
import { currentWorkerId } from "./sessions";
import { correctedNow } from "./settings";
import { seal, unseal } from "./vault";

/** A result that the rules do not allow; `judgement` names the first thing missing. */
export class RuleBroken extends Error {
  constructor(readonly judgement: Judgement) {
    super(`rule_${judgement.code}`);
  }
}

export interface SavedResult {
  body: ResultBody;
  state: SendState;
  error: OutboxItem["error"];
  /** Whether it did not arrive as it is, and is answered anew. */
  is_open: boolean;
  words: string | null;
}

/** What the rules say of a result before it is saved: with this visit's captures and every known attempt. */
export async function judge(input: {
  visit_id: string;
  outcome: Outcome;
  details: Record<string, unknown>;
  captures: { capture_id: string }[];
  attempts: Attempt[];
}): Promise<Judgement> {
  const named = new Set(input.captures.map(({ capture_id }) => capture_id));
  const captures: CaptureFact[] = (await capturesOf(input.visit_id))
    .filter(({ capture_id }) => named.has(capture_id))
    .map(({ kind, media }) => ({ kind, duration_ms: media[0]?.duration_ms ?? null }));
  const attempts = onceEach([...(await attemptsOf(input.visit_id)), ...input.attempts]);
  const found = (await casesOf(await currentWorkerId())).get(input.visit_id);
  const person = found?.person;
  const today = todayInZibo(await correctedNow());
  return judgeResult({
    kind: found?.visit.kind ?? "home",
    outcome: input.outcome,
    details: input.details,
    captures,
    attempts,
    numbers: person?.phones.map(numberEnd) ?? null,
    today,
    known: person,
  });
}

/**
 * Saves and queues the result, and removes the visit's draft. A result that the office's rules refused, or that waits
 * in vain for a record that was, is corrected in its place: the server has kept nothing of it, so it keeps its id. Throws RuleBroken, StoreError.
 */
export async function saveResult(input: ResultInput): Promise<SavedResult> {
  const judgement = await judge(input);
  if (judgement.code) throw new RuleBroken(judgement);
  const refused = await resultToCorrect(input.visit_id);
  const body: ResultBody = { result_id: refused ?? uuid7(), decided_at: new Date(await correctedNow()).toISOString(), ...input };
  const item = await keepReport("result", body.result_id, input.visit_id, body);
  return { body, state: item.state, error: null, is_open: false, words: null };
}

/** Another tab has kept a result of this visit meanwhile, and it is on its way: a second one would stand against it. */
export class AlreadyKept extends Error {
  readonly trouble = "already_kept";
}

async function checkStillOpen(transaction: WriteTransaction, { worker_id, visit_id, item_id }: OutboxItem): Promise<void> {
  const items = await transaction.objectStore("outbox").index("visit").getAll(visit_id);
  const results = items.filter((item) => item.type === "result" && item.worker_id === worker_id);
  const isCorrected = (item: OutboxItem): boolean => item.item_id === item_id && !mayBeCorrected(item);
  const isOnItsWay = (item: OutboxItem): boolean => !mayBeCorrected(item) && isUnsent(item);
  if (results.some((item) => isCorrected(item) || isOnItsWay(item))) throw new AlreadyKept("already_kept");
}

/** Saves attempts of a visit that has no result yet, and queues them. */
export async function saveAttempts(visit_id: string, attempts: Attempt[]): Promise<void> {
  if (attempts.length) await keepReport("attempts", uuid7(), visit_id, { visit_id, attempts });
}

async function keepReport(
  type: ItemType & ReportRow["type"],
  report_id: string,
  visit_id: string,
  body: unknown,
): Promise<OutboxItem> {
  const worker_id = await currentWorkerId();
  const created_at = new Date().toISOString();
  const sealed = await seal(worker_id, body);
  const item = newItem({
    item_id: reportKey(type, report_id),
    worker_id,
    visit_id,
    type,
    ref: report_id,
    kind: null,
    size_bytes: sealed.data.byteLength,
    created_at,
  });
  await write(["reports", "outbox", "drafts"], async (transaction) => {
    if (type === "result") await checkStillOpen(transaction, item);
    await transaction.objectStore("reports").put({ report_id, worker_id, visit_id, type, sealed, created_at });
    await transaction.objectStore("outbox").put(item);
    if (type === "result") await transaction.objectStore("drafts").delete([worker_id, visit_id]);
  });
  changed("outbox", "drafts");
  return item;
}

/** The id of the current worker's result of a visit that did not arrive as it was, or null. */
async function resultToCorrect(visit_id: string): Promise<string | null> {
  const worker_id = await currentWorkerId();
  const items = await read(["outbox"], (transaction) => transaction.objectStore("outbox").index("visit").getAll(visit_id));
  return items.find((item) => mayBeCorrected(item) && item.worker_id === worker_id)?.ref ?? null;
}

/** The body of a report as it is sent; `worker_id` is its author, who need not be signed in. */
export async function readReport<Body>(report_id: string): Promise<Body | null> {
  const row = await read(["reports"], (transaction) => transaction.objectStore("reports").get(report_id));
  return row ? sendable(await unseal<Body>(row.worker_id, row.sealed)) : null;
}

/** Every attempt that is known of a visit, from the pack and from this phone, the earliest first, each once. */
export async function attemptsOf(visit_id: string): Promise<Attempt[]> {
  const worker_id = await currentWorkerId();
  const known = (await casesOf(worker_id)).get(visit_id)?.visit.attempts ?? [];
  const rows = await reportsOf(visit_id, worker_id);
  const own = await Promise.all(rows.map((row) => unseal<{ attempts: Attempt[] }>(worker_id, row.sealed)));
  return onceEach([...known, ...own.flatMap(({ attempts }) => attempts)]);
}

function onceEach(attempts: Attempt[]): Attempt[] {
  const byId = new Map(attempts.map((attempt) => [attempt.attempt_id, attempt]));
  return [...byId.values()].sort((one, other) => Date.parse(one.started_at) - Date.parse(other.started_at));
}

/** How many of a visit's attempts were calls. */
export function countCalls(attempts: readonly Attempt[]): number {
  return attempts.filter(({ met }) => CALLS.includes(met)).length;
}

/** The current worker's results of a visit, the newest first, each with what became of it. */
export async function resultsOf(visit_id: string): Promise<SavedResult[]> {
  const worker_id = await currentWorkerId();
  const rows = (await reportsOf(visit_id, worker_id)).filter(({ type }) => type === "result").reverse();
  return Promise.all(
    rows.map(async (row) => {
      const item = await read(["outbox"], (transaction) =>
        transaction.objectStore("outbox").get(reportKey("result", row.report_id)),
      );
      const body = await unseal<ResultBody>(worker_id, row.sealed);
      return {
        body,
        state: item?.state ?? "verified",
        error: item?.error ?? null,
        is_open: item !== undefined && mayBeCorrected(item),
        words: item?.words ?? null,
      };
    }),
  );
}

async function reportsOf(visit_id: string, worker_id: string): Promise<ReportRow[]> {
  const rows = await read(["reports"], (transaction) => transaction.objectStore("reports").index("visit").getAll(visit_id));
  return rows.filter((row) => row.worker_id === worker_id).sort((one, other) => one.created_at.localeCompare(other.created_at));
}
