/** The lock of the runner: a tab that holds it and stands still loses it to the one that is looked at; a busy one does not. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { changed } from "../../../webapp/static/pwa/src/store/changes";
import { onlyHere } from "../../../webapp/static/pwa/src/sync/only-here";

/** Web Locks as one frozen holder leaves them: a request waits for ever, unless it steals. */
class HeldLocks {
  stolen = 0;

  request(_name: string, options: { signal?: AbortSignal; steal?: boolean }, body: () => Promise<void>): Promise<void> {
    if (options.steal) return (this.stolen++, body());
    return new Promise((_, reject) =>
      options.signal!.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
    );
  }
}

let locks: HeldLocks;
const LOOK_MS = 15_000;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  locks = new HeldLocks();
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  mock.timers.enable({ apis: ["setInterval"] });
});
afterEach(() => {
  mock.timers.reset();
  Object.defineProperty(globalThis, "navigator", { value: undefined, configurable: true });
  Object.assign(globalThis, { document: undefined });
});

test("a holder that gives no sign for minutes loses the lock", async () => {
  let ran = 0;
  const ended = onlyHere(async () => void ran++);
  for (let look = 0; look < 20; look++) mock.timers.tick(LOOK_MS);
  await settle();
  assert.equal(ran, 0);
  mock.timers.tick(LOOK_MS);
  await ended;
  assert.deepEqual([ran, locks.stolen], [1, 1]);
});

test("a holder at work keeps it, and so does one whom nobody else waits for in sight", async () => {
  let ran = 0;
  void onlyHere(async () => void ran++);
  for (let look = 0; look < 60; look++) {
    if (look % 10 === 0) changed("outbox");
    mock.timers.tick(LOOK_MS);
  }
  Object.assign(globalThis, { document: { visibilityState: "hidden" } });
  for (let look = 0; look < 60; look++) mock.timers.tick(LOOK_MS);
  await settle();
  assert.deepEqual([ran, locks.stolen], [0, 0]);
});
