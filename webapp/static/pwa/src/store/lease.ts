/** For browsers without Web Locks (Safari before 15.4): a row that says which page works now, and until when. */

import { uuid7 } from "../domain/uuid7";
import { write } from "./db";

const LEASE_MS = 15_000;
const ASK_AGAIN_MS = 500;
const OWNER = uuid7();

interface Lease {
  owner: string;
  until: number;
}

/** Runs `body` while this page holds the lease; a page that was killed loses it after fifteen seconds. */
export async function leased<Answer>(name: string, body: () => Promise<Answer>): Promise<Answer> {
  while (!(await take(name))) await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  const renewal = setInterval(() => void take(name).catch(() => undefined), LEASE_MS / 3);
  try {
    return await body();
  } finally {
    clearInterval(renewal);
    await give(name);
  }
}

function take(name: string): Promise<boolean> {
  return write(["meta"], async (transaction) => {
    const store = transaction.objectStore("meta");
    const held = (await store.get(`lease:${name}`)) as Lease | undefined;
    // A lease that ends later than one can be taken was written before the phone's clock was set back.
    const left = held ? held.until - Date.now() : 0;
    if (held?.owner !== OWNER && left > 0 && left <= LEASE_MS) return false;
    await store.put({ owner: OWNER, until: Date.now() + LEASE_MS } satisfies Lease, `lease:${name}`);
    return true;
  });
}

function give(name: string): Promise<void> {
  return write(["meta"], async (transaction) => {
    const store = transaction.objectStore("meta");
    const held = (await store.get(`lease:${name}`)) as Lease | undefined;
    if (held?.owner === OWNER) await store.delete(`lease:${name}`);
  });
}
