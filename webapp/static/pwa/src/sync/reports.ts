/** Sends attempts and results; a result only after the records that it rests on were committed. */

import type { OutboxItem, ResultBody } from "../domain/types";
import { postAttempts, postResult } from "../net/api";
import { itemsOfWorker, moveItem } from "../store/outbox";
import { readReport } from "../store/results";
import { trying } from "./failures";
import { dueItems, type Turn } from "./turn";

export async function sendAttempts(turn: Turn): Promise<void> {
  for (const item of await dueItems(turn, "attempts")) {
    const body = await readReport(item.ref);
    await trying(item, async () => {
      await postAttempts(turn.token, body);
      await received(item);
    });
  }
}

export async function sendResults(turn: Turn): Promise<void> {
  for (const item of await dueItems(turn, "result")) {
    const body = await readReport<ResultBody>(item.ref);
    if (body && (await restsOnCommitted(item, body))) await sendResult(turn, item, body);
  }
}

async function sendResult({ token }: Turn, item: OutboxItem, body: ResultBody): Promise<void> {
  await trying(item, async () => {
    const answer = await postResult(token, body);
    await received(item);
    if (answer.state === "conflict") await moveItem(item.item_id, "conflict");
  });
}

async function received(item: OutboxItem): Promise<void> {
  await moveItem(item.item_id, "received", { sent_bytes: item.size_bytes, error: null, tries: 0 });
}

/** A record that was refused keeps its result here, and the screen says so: sent alone, it would rest on nothing. */
async function restsOnCommitted(item: OutboxItem, { captures }: ResultBody): Promise<boolean> {
  const named = new Set(captures.map(({ capture_id }) => capture_id));
  const records = (await itemsOfWorker(item.worker_id)).filter(({ type, ref }) => type === "record" && named.has(ref));
  const refused = records.find(({ state }) => state === "refused");
  if (refused && item.error?.code !== "capture_refused") {
    await moveItem(item.item_id, null, { error: { code: "capture_refused", detail: refused.error?.detail ?? "", at: new Date().toISOString() } });
  }
  return records.every(({ state }) => state !== "saved" && state !== "queued" && state !== "sending" && state !== "refused");
}
