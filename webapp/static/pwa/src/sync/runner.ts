/**
 * The one runner of this phone: over all tabs under a lock, woken by saves, by the network, by the eye and by the clock.
 *
 * It must never fall silent while the app is open. So each run ends by naming the next; a run in which nothing stirs any
 * more is given up; a lock whose holder stands still is taken away; and no wait is longer than an hour.
 */

import { waitMs } from "../domain/retry";
import { onContact, requestSteps, type Contact } from "../net/http";
import { recallMethods } from "../net/methods";
import { dropConnection } from "../store/db";
import { readBoxed, readServerOffset, writeBoxed, writeServerOffset, writeServerSeen } from "../store/settings";
import { runOnce, type RunEnd, type RunOrder } from "./run";
import { onlyHere } from "./only-here";
import { report } from "./state";
import { checkForUpdate } from "./update";

/** While the app is open and idle: how often the pack is asked for. */
const IDLE_MS = 300_000;
/** A receipt comes when the server has examined the file, which takes it seconds. */
const RECEIPT_MS = 3_000;
/** Several saves in a row are one run. */
const NUDGE_MS = 150;
/** How often a run is looked at, and how many looks without a request begun or ended mean that it stands still: longer than any request may take. */
const LOOK_MS = 15_000;
const STILL_LOOKS = 12;

export interface Clockwork {
  setTimeout: (called: () => void, milliseconds: number) => unknown;
  clearTimeout: (timer: unknown) => void;
}

