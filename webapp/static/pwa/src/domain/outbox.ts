/** The states of what waits to be sent: one table, computed only from what the server acknowledged. */

import { LONGEST_PUT_OFF_MS } from "./retry";
import type { ItemType, OutboxCounts, OutboxItem, SendState } from "./sending";

export type SendEvent =
  | "queue"
  | "start"
  | "cut"
  | "received"
  | "verified"
  | "accepted"
  | "returned"
  | "conflict"
  | "refused"
  | "aside"
  | "again"
  | "lost"
  | "doubted"
  | "reopened";

/**
 * A file goes back from `received` when the server turns out to lack bytes, and everything that had arrived when the server
 * was restored from an older backup; nothing leads from a refused item but a person's wish to try again. `verified` is
 * reached only by the phone's own check of the receipt.
 */
export const SEND_MOVES: Record<SendState, Partial<Record<SendEvent, SendState>>> = {
  saved: { queue: "queued", start: "sending" },
  queued: { start: "sending", refused: "refused" },
  sending: {
    start: "sending",
    cut: "queued",
    received: "received",
    verified: "verified",
    refused: "refused",
    aside: "aside",
    conflict: "conflict",
    accepted: "accepted",
    returned: "returned",
  },
  received: {
    verified: "verified",
    lost: "queued",
    refused: "refused",
    aside: "aside",
    accepted: "accepted",
    returned: "returned",
    conflict: "conflict",
  },
  verified: { lost: "queued", doubted: "received", accepted: "accepted", returned: "returned" },
  accepted: { lost: "queued", returned: "returned" },
  returned: { lost: "queued", accepted: "accepted", reopened: "received" },
  conflict: { lost: "queued", accepted: "accepted", returned: "returned" },
  refused: { again: "queued" },
  aside: { again: "queued", lost: "queued" },
};

/** Of a result: what its worker can do nothing about. What a rule lacks is mended at the visit, though the office has kept it. */
const BEYOND_MENDING: readonly string[] = [
  "not_found",
  "results_waiting",
  "capture_unknown",
  "attempt_differs",
  "result_differs",
];

/** Whether the office kept what it refused, so that nothing more is to be done here but to send its files. */
export function isQuarantined(
  { type }: Pick<OutboxItem, "type">,
  code: string,
  facts: Readonly<Record<string, unknown>>,
): boolean {
  if (facts["kept"] !== true || type === "media") return false;
  return type !== "result" || BEYOND_MENDING.includes(code);
}

/** The state after `event`; throws when the table has no such move. */
export function nextState(state: SendState, event: SendEvent): SendState {
  const after = SEND_MOVES[state][event];
  if (!after) throw new Error(`send_state ${state} ${event}`);
  return after;
}

/** What the server does not yet hold whole. */
export function isUnsent({ state }: Pick<OutboxItem, "state">): boolean {
  return state === "saved" || state === "queued" || state === "sending" || state === "refused";
}

/** A file that the server has and has not vouched for yet: its original is still here. */
export function isAwaitingReceipt({ type, state }: Pick<OutboxItem, "type" | "state">): boolean {
  return type === "media" && state === "received";
}

/** Whether the runner should take it up: unsent, not refused, and not put off. */
export function isDue(item: Pick<OutboxItem, "state" | "next_at">, now: number): boolean {
  return item.state !== "refused" && isUnsent(item) && waitLeft(item, now) === 0;
}

/** Milliseconds until an item's next try. No wait is longer than an hour: one that seems so was reckoned before the phone's clock was set back. */
export function waitLeft({ next_at }: Pick<OutboxItem, "next_at">, now: number): number {
  const left = Math.max(0, next_at - now);
  return left > LONGEST_PUT_OFF_MS ? 0 : left;
}

/**
 * Whether a result is answered anew in its place, for as it is it never arrives: the rules refused it, or it rests on a
 * record that the office refused. One that is just being sent is left alone.
 */
export function mayBeCorrected({ type, state, error }: Pick<OutboxItem, "type" | "state" | "error">): boolean {
  const restsOnRefused = error?.code === "capture_refused" && (state === "saved" || state === "queued");
  return type === "result" && (state === "refused" || state === "aside" || restsOnRefused);
}

/** Whether only a person can move it on: it was refused itself, or it rests on a record that was. */
export function waitsForPerson(item: OutboxItem, items: readonly OutboxItem[]): boolean {
  if (item.state === "refused" || item.error?.code === "capture_refused") return true;
  return (
    item.type === "media" && items.some(({ type, ref, state }) => type === "record" && ref === item.ref && state === "refused")
  );
}

const RANK: Record<ItemType, number> = { record: 0, attempts: 1, media: 2, result: 3 };

/** Records first, for they are the upper bound of time; photos before videos, then what is oldest. */
export function inSendingOrder(items: readonly OutboxItem[]): OutboxItem[] {
  const video = (item: OutboxItem): number => Number(item.kind === "video");
  return [...items].sort(
    (one, other) =>
      RANK[one.type] - RANK[other.type] ||
      video(one) - video(other) ||
      one.created_at.localeCompare(other.created_at) ||
      one.item_id.localeCompare(other.item_id),
  );
}

/** What one worker has waiting, and how much of others' lies on the same phone. */
export function countItems(items: readonly OutboxItem[], worker_id: string | null): OutboxCounts {
  const unsent = items.filter(isUnsent);
  const own = unsent.filter((item) => item.worker_id === worker_id);
  return {
    unsent: own.length,
    unsent_bytes: own.reduce((sum, item) => sum + item.size_bytes - item.sent_bytes, 0),
    waiting_since: own.reduce<string | null>(
      (oldest, { created_at }) => (oldest && oldest < created_at ? oldest : created_at),
      null,
    ),
    refused: own.filter(({ state }) => state === "refused").length,
    of_others: unsent.length - own.length,
  };
}
