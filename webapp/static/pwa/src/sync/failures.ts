/** What a failed try means for the item and for the rest of the run. No failure ever deletes work. */

import { verdictOf, waitMs, type Verdict } from "../domain/retry";
import { troubleOf, troubleOfStatus } from "../domain/trouble";
import { isQuarantined, type SendEvent } from "../domain/outbox";
import type { OutboxItem, SyncTrouble, Trouble } from "../domain/sending";
import { NetError } from "../net/errors";
import { isQuota, StoreError } from "../store/errors";
import { moveItem, type ItemChange } from "../store/outbox";
import { readServerSeen } from "../store/settings";
import { noteProgress } from "./progress";
import type { WorkerSession } from "./turn";

/** Ends the run: the line, the session or the server is not there, and other items would fare no better. */
export class Stop extends Error {
  constructor(
    readonly why: "offline" | "signed_out" | "not_allowed" | "server" | "storage_full",
    readonly trouble: SyncTrouble,
    readonly retryAfter: number | null = null,
  ) {
    super(`stop_${why}`);
  }
}

/** The end of a run that an error of a call without an item means; other errors are thrown on. */
export async function stopOf(error: unknown): Promise<unknown> {
  if (!(error instanceof NetError)) return error;
  if (error.kind === "offline") return offlineStop(error);
  const verdict = verdictOf(error.status);
  if (verdict === "sign_in") return new Stop("signed_out", "signed_out");
  if (error.code === "password_change_due") return new Stop("not_allowed", "password_due");
  if (verdict === "pause") return new Stop("not_allowed", "not_allowed");
  return new Stop("server", troubleOfStatus(error.status), error.retryAfter);
}

async function offlineStop(error: NetError): Promise<Stop> {
  return new Stop("offline", await troubleIn(error));
}

/** What kept a request from the office, or null when there is no more to say than that there is no signal. */
export async function troubleIn(error: NetError): Promise<Trouble | null> {
  const has_network = globalThis.navigator?.onLine !== false;
  return troubleOf(error, { has_network, now: Date.now(), server_seen: await readServerSeen() });
}

/**
 * Runs the sending of one item: marks it as being sent, and settles what comes of a failure. True when it went through. A
 * fault of the phone's own with one item, such as bytes that it cannot read any more, holds nothing else up.
 */
export async function trying(turn: WorkerSession, item: OutboxItem, body: () => Promise<void>): Promise<boolean> {
  try {
    await moveItem(item.item_id, "start");
    await body();
    noteProgress();
    return true;
  } catch (error) {
    await settleFailure(turn, item, error);
    return false;
  }
}

async function settleFailure(turn: WorkerSession, item: OutboxItem, error: unknown): Promise<void> {
  if (!(error instanceof NetError)) return settleFault(item, error);
  if (error.kind === "offline") {
    // The line's fault, not the item's: it keeps its turn.
    await moveItem(item.item_id, "cut");
    throw await offlineStop(error);
  }
  const verdict = verdictOf(error.status, error.code);
  await moveItem(item.item_id, eventOf(verdict, item, error), changeOf(verdict, item, error));
  if (verdict === "sign_in") throw new Stop("signed_out", "signed_out");
  if (verdict !== "again") return;
  if (error.status >= 500 || error.status === 429) turn.trouble = troubleOfStatus(error.status);
  if (error.status === 503 || error.status === 429) throw new Stop("server", turn.trouble ?? "server", error.retryAfter);
}

/** A store that is full, closed or blocked is everybody's trouble; anything else is this item's alone. */
async function settleFault(item: OutboxItem, error: unknown): Promise<void> {
  if (isQuota(error) || (error instanceof StoreError && error.trouble !== "broken")) throw error;
  console.error(error);
  const detail = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  const change = putOff(item, { code: "phone_fault", detail, at: new Date().toISOString() }, null);
  // Whoever changed the item meanwhile has given it a state of its own.
  await moveItem(item.item_id, "cut", change).catch(() => moveItem(item.item_id, null, change));
}

function eventOf(verdict: Verdict, item: OutboxItem, { code, facts }: NetError): SendEvent {
  if ((verdict === "conflict" || verdict === "refused") && isQuarantined(item, code, facts)) return "aside";
  if (verdict === "conflict") return item.type === "result" ? "conflict" : "refused";
  return verdict === "refused" ? "refused" : "cut";
}

function changeOf(verdict: Verdict, item: OutboxItem, { code, detail, status, retryAfter }: NetError): ItemChange {
  const at = new Date().toISOString();
  if (verdict !== "again" && verdict !== "pause") return { error: { code, detail, at } };
  const isOfServer = status >= 500 || status === 429;
  return putOff(item, { code, detail, at, trouble: isOfServer ? troubleOfStatus(status) : null }, retryAfter);
}

function putOff(item: OutboxItem, error: NonNullable<OutboxItem["error"]>, retryAfter: number | null): ItemChange {
  const tries = item.tries + 1;
  return { error, tries, next_at: Date.now() + waitMs(tries, Math.random(), retryAfter) };
}
