/** Commits capture records: small, first, and in the order of the phone's chain; each receipt is checked before it is believed. */

import type { OutboxItem } from "../domain/types";
import { postCapture } from "../net/api";
import { NetError } from "../net/errors";
import { keepReceipt, readCaptureRow } from "../store/captures";
import { moveItem } from "../store/outbox";
import type { CaptureRow } from "../store/schema";
import { trying } from "./failures";
import { believing, provenBy } from "./journal";
import { dueItems, type Turn } from "./turn";

export async function sendRecords(turn: Turn): Promise<void> {
  for (const item of await dueItems(turn, "record")) await sendRecord(turn, item);
}

async function sendRecord({ token }: Turn, item: OutboxItem): Promise<void> {
  const row = await readCaptureRow(item.ref);
  if (!row) return;
  let receipt = "";
  const isSent = await trying(item, async () => {
    receipt = await postCapture(token, row.record, row.signature).catch(keptApart);
    await moveItem(item.item_id, "received", { sent_bytes: item.size_bytes, error: null, tries: 0 });
  });
  if (isSent && receipt) await believing(() => believe(item, row, receipt));
}

/** The office keeps a revoked phone's record apart for a person to judge, and wants its files as well; there is no receipt to believe. */
function keptApart(error: unknown): string {
  if (error instanceof NetError && error.code === "revoked_device" && error.facts["kept"] === true) return "";
  throw error;
}

/** The server has the record in any case; "verified" needs a proof that its journal does. */
async function believe(item: OutboxItem, { capture_id, record_sha256, worker_id }: CaptureRow, text: string): Promise<void> {
  const { entry } = await provenBy(text);
  if (entry["type"] !== "capture_committed" || entry["capture_id"] !== capture_id || entry["record_sha256"] !== record_sha256) return;
  await keepReceipt({ receipt_id: `${capture_id}/commit`, capture_id, worker_id, text, verified_at: new Date().toISOString() });
  await moveItem(item.item_id, "verified");
}
