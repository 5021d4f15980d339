/** Sends files, photos before videos, each only after its record was committed, or kept apart. */

import { mediaReceiptKey, recordKey } from "../domain/outbox-keys";
import type { OutboxItem } from "../domain/sending";
import { NetError } from "../net/errors";
import { upload } from "../net/upload";
import { openMedia, receiptsOf } from "../store/captures";
import { hashBlob } from "../store/hashing";
import { moveItem, readItem } from "../store/outbox";
import { readLine, writeLine } from "../store/settings";
import { trying } from "./failures";
import { noteProgress } from "./progress";
import { dueItems, type WorkerSession } from "./turn";

export async function sendMedia(turn: WorkerSession): Promise<void> {
  for (const item of await dueItems(turn, "media")) {
    if (await isCommitted(item)) await sendFile(turn, item);
  }
}

export async function isCommitted(item: OutboxItem): Promise<boolean> {
  const record = await readItem(recordKey(item.ref));
  return record !== null && ["received", "verified", "accepted", "returned", "aside"].includes(record.state);
}

/** Brings one file to the office; throws NetError. */
type Carry = (turn: WorkerSession, item: OutboxItem, blob: Blob) => Promise<void>;

export async function sendFile(turn: WorkerSession, item: OutboxItem, carry: Carry = carryInChunks): Promise<void> {
  await trying(turn, item, async () => {
    const blob = await openMedia(item.ref, item.sha256!);
    if (!blob)
      throw new NetError(
        "problem",
        (await receiptsOf(item.ref)).some(({ receipt_id }) => receipt_id === mediaReceiptKey(item.ref, item.sha256!))
          ? "original_released"
          : "file_missing",
        400,
      );
    await carry(turn, item, blob).catch((error: unknown) => explain(item, blob, error));
    await moveItem(item.item_id, "received", { sent_bytes: blob.size, error: null, tries: 0 });
  });
}

async function carryInChunks({ token }: WorkerSession, item: OutboxItem, blob: Blob): Promise<void> {
  const { ref: capture_id, upload_url: url } = item;
  const job = { token, blob, capture_id, sha256: item.sha256!, url, line: await readLine() };
  await upload(job, {
    onUrl: (upload_url) => note(item, { upload_url }),
    onOffset: (sent_bytes) => noteOffset(item, sent_bytes),
    onLine: writeLine,
  });
}

async function noteOffset(item: OutboxItem, sent_bytes: number): Promise<void> {
  if (sent_bytes > item.sent_bytes) noteProgress();
  await note(item, { sent_bytes, tries: 0 });
}

async function note(
  item: OutboxItem,
  change: { upload_url?: string | null; sent_bytes?: number; tries?: number },
): Promise<void> {
  await moveItem(item.item_id, null, change);
}

/** Some refusals have a cause that only the phone can find out. */
async function explain(item: OutboxItem, blob: Blob, error: unknown): Promise<never> {
  if (!(error instanceof NetError)) throw error;
  if (error.code === "media_mismatch") {
    await note(item, { upload_url: null, sent_bytes: 0 });
    // Sending damaged bytes again would never end: then a person must see it.
    if ((await hashBlob(blob)) !== item.sha256) throw new NetError("problem", "file_damaged", 400);
  }
  if (error.code === "commit_first") {
    // The server was restored from an older backup: the record goes again, then the file.
    await moveItem(recordKey(item.ref), "lost");
    throw new NetError("problem", "commit_first", 503);
  }
  throw error;
}
