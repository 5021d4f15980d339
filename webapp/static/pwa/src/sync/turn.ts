/** One worker's turn in a run: whose token is used, which of the items are due, and what is wrong with the server. */

import { inSendingOrder, isDue, waitLeft, waitsForPerson } from "../domain/outbox";
import type { ItemType, OutboxItem, SyncTrouble } from "../domain/sending";
import { itemsOfWorker } from "../store/outbox";
import type { SessionRow } from "../store/schema";

export interface WorkerSession {
  session: SessionRow;
  token: string;
  /** What the server answered last that kept something from going through, or null. */
  trouble: SyncTrouble;
  /** Receipts of captures whose files came in a delivery of this run, by capture: they need not be asked for. */
  receipts: Map<string, string>;
}

/** The items of one type that may be sent now, in sending order. */
export async function dueItems({ session }: WorkerSession, type: ItemType): Promise<OutboxItem[]> {
  const items = await itemsOfWorker(session.worker_id);
  return inSendingOrder(items.filter((item) => item.type === type && isDue(item, Date.now())));
}

/** Milliseconds until the next item of the worker may be tried, Infinity when nothing waits but for a person. */
export async function nextTry({ session }: WorkerSession, now: number): Promise<number> {
  const items = await itemsOfWorker(session.worker_id);
  const waiting = items.filter((item) => isDue(item, Infinity) && !waitsForPerson(item, items));
  return Math.min(Infinity, ...waiting.map((item) => waitLeft(item, now)));
}
