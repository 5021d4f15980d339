/** What had arrived at an office whose journal was set back may be there no more: everything goes again, and the office sorts out what it knows. */

import { nextState, type SendEvent } from "../domain/outbox";
import type { OutboxItem } from "../domain/sending";
import { changed } from "./changes";
import { write } from "./db";

/**
 * Queues every record, attempt and result that had arrived, of every worker on this phone, and every file whose original is
 * still here; of a file whose original was let go, the receipt is asked for anew, so that one that the office lost is named.
 */
export async function sendAllAgain(): Promise<void> {
  await write(["outbox", "media"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    const held = new Set(await transaction.objectStore("media").getAllKeys());
    for (const item of await outbox.getAll()) {
      const event = eventOf(item, held.has(item.item_id));
      if (event)
        await outbox.put({
          ...item,
          state: nextState(item.state, event),
          sent_bytes: event === "lost" ? 0 : item.sent_bytes,
          upload_url: null,
          next_at: 0,
          tries: 0,
          error: null,
        });
    }
  });
  changed("outbox");
}

const ARRIVED: readonly OutboxItem["state"][] = ["received", "verified", "accepted", "returned", "conflict", "aside"];

function eventOf({ type, state }: OutboxItem, isHeld: boolean): SendEvent | null {
  if (!ARRIVED.includes(state)) return null;
  if (type !== "media" || isHeld) return "lost";
  // What was kept apart has left the phone; whoever judges it there has it, or the record comes again.
  return state === "verified" ? "doubted" : null;
}
