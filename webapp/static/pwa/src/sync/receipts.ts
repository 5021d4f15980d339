/** Asks for the receipts of sent files, checks each by itself, and only then lets go of the originals. */

import type { OutboxItem } from "../domain/types";
import { getCaptureReceipt } from "../net/api";
import { letGoOfOriginal } from "../store/captures";
import { itemsOfWorker, moveItem } from "../store/outbox";
import { stopOf } from "./failures";
import { adopt, believing, provenBy, readBreach } from "./journal";
import type { Turn } from "./turn";

/** How many files still wait for their receipt. */
export async function checkReceipts(turn: Turn): Promise<number> {
  const waiting = (await itemsOfWorker(turn.session.worker_id)).filter(({ type, state }) => type === "media" && state === "received");
  // Once the journal has contradicted itself, the originals stay here until people have looked at it.
  if (!waiting.length || (await readBreach())) return waiting.length;
  let open = 0;
  for (const capture_id of new Set(waiting.map(({ ref }) => ref))) {
    const items = waiting.filter(({ ref }) => ref === capture_id);
    open += (await believing(() => checkCapture(turn, capture_id, items))) ?? items.length;
  }
  return open;
}

async function checkCapture({ token, session }: Turn, capture_id: string, items: OutboxItem[]): Promise<number> {
  const answer = await getCaptureReceipt(token, capture_id).catch((error: unknown) => {
    throw stopOf(error);
  });
  if ("missing" in answer) return sendAgain(items, answer.missing);
  const { entry, checkpoint } = await provenBy(answer.receipt);
  const proven = items.filter(({ sha256 }) => proves(entry, capture_id, sha256!));
  // The receipt's own checkpoint must belong to the history that this phone holds.
  await adopt(checkpoint.note);
  for (const { item_id } of proven) {
    const receipt = { receipt_id: `${item_id.slice("media/".length)}/media`, capture_id, worker_id: session.worker_id, text: answer.receipt, verified_at: new Date().toISOString() };
    await letGoOfOriginal(receipt, item_id);
  }
  return items.length - proven.length;
}

/** The entry must name this very file: its own hash, or among those stored with it. */
function proves(entry: Record<string, unknown>, capture_id: string, sha256: string): boolean {
  const stored = Array.isArray(entry["stored"]) ? (entry["stored"] as unknown[]) : [];
  return entry["type"] === "media_received" && entry["capture_id"] === capture_id && (entry["media_sha256"] === sha256 || stored.includes(sha256));
}

/** "received" was not true after all: the server lacks bytes, and they go again. */
async function sendAgain(items: OutboxItem[], missing: string[]): Promise<number> {
  for (const { item_id, sha256 } of items) {
    if (missing.includes(sha256!)) await moveItem(item_id, "lost", { sent_bytes: 0, upload_url: null });
  }
  return items.length;
}
