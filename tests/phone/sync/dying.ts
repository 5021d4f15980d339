/** A page that can be killed between any two of its steps, and a clock that can be turned: for tests of what outlives a kill. */

import { mock } from "node:test";
import { runOnce } from "../../../webapp/static/pwa/src/sync/run";
import { Runner, type Clockwork } from "../../../webapp/static/pwa/src/sync/runner";
import { restart } from "../store/fresh";

/** Stops the page at its n-th step: before a write, when a transaction is complete but nobody was told, before a request or after the server took it. */
export class Page {
  steps = 0;
  killAt = Infinity;
  isDead = false;
  last = "";

  install(): void {
    const page = this;
    for (const name of ["put", "add", "delete"] as const) {
      const real = IDBObjectStore.prototype[name] as (...given: unknown[]) => IDBRequest;
      mock.method(IDBObjectStore.prototype, name, function (this: IDBObjectStore, ...given: unknown[]) {
        if (page.#pass(`before ${this.name}.${name}`)) this.transaction.abort();
        return real.apply(this, given);
      });
    }
    const open = IDBDatabase.prototype.transaction;
    mock.method(IDBDatabase.prototype, "transaction", function (this: IDBDatabase, ...given: Parameters<typeof open>) {
      if (page.isDead) throw new Error("the page is dead");
      const transaction = open.apply(this, given);
      if (transaction.mode === "readwrite")
        transaction.addEventListener(
          "complete",
          () => void page.#pass(`complete ${[...transaction.objectStoreNames].join("+")}`),
        );
      return transaction;
    });
    const fetched = globalThis.fetch;
    mock.method(globalThis, "fetch", (async (path: string, init: RequestInit) => {
      if (page.isDead || page.#pass(`before ${init.method} ${path}`)) throw new TypeError("the page is dead");
      const answer = await fetched(path, init);
      if (page.isDead || page.#pass(`after ${init.method} ${path}`)) throw new TypeError("the page is dead");
      return answer;
    }) as typeof fetch);
  }

  /** Lets the page live until its n-th step from now. */
  killAfter(steps: number): void {
    [this.steps, this.killAt] = [0, steps];
  }

  /** The same phone, a new page: what was in memory is gone. */
  async reborn(): Promise<void> {
    this.killAt = Infinity;
    await restart();
    this.isDead = false;
  }

  #pass(where: string): boolean {
    if (this.isDead || ++this.steps !== this.killAt) return false;
    this.last = where;
    return (this.isDead = true);
  }
}

/** Time that passes only when it is turned on; `Date.now` goes with it. */
export class TurnedClock implements Clockwork {
  now: number;
  #timers = new Map<number, { at: number; called: () => void }>();
  #named = 0;

  constructor() {
    this.now = Date.now();
    mock.method(Date, "now", () => this.now);
    // The short pauses inside an upload pass at once.
    const real = globalThis.setTimeout;
    mock.method(globalThis, "setTimeout", (called: () => void, wait: number) =>
      wait > 10_000 ? real(called, wait) : setImmediate(called),
    );
  }

  setTimeout = (called: () => void, milliseconds: number): unknown => {
    this.#timers.set(++this.#named, { at: this.now + milliseconds, called });
    return this.#named;
  };

  clearTimeout = (timer: unknown): void => void this.#timers.delete(timer as number);

  /** Turns on to the next timer and lets it go off; false when there is none. */
  turn(): boolean {
    const [next] = [...this.#timers].sort(([, one], [, other]) => one.at - other.at);
    if (!next) return false;
    this.#timers.delete(next[0]);
    this.now = Math.max(this.now, next[1].at);
    next[1].called();
    return true;
  }

  forget(): void {
    this.#timers.clear();
  }
}

/** The app open on one page, its runner driven by a turned clock. */
export class OpenApp {
  readonly runner: Runner;
  runs = 0;
  #latest: Promise<void> = Promise.resolve();

  constructor(readonly clock: TurnedClock) {
    const lock = (body: () => Promise<void>): Promise<void> => (this.#latest = this.#latest.then(body));
    this.runner = new Runner((order) => (this.runs++, runOnce(order)), lock, clock);
    this.runner.start();
  }

  /** Wakes the runner as a start of the app does, and turns the clock until something holds or so much time has passed. */
  async live(isOver: () => Promise<boolean> | boolean, longestMs: number): Promise<boolean> {
    const end = this.clock.now + longestMs;
    await this.runner.wake({ full: true });
    for (;;) {
      // A timer asks for the lock a moment later.
      await Promise.resolve();
      await Promise.resolve();
      await this.#latest;
      if (await isOver()) return true;
      if (this.clock.now > end) return false;
      if (!this.clock.turn()) throw new Error("the runner fell silent");
    }
  }
}
