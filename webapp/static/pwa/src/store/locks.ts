/** Mutual exclusion over the tabs of this phone: Web Locks, or a queue in the page and a lease between pages. */

import { leased } from "./lease";

const queues = new Map<string, Promise<unknown>>();

/** Runs `body` while nobody else on this phone runs one under the same name. */
export function locked<Answer>(name: string, body: () => Promise<Answer>): Promise<Answer> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (locks) return locks.request(name, body) as Promise<Answer>;
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => leased(name, body));
  queues.set(
    name,
    turn.catch(() => undefined),
  );
  return turn;
}
