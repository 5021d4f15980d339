/** The runner's turn among the tabs of this phone; a tab that holds it and stands still loses it. */

import { watch } from "../store/changes";
import { locked } from "../store/locks";

const LOCK = "anzai-sync";
/** How often whoever waits looks round, and after how many looks without a sign of life the holder counts as standing still. */
const LOOK_MS = 15_000;
const STILL_LOOKS = 20;

/**
 * Runs `body` while no other tab does. Phones freeze tabs in the background without freeing their locks (iOS above all):
 * the tab that is looked at then takes the lock. Should the other wake, both send, and the server takes each thing once.
 */
export async function onlyHere(body: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (!locks) return locked(LOCK, body);
  const still = new AbortController();
  const looking = watchHolder(() => still.abort());
  try {
    await locks.request(LOCK, { signal: still.signal }, () => (looking(), body()));
  } catch (error) {
    if (!still.signal.aborted) throw error;
    await locks.request(LOCK, { steal: true }, body);
  } finally {
    looking();
  }
}

/** Calls back once when the holder has given no sign for minutes while this tab was looked at; the returned function ends the watch. */
function watchHolder(stands: () => void): () => void {
  let looks = 0;
  const unwatch = watch(["outbox", "cases", "captures", "tickets"], () => (looks = 0));
  const timer = setInterval(() => {
    const isSeen = globalThis.document?.visibilityState !== "hidden";
    if (isSeen && ++looks > STILL_LOOKS) (end(), stands());
  }, LOOK_MS);
  const end = (): void => {
    clearInterval(timer);
    unwatch();
  };
  return end;
}
