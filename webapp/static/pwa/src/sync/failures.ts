/** What a failed try means for the item and for the rest of the run. No failure ever deletes work. */

import { verdictOf, waitMs, type Verdict } from "../domain/retry";
import type { SendEvent } from "../domain/outbox";
import type { OutboxItem, SyncTrouble } from "../domain/types";
import { NetError } from "../net/errors";
import { moveItem, type ItemChange } from "../store/outbox";

/** Ends the run: the line, the session or the server is not there, and other items would fare no better. */
export class Stop extends Error {
  constructor(readonly why: "offline" | Exclude<SyncTrouble, null>, readonly retryAfter: number | null = null) {
    super(`stop_${why}`);
  }
}

/** The end of a run that an error of a call without an item means; other errors are thrown on. */
export function stopOf(error: unknown): unknown {
  if (!(error instanceof NetError)) return error;
  if (error.kind === "offline") return new Stop("offline");
  const verdict = verdictOf(error.status);
  if (verdict === "sign_in") return new Stop("signed_out");
  return new Stop(verdict === "pause" ? "not_allowed" : "server", error.retryAfter);
}

/** Runs the sending of one item: marks it as being sent, and settles what comes of a failure. True when it went through. */
export async function trying(item: OutboxItem, body: () => Promise<void>): Promise<boolean> {
  await moveItem(item.item_id, "start");
  try {
    await body();
    return true;
  } catch (error) {
    await settleFailure(item, error);
    return false;
  }
}

async function settleFailure(item: OutboxItem, error: unknown): Promise<void> {
  if (!(error instanceof NetError)) {
    await moveItem(item.item_id, "cut");
    throw error;
  }
  if (error.kind === "offline") {
    // The line's fault, not the item's: it keeps its turn.
    await moveItem(item.item_id, "cut");
    throw new Stop("offline");
  }
  const verdict = verdictOf(error.status);
  await moveItem(item.item_id, eventOf(verdict, item), changeOf(verdict, item, error));
  if (verdict === "sign_in") throw new Stop("signed_out");
  if (verdict === "again" && (error.status === 503 || error.status === 429)) throw new Stop("server", error.retryAfter);
}

function eventOf(verdict: Verdict, item: OutboxItem): SendEvent {
  if (verdict === "conflict") return item.type === "result" ? "conflict" : "refused";
  return verdict === "refused" ? "refused" : "cut";
}

function changeOf(verdict: Verdict, item: OutboxItem, { code, detail, retryAfter }: NetError): ItemChange {
  const error = { code, detail, at: new Date().toISOString() };
  if (verdict !== "again" && verdict !== "pause") return { error };
  const tries = item.tries + 1;
  return { error, tries, next_at: Date.now() + waitMs(tries, Math.random(), retryAfter) };
}
