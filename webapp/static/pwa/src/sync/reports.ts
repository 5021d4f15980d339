/** Sends attempts and results; a result only after the records that it rests on were committed. */

import type { SendEvent } from "../domain/outbox";
import type { ResultBody } from "../domain/report";
import type { OutboxItem } from "../domain/sending";
import { postAttempts, postResult } from "../net/api";
import { NetError, offline } from "../net/errors";
import { itemsOfWorker, moveItem } from "../store/outbox";
import { readReport } from "../store/results";
import { renameResult } from "../store/renaming";
import { trying } from "./failures";
import { dueItems, type WorkerSession } from "./turn";

export async function sendAttempts(turn: WorkerSession): Promise<void> {
  for (const item of await dueItems(turn, "attempts")) {
    await trying(turn, item, async () => {
      await postAttempts(turn.token, await bodyOf(item));
      await received(item);
    });
  }
}

export async function sendResults(turn: WorkerSession): Promise<void> {
  for (const item of await dueItems(turn, "result")) {
    const body = await readReport<ResultBody>(item.ref).catch(() => null);
    if (!body || (await restsOnCommitted(item, body))) await sendResult(turn, item);
  }
}

export async function sendResult(turn: WorkerSession, item: OutboxItem, post: typeof postResult = postResult): Promise<void> {
  await trying(turn, item, async () => {
    const answer = await post(turn.token, await bodyOf(item)).catch((error: unknown) => sendRecordsAgain(item, error));
    // Only the office knows the result's own name; whoever stands between may answer anything in JSON.
    if (answer?.result_id !== item.ref) throw offline("portal", 200);
    await received(item);
    const event = AFTER_ANSWER[answer.state ?? ""];
    if (event) await moveItem(item.item_id, event);
  });
  const { state, error } = (await moveItem(item.item_id, null)) ?? item;
  if ((state === "refused" || state === "aside") && error?.code === "result_differs") await renameResult(item);
}

/** How often a result is tried whose records the office says it lacks although it once took them. */
const RECORD_TRIES = 3;

/** An office restored from an older backup lacks records that it took: they go again, then the result. */
async function sendRecordsAgain(item: OutboxItem, error: unknown): Promise<never> {
  if (!(error instanceof NetError) || error.code !== "capture_unknown" || item.tries >= RECORD_TRIES) throw error;
  const named = Array.isArray(error.facts["captures"]) ? (error.facts["captures"] as unknown[]) : [];
  const records = (await itemsOfWorker(item.worker_id)).filter(
    ({ type, ref, state }) => type === "record" && named.includes(ref) && (state === "received" || state === "verified"),
  );
  for (const { item_id } of records) await moveItem(item_id, "lost");
  throw records.length ? new NetError("problem", "capture_unknown", 503) : error;
}

/** What had become of a result that the office had already. */
const AFTER_ANSWER: Record<string, SendEvent> = {
  conflict: "conflict",
  returned: "returned",
  superseded: "returned",
  accepted: "accepted",
};

/** Throws for what is not there or cannot be opened any more: then a person must see it. */
async function bodyOf(item: OutboxItem): Promise<unknown> {
  const body = await readReport(item.ref);
  if (!body) throw new NetError("problem", "report_missing", 400);
  return body;
}

async function received(item: OutboxItem): Promise<void> {
  await moveItem(item.item_id, "received", { sent_bytes: item.size_bytes, error: null, tries: 0 });
}

/** A record that was refused keeps its result here, and the screen says so: sent alone, it would rest on nothing. */
export async function restsOnCommitted(item: OutboxItem, { captures }: ResultBody): Promise<boolean> {
  const named = new Set(captures.map(({ capture_id }) => capture_id));
  const records = (await itemsOfWorker(item.worker_id)).filter(({ type, ref }) => type === "record" && named.has(ref));
  const refused = records.find(({ state }) => state === "refused");
  // Whoever could answer it anew until now must not do so in its place once it is on its way.
  if (!refused && item.error?.code === "capture_refused") await moveItem(item.item_id, null, { error: null });
  if (refused && item.error?.code !== "capture_refused") {
    await moveItem(item.item_id, null, {
      error: { code: "capture_refused", detail: refused.error?.detail ?? "", at: new Date().toISOString() },
    });
  }
  return records.every(({ state }) => state !== "saved" && state !== "queued" && state !== "sending" && state !== "refused");
}
