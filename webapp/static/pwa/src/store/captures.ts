/** Reading what was captured, and letting go of an original once the server's receipt has been verified. */

import { mediaKey } from "../domain/outbox-keys";
import type { SavedCapture } from "../domain/capture";
import { changed } from "./changes";
import { read, write } from "./db";
import { asBlob } from "./media-bytes";
import { toSaved } from "./save-capture";
import type { CaptureRow, ReceiptRow } from "./schema";
import { currentWorkerId } from "./sessions";

/** The current worker's captures of a visit, the earliest first. */
export async function capturesOf(visit_id: string): Promise<SavedCapture[]> {
  const worker_id = await currentWorkerId();
  const rows = await read(["captures"], (transaction) => transaction.objectStore("captures").index("visit").getAll(visit_id));
  return rows
    .filter((row) => row.worker_id === worker_id)
    .sort((one, other) => one.saved_at.localeCompare(other.saved_at) || one.seq - other.seq)
    .map(toSaved);
}

/** Those that a result may rest on: one whose record the office refused would hold the result back for ever. It stays on the phone. */
export async function capturesToRestOn(visit_id: string): Promise<SavedCapture[]> {
  const items = await read(["outbox"], (transaction) => transaction.objectStore("outbox").index("visit").getAll(visit_id));
  const refused = new Set(
    items.filter(({ type, state }) => type === "record" && (state === "refused" || state === "aside")).map(({ ref }) => ref),
  );
  return (await capturesOf(visit_id)).filter(({ capture_id }) => !refused.has(capture_id));
}

export async function readCapture(capture_id: string): Promise<SavedCapture | null> {
  const row = await readCaptureRow(capture_id);
  return row && toSaved(row);
}

export async function readCaptureRow(capture_id: string): Promise<CaptureRow | null> {
  return (await read(["captures"], (transaction) => transaction.objectStore("captures").get(capture_id))) ?? null;
}

/** A file for preview or upload; null after its original was deleted, which happens only when the server's receipt was verified. */
export async function openMedia(capture_id: string, sha256: string): Promise<Blob | null> {
  const row = await read(["media"], (transaction) => transaction.objectStore("media").get(mediaKey(capture_id, sha256)));
  return row ? asBlob(row.bytes, row.mime) : null;
}

export function receiptsOf(capture_id: string): Promise<ReceiptRow[]> {
  return read(["receipts"], (transaction) => transaction.objectStore("receipts").index("capture").getAll(capture_id));
}

/** Keeps a verified receipt. */
export async function keepReceipt(receipt: ReceiptRow): Promise<void> {
  await write(["receipts"], (transaction) => transaction.objectStore("receipts").put(receipt));
}

/** Keeps the receipt of a file, marks the file verified (or kept apart) and deletes its original, all at once; record and receipt stay. */
export async function releaseOriginal(
  receipt: ReceiptRow,
  item_id: string,
  state: "verified" | "aside" = "verified",
): Promise<void> {
  await write(["receipts", "media", "outbox"], async (transaction) => {
    await transaction.objectStore("receipts").put(receipt);
    const item = await transaction.objectStore("outbox").get(item_id);
    if (item)
      await transaction.objectStore("outbox").put({ ...item, state, sent_bytes: item.size_bytes, error: null, upload_url: null });
    await transaction.objectStore("media").delete(item_id);
  });
  changed("outbox", "captures");
}
