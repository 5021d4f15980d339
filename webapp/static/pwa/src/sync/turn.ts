/** One worker's turn in a run: whose token is used, and which of the items are due. */

import { inSendingOrder, isDue } from "../domain/outbox";
import type { ItemType, OutboxItem } from "../domain/types";
import { itemsOfWorker } from "../store/outbox";
import type { SessionRow } from "../store/schema";

export interface Turn {
  session: SessionRow;
  token: string;
}

/** The items of one type that may be sent now, in sending order. */
export async function dueItems({ session }: Turn, type: ItemType): Promise<OutboxItem[]> {
  const items = await itemsOfWorker(session.worker_id);
  return inSendingOrder(items.filter((item) => item.type === type && isDue(item, Date.now())));
}
