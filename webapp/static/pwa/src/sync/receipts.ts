/** Asks for the receipts of sent files, checks each by itself, and only then lets go of the originals. */

import { mediaReceiptKey, recordKey } from "../domain/outbox-keys";
import { verdictOf } from "../domain/retry";
import { troubleOfStatus } from "../domain/trouble";
import type { OutboxItem } from "../domain/sending";
import { getCaptureReceipt } from "../net/api";
import { NetError } from "../net/errors";
import { releaseOriginal } from "../store/captures";
import { itemsOfWorker, moveItem } from "../store/outbox";
import { stopOf } from "./failures";
import { adopt, guardJournal, provenBy, readBreach } from "./journal";
import { noteProgress } from "./progress";
import type { WorkerSession } from "./turn";

/** How many files still wait for their receipt. */
export async function checkReceipts(turn: WorkerSession): Promise<number> {
  const waiting = (await itemsOfWorker(turn.session.worker_id)).filter(
    ({ type, state }) => type === "media" && state === "received",
  );
  // Once the journal has contradicted itself, the originals stay here until people have looked at it.
  if (!waiting.length || (await readBreach())) return waiting.length;
  let open = 0;
  for (const capture_id of new Set(waiting.map(({ ref }) => ref))) {
    const items = waiting.filter(({ ref }) => ref === capture_id);
    open +=
      (await guardJournal(() => checkCapture(turn, capture_id, items).catch((error: unknown) => settle(turn, items, error)))) ??
      items.length;
  }
  return open;
}

/** What the office says of one capture's files holds up neither the others nor the list: refused ones are shown, a fault is asked about again. */
async function settle(turn: WorkerSession, items: OutboxItem[], error: unknown): Promise<number> {
  if (!(error instanceof NetError)) throw error;
  const verdict = error.kind === "problem" ? verdictOf(error.status, error.code) : null;
  if (verdict && error.status === 404) return beginAnew(items);
  if (verdict === "refused" || verdict === "conflict") {
    const { code, detail } = error;
    for (const { item_id } of items)
      await moveItem(item_id, "refused", { error: { code, detail, at: new Date().toISOString() } });
    return 0;
  }
  if (verdict !== "again" || error.status === 503 || error.status === 429) throw await stopOf(error);
  turn.trouble = troubleOfStatus(error.status);
  return items.length;
}

/** A server that was restored from an older backup knows nothing of the capture: record and files go again. */
async function beginAnew(items: OutboxItem[]): Promise<number> {
  for (const { item_id, ref } of items) {
    await moveItem(item_id, "lost", { sent_bytes: 0, upload_url: null });
    await moveItem(recordKey(ref), "lost").catch(() => undefined);
  }
  return 0;
}

async function checkCapture(turn: WorkerSession, capture_id: string, items: OutboxItem[]): Promise<number> {
  const { token, session, receipts } = turn;
  const delivered = receipts.get(capture_id);
  receipts.delete(capture_id);
  const answer = delivered ? { receipt: delivered } : await getCaptureReceipt(token, capture_id);
  if ("missing" in answer) return sendAgain(items, answer.missing);
  const { entry, checkpoint } = await provenBy(answer.receipt);
  const proven = items.filter(({ sha256 }) => proves(entry, capture_id, sha256!));
  // The receipt's own checkpoint must belong to the history that this phone holds.
  await adopt(checkpoint.note);
  for (const { item_id, sha256 } of proven) {
    const receipt = {
      receipt_id: mediaReceiptKey(capture_id, sha256!),
      capture_id,
      worker_id: session.worker_id,
      text: answer.receipt,
      verified_at: new Date().toISOString(),
    };
    await releaseOriginal(receipt, item_id, entry["type"] === "media_received" ? "verified" : "aside");
    noteProgress();
  }
  return items.length - proven.length;
}

/** The entry must name this very file: its own hash, or among those stored with it; beside a record that is kept apart, it is too. */
function proves(entry: Record<string, unknown>, capture_id: string, sha256: string): boolean {
  const stored = Array.isArray(entry["stored"]) ? (entry["stored"] as unknown[]) : [];
  return (
    (entry["type"] === "media_received" || entry["type"] === "media_quarantined") &&
    entry["capture_id"] === capture_id &&
    (stored.includes(sha256) || (entry["type"] === "media_received" && entry["media_sha256"] === sha256))
  );
}

/** "received" was not true after all: the server lacks bytes, and they go again. */
async function sendAgain(items: OutboxItem[], missing: string[]): Promise<number> {
  for (const { item_id, sha256 } of items) {
    if (missing.includes(sha256!)) await moveItem(item_id, "lost", { sent_bytes: 0, upload_url: null });
  }
  return items.length;
}
