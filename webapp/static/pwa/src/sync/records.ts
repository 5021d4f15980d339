/** Commits capture records: small, first, and in the order of the phone's chain; each receipt is checked before it is believed. */

import { isDue, isUnsent } from "../domain/outbox";
import { commitReceiptKey } from "../domain/outbox-keys";
import type { OutboxItem } from "../domain/sending";
import { postCapture } from "../net/api";
import { NetError } from "../net/errors";
import { keepReceipt, readCaptureRow } from "../store/captures";
import { itemsOfWorker, moveItem } from "../store/outbox";
import type { CaptureRow } from "../store/schema";
import { ticketOf } from "../store/tickets";
import { trying } from "./failures";
import { guardJournal, provenBy } from "./journal";
import type { WorkerSession } from "./turn";

/** How often one record is tried before those behind it may go past: until then the office sees no gap in the numbers. */
const HOLDING_TRIES = 4;

/** A record in its device's chain. */
export interface Link {
  item: OutboxItem;
  row: CaptureRow | null;
}

export async function sendRecords(turn: WorkerSession): Promise<void> {
  for (const chain of await chainsOf(turn)) await sendChain(turn, chain);
}

/** What is unsent of each device's chain, the older device first, each by its numbers and not by a clock that may have been set. */
export async function chainsOf({ session }: WorkerSession): Promise<Link[][]> {
  const items = (await itemsOfWorker(session.worker_id)).filter((item) => item.type === "record" && isUnsent(item));
  const links = await Promise.all(items.map(async (item) => ({ item, row: await readCaptureRow(item.ref) })));
  const chains = new Map<string, Link[]>();
  for (const link of links) chains.set(link.row?.device_kid ?? "", [...(chains.get(link.row?.device_kid ?? "") ?? []), link]);
  const began = ([first]: Link[]): string => first!.item.created_at;
  const inOrder = [...chains.values()].map((chain) => chain.sort((one, other) => (one.row?.seq ?? 0) - (other.row?.seq ?? 0)));
  return inOrder.sort((one, other) => began(one).localeCompare(began(other)));
}

/** A record that waits for its next try keeps the later ones waiting, for a while; one that was refused does not. */
async function sendChain(turn: WorkerSession, chain: Link[]): Promise<void> {
  for (const link of chain) {
    if (link.item.state === "refused") continue;
    const after = isDue(link.item, Date.now()) ? await sendRecord(turn, link) : link.item;
    if (after && isDue(after, Infinity) && after.tries < HOLDING_TRIES) return;
  }
}

/** Receipts that were asked for once more on this page, whatever they proved: asking again would change nothing. */
const askedAgain = new Set<string>();

/** A kill between the office's answer and the check of its receipt leaves a record that is there and not proven: the same bytes bring the same receipt. */
export async function proveCommits({ session, token }: WorkerSession): Promise<void> {
  const unproven = (await itemsOfWorker(session.worker_id)).filter(
    ({ type, state, item_id }) => type === "record" && state === "received" && !askedAgain.has(item_id),
  );
  for (const item of unproven) {
    const row = await readCaptureRow(item.ref);
    if (!row) continue;
    const receipt = await postRecord({ token }, row).catch(asQuarantined);
    if (receipt) await guardJournal(() => verifyReceipt(item, row, receipt));
    askedAgain.add(item.item_id);
  }
}

/** The item as it is after the try; `post` brings the receipt of its commit. */
export async function sendRecord(
  turn: WorkerSession,
  { item, row }: Link,
  post: typeof postCapture = postCapture,
): Promise<OutboxItem | null> {
  let receipt = "";
  const isSent = await trying(turn, item, async () => {
    if (!row) throw new NetError("problem", "record_missing", 400);
    receipt = await postRecord(turn, row, post).catch(asQuarantined);
    await moveItem(item.item_id, "received", { sent_bytes: item.size_bytes, error: null, tries: 0 });
  });
  if (isSent && receipt) await guardJournal(() => verifyReceipt(item, row!, receipt));
  return moveItem(item.item_id, null);
}

/** An office restored from an older backup does not know the ticket any more: it is shown the bytes that it signed. */
async function postRecord(
  { token }: Pick<WorkerSession, "token">,
  { record, signature }: CaptureRow,
  post: typeof postCapture = postCapture,
): Promise<string> {
  try {
    return await post(token, record, signature);
  } catch (error) {
    const ticket = error instanceof NetError && error.code === "ticket_unknown" ? await ticketOf(record) : null;
    if (!ticket) throw error;
    return postCapture(token, record, signature, ticket.ticket);
  }
}

/** The office keeps a revoked phone's record apart for a person to judge, and wants its files as well; there is no receipt to believe. */
function asQuarantined(error: unknown): string {
  if (error instanceof NetError && error.code === "revoked_device" && error.facts["kept"] === true) return "";
  throw error;
}

/** The server has the record in any case; "verified" needs a proof that its journal does. */
async function verifyReceipt(
  item: OutboxItem,
  { capture_id, record_sha256, worker_id }: CaptureRow,
  text: string,
): Promise<void> {
  const { entry } = await provenBy(text);
  if (entry["type"] !== "capture_committed" || entry["capture_id"] !== capture_id || entry["record_sha256"] !== record_sha256)
    return;
  await keepReceipt({
    receipt_id: commitReceiptKey(capture_id),
    capture_id,
    worker_id,
    text,
    verified_at: new Date().toISOString(),
  });
  await moveItem(item.item_id, "verified");
}
