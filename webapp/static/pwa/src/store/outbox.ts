/** What waits to be sent, and what has become of what was sent. */

import { BOTH_KEPT } from "../domain/retry";
import { countItems, isUnsent, nextState, type SendEvent } from "../domain/outbox";
import type { OutboxCounts, OutboxItem, SendState } from "../domain/sending";
import { changed } from "./changes";
import { read, write } from "./db";
import { writeMark } from "./mark";
import { readMeta, writeMeta } from "./meta";
import { currentWorkerId, readCurrentRow } from "./sessions";

/** The current worker's items, the newest first. */
export async function listOutbox(): Promise<OutboxItem[]> {
  const rows = await itemsOfWorker(await currentWorkerId());
  return rows.sort((one, other) => other.created_at.localeCompare(one.created_at) || one.item_id.localeCompare(other.item_id));
}

export function itemsOfWorker(worker_id: string): Promise<OutboxItem[]> {
  return read(["outbox"], (transaction) => transaction.objectStore("outbox").index("worker").getAll(worker_id));
}

export async function readItem(item_id: string): Promise<OutboxItem | null> {
  return (await read(["outbox"], (transaction) => transaction.objectStore("outbox").get(item_id))) ?? null;
}

export function itemsOfVisit(visit_id: string): Promise<OutboxItem[]> {
  return read(["outbox"], (transaction) => transaction.objectStore("outbox").index("visit").getAll(visit_id));
}

export async function countOutbox(): Promise<OutboxCounts> {
  const items = await allItems();
  writeMark({ unsent: items.filter(isUnsent).length });
  return countItems(items, (await readCurrentRow())?.worker_id ?? null);
}

export function allItems(): Promise<OutboxItem[]> {
  return read(["outbox"], (transaction) => transaction.objectStore("outbox").getAll());
}

export type ItemChange = Partial<Pick<OutboxItem, "sent_bytes" | "tries" | "next_at" | "error" | "upload_url" | "words">>;

/** Moves an item by the table of states, if that move exists, and notes what is known besides; returns the item as it is now. */
export async function moveItem(item_id: string, event: SendEvent | null, change: ItemChange = {}): Promise<OutboxItem | null> {
  const moved = await write(["outbox"], async (transaction) => {
    const store = transaction.objectStore("outbox");
    const item = await store.get(item_id);
    if (!item) return null;
    const after = { ...item, ...change, state: event ? nextState(item.state, event) : item.state };
    await store.put(after);
    return after;
  });
  changed("outbox");
  return moved;
}

/** Tries again now what waits for its time or was refused: one item, or all of the current worker's. */
export async function retryNow(item_id?: string): Promise<void> {
  const worker_id = await currentWorkerId();
  await write(["outbox"], async (transaction) => {
    const store = transaction.objectStore("outbox");
    for (const item of await store.index("worker").getAll(worker_id)) {
      if ((item_id && item.item_id !== item_id) || !isUnsent(item)) continue;
      const state = item.state === "refused" ? nextState(item.state, "again") : item.state;
      await store.put({ ...item, state, next_at: 0, tries: 0 });
    }
  });
  changed("outbox");
}

const AFTER_START: Partial<Record<SendState, SendEvent>> = { sending: "cut", saved: "queue" };

/** Older versions of the app took every clash for one under which the office keeps both; of most it had kept nothing. */
function isNoConflict({ state, error }: OutboxItem): boolean {
  return state === "conflict" && error !== null && error.code !== BOTH_KEPT;
}

/**
 * After a start: what a kill left as "sending" waits again, and what was saved is queued. With a new version of the app
 * what an older office refused is tried once more: it may take now what it did not understand then.
 */
export async function settleAfterStart(build: string = __BUILD__): Promise<void> {
  const isUpdated = (await readMeta<string>("settled_build")) !== build;
  const moved = await write(["outbox"], async (transaction) => {
    const store = transaction.objectStore("outbox");
    const events = isUpdated ? { ...AFTER_START, refused: "again" as const, aside: "again" as const } : AFTER_START;
    const found = (await store.getAll()).map((item) => ({
      item,
      event: isUpdated && isNoConflict(item) ? ("lost" as const) : events[item.state],
    }));
    // A file that is kept apart has left this phone.
    const stuck = found.filter(({ item, event }) => event && !(item.state === "aside" && item.type === "media"));
    for (const { item, event } of stuck)
      await store.put({
        ...item,
        state: nextState(item.state, event!),
        ...(event === "cut" || event === "queue" ? {} : { next_at: 0, tries: 0 }),
      });
    return stuck.length;
  });
  if (isUpdated) await writeMeta("settled_build", build);
  if (moved) changed("outbox");
}