const browserClock: Clockwork = {
  setTimeout: (called, milliseconds) => setTimeout(called, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** A run in which nothing stirred any more. */
class StandsStill extends Error {}

/** When to run: one for a page. Clock, lock and run are given, so that tests can kill it between any two steps. */
export class Runner {
  #timer: unknown = null;
  #waiting: Promise<void> | null = null;
  #wantsFull = true;
  #cuts = 0;
  #lastFull = 0;
  #isStarted = false;

  constructor(
    readonly run: (order: RunOrder) => Promise<RunEnd> = runOnce,
    readonly lock: (body: () => Promise<void>) => Promise<void> = onlyHere,
    readonly clock: Clockwork = browserClock,
  ) {}

  get lastFull(): number {
    return this.#lastFull;
  }

  start(): void {
    this.#isStarted = true;
  }

  /** Runs as soon as may be; resolves when that run has ended. */
  wake({ full }: RunOrder): Promise<void> {
    this.#cuts = 0;
    this.#wantsFull ||= full;
    return this.#go();
  }

  /** Soon, for several wishes in a row are one run. */
  nudge(): void {
    this.#schedule(NUDGE_MS, false);
  }

  /** At most one run waits for the lock, however often it is asked for. */
  #go(): Promise<void> {
    this.clock.clearTimeout(this.#timer);
    this.#waiting ??= Promise.resolve()
      .then(() => this.lock(() => this.#underLock()))
      .catch((error: unknown) => this.#fail(error));
    return this.#waiting;
  }

  async #underLock(): Promise<void> {
    this.#waiting = null;
    const idle = Math.abs(Date.now() - this.#lastFull);
    const full = this.#wantsFull || idle > IDLE_MS;
    this.#wantsFull = false;
    try {
      const end = await this.#watched(this.run({ full }));
      if (full && !end.stop) this.#lastFull = Date.now();
      this.#schedule(this.#delayAfter(end), full && end.stop !== null);
    } catch (error) {
      this.#wantsFull ||= full;
      this.#fail(error);
    }
  }

  /** A fault of our own, or of a lock, must not silence the runner for the rest of the day. */
  #fail(error: unknown): void {
    this.#waiting = null;
    if (error instanceof StandsStill) dropConnection();
    console.error(error);
    this.#schedule(waitMs(++this.#cuts, Math.random()), false);
  }

  /** The run's end; a run that stands still is left behind, and what it may still do is done twice without harm. */
  #watched(run: Promise<RunEnd>): Promise<RunEnd> {
    return new Promise((resolve, reject) => {
      let [looks, steps, timer]: [number, number, unknown] = [0, requestSteps(), null];
      const look = (): void => {
        if (requestSteps() !== steps) [looks, steps] = [0, requestSteps()];
        // Looks are counted and not the clock: a phone that slept has not stood still.
        if (++looks > STILL_LOOKS) return reject(new StandsStill("run_stands_still"));
        timer = this.clock.setTimeout(look, LOOK_MS);
      };
      timer = this.clock.setTimeout(look, LOOK_MS);
      run.then(resolve, reject).finally(() => this.clock.clearTimeout(timer));
    });
  }

  #schedule(milliseconds: number, full: boolean): void {
    this.#wantsFull ||= full;
    this.clock.clearTimeout(this.#timer);
    if (this.#isStarted) this.#timer = this.clock.setTimeout(() => void this.#go(), milliseconds);
  }

  /** A line that carries something is not given longer and longer rests. */
  #delayAfter(end: RunEnd): number {
    if (!end.stop || end.has_moved) this.#cuts = 0;
    if (end.stop) return waitMs(++this.#cuts, Math.random(), end.retryAfter);
    const receipts = end.open_receipts ? RECEIPT_MS : IDLE_MS;
    return Math.max(RECEIPT_MS, Math.min(IDLE_MS, receipts, end.next_try));
  }
}

const runner = new Runner();
let isStarted = false;
let bestContact: Contact | null = null;

/** Begins, once, on load; later calls change nothing. */
export function startSync(): void {
  if (isStarted) return;
  isStarted = true;
  runner.start();
  onContact(noteContact);
  void recallLine().catch(() => undefined);
  globalThis.addEventListener?.("online", () => void runner.wake({ full: true }));
  // Nothing may be asked of the office for minutes: that the signal is gone is said before the next try.
  globalThis.addEventListener?.("offline", () => report({ link: "offline" }));
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    void runner.wake({ full: Math.abs(Date.now() - runner.lastFull) > IDLE_MS / 5 });
    // An app that stays open is never navigated, and only that makes browsers look for a new version.
    void checkForUpdate();
  });
  globalThis.navigator?.serviceWorker?.addEventListener("message", ({ data }) => {
    if ((data as { type?: string } | null)?.type === "anzai-sync") void runner.wake({ full: false });
  });
  void runner.wake({ full: true });
}

/** The button: tries everything now; resolves when that run has ended. */
export function syncNow(): Promise<void> {
  return runner.wake({ full: true });
}

/** After each save: sends soon what waits. */
export function nudge(): void {
  runner.nudge();
  askForBackgroundSync();
}

/** What was known of the clock and of the line before this start, until the office answers again. */
async function recallLine(): Promise<void> {
  recallMethods(await readBoxed(), (isBoxed) => void writeBoxed(isBoxed).catch(() => undefined));
  const server_offset_ms = await readServerOffset();
  if (!bestContact) report({ server_offset_ms });
}

/** Of the contacts of this start, the quickest tells the clock best. */
function noteContact(contact: Contact): void {
  report({ last_contact: new Date(contact.phone_ms).toISOString(), link: "online" });
  if (bestContact && contact.rtt_ms > bestContact.rtt_ms && Math.abs(contact.phone_ms - bestContact.phone_ms) < IDLE_MS) return;
  bestContact = contact;
  const server_offset_ms = Math.round(contact.server_ms - contact.phone_ms);
  report({ server_offset_ms });
  void Promise.all([writeServerOffset(server_offset_ms), writeServerSeen(contact.server_ms)]).catch(() => undefined);
}

/** A bonus where the browser has it: a wake-up when the network returns, for a page that is still alive. */
function askForBackgroundSync(): void {
  const ready = globalThis.navigator?.serviceWorker?.ready;
  type Syncing = { sync?: { register(tag: string): Promise<void> } };
  void ready?.then((registration) => (registration as unknown as Syncing).sync?.register("anzai-sync")).catch(() => undefined);
}
