/** The one runner of this phone: over all tabs under a lock, woken by saves, by the network, by the eye and by the clock. */

import { waitMs } from "../domain/retry";
import { isDue } from "../domain/outbox";
import { onContact, type Contact } from "../net/http";
import { locked } from "../store/locks";
import { allItems } from "../store/outbox";
import { readServerOffset, writeServerOffset } from "../store/settings";
import { runOnce, type RunEnd } from "./run";
import { report } from "./state";
import { checkForUpdate } from "./update";

const LOCK = "anzai-sync";
/** While the app is open and idle: how often the pack is asked for. */
const IDLE_MS = 300_000;
/** A receipt comes when the server has examined the file, which takes it seconds. */
const RECEIPT_MS = 3_000;
/** Several saves in a row are one run. */
const NUDGE_MS = 150;

let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: Promise<void> | null = null;
let wantsFull = true;
let cuts = 0;
let lastFull = 0;
let isStarted = false;
let bestContact: Contact | null = null;

/** Begins, once, on load; later calls change nothing. */
export function startSync(): void {
  if (isStarted) return;
  isStarted = true;
  onContact(noteContact);
  void recallOffset().catch(() => undefined);
  globalThis.addEventListener?.("online", () => wake({ full: true }));
  // Nothing may be asked of the office for minutes: that the signal is gone is said before the next try.
  globalThis.addEventListener?.("offline", () => report({ link: "offline" }));
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    wake({ full: Date.now() - lastFull > IDLE_MS / 5 });
    // An app that stays open is never navigated, and only that makes browsers look for a new version.
    void checkForUpdate();
  });
  globalThis.navigator?.serviceWorker?.addEventListener("message", ({ data }) => {
    if ((data as { type?: string } | null)?.type === "anzai-sync") wake({ full: false });
  });
  wake({ full: true });
}

/** The button: tries everything now; resolves when that run has ended. */
export function syncNow(): Promise<void> {
  return wake({ full: true });
}

/** After each save: sends soon what waits. */
export function nudge(): void {
  schedule(NUDGE_MS, false);
  askForBackgroundSync();
}

function wake({ full }: { full: boolean }): Promise<void> {
  cuts = 0;
  wantsFull ||= full;
  return go();
}

/** At most one run waits for the lock, however often it is asked for. */
function go(): Promise<void> {
  clearTimeout(timer);
  waiting ??= locked(LOCK, async () => {
    waiting = null;
    const full = wantsFull || Date.now() - lastFull > IDLE_MS;
    wantsFull = false;
    await runAndPlan(full);
  });
  return waiting;
}

async function runAndPlan(full: boolean): Promise<void> {
  try {
    const end = await runOnce({ full });
    if (full && !end.stop) lastFull = Date.now();
    wantsFull ||= full && end.stop !== null;
    schedule(await delayAfter(end), wantsFull);
  } catch (error) {
    // A fault of our own must not silence the runner for the rest of the day.
    schedule(waitMs(++cuts, Math.random()), full);
    console.error(error);
  }
}

function schedule(milliseconds: number, full: boolean): void {
  wantsFull ||= full;
  clearTimeout(timer);
  if (isStarted) timer = setTimeout(() => void go(), milliseconds);
}

async function delayAfter(end: RunEnd): Promise<number> {
  if (end.stop) return waitMs(++cuts, Math.random(), end.retryAfter);
  cuts = 0;
  const items = await allItems();
  const due = items.filter((item) => isDue(item, Infinity)).map(({ next_at }) => next_at - Date.now());
  const receipts = end.open_receipts ? RECEIPT_MS : IDLE_MS;
  return Math.max(RECEIPT_MS, Math.min(IDLE_MS, receipts, ...due));
}

/** What was known of the clock before this start, until the office answers again. */
async function recallOffset(): Promise<void> {
  const server_offset_ms = await readServerOffset();
  if (!bestContact) report({ server_offset_ms });
}

/** Of the contacts of this start, the quickest tells the clock best. */
function noteContact(contact: Contact): void {
  report({ last_contact: new Date(contact.phone_ms).toISOString(), link: "online" });
  if (bestContact && contact.rtt_ms > bestContact.rtt_ms && contact.phone_ms - bestContact.phone_ms < IDLE_MS) return;
  bestContact = contact;
  const server_offset_ms = Math.round(contact.server_ms - contact.phone_ms);
  report({ server_offset_ms });
  void writeServerOffset(server_offset_ms).catch(() => undefined);
}

/** A bonus where the browser has it: a wake-up when the network returns, for a page that is still alive. */
function askForBackgroundSync(): void {
  const ready = globalThis.navigator?.serviceWorker?.ready;
  type Syncing = { sync?: { register(tag: string): Promise<void> } };
  void ready?.then((registration) => (registration as unknown as Syncing).sync?.register("anzai-sync")).catch(() => undefined);
}
