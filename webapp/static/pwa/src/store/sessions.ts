/** Who uses this phone: several workers may, one at a time; nobody's sign-in or sign-out touches another's unsent work. */

import { FIRST_PREV, thumbprint } from "../domain/record";
import type { Worker } from "../domain/session";
import { changed } from "./changes";
import { read, write } from "./db";
import { StoreError } from "./errors";
import { readMeta } from "./meta";
import type { SessionRow } from "./schema";

export interface Session {
  worker: Worker;
  device_kid: string;
  signed_in: boolean;
  /** True once a page of the pack has come. */
  has_list: boolean;
  enrolled_at: string;
}

/**
 * Whose work this page shows. Another tab may sign somebody else in: what was begun here is still the first one's, and is
 * kept, signed and sealed as theirs until the screens have put everything away and follow.
 */
let pageWorker: string | null = null;

/** Turns this page to whoever is signed in now; to be called when nothing unsaved is under anybody's hands. */
export async function followSession(): Promise<void> {
  pageWorker = await readMeta<string>("current");
}

/** A fresh or kept key pair for an enrolment; the private half cannot be read out. */
export interface DeviceKey {
  private_key: CryptoKey;
  public_key: JsonWebKey;
  device_kid: string;
}

export async function makeDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const public_key = { kty, crv, x, y } as JsonWebKey;
  return { private_key: pair.privateKey, public_key, device_kid: await thumbprint(public_key) };
}

/** The key that this phone used for an account name, so that signing in again is the same device. */
export async function keyOfAccount(username: string): Promise<DeviceKey | null> {
  const worker_id = await readMeta<string>(`account:${username}`);
  const row = worker_id ? await readSessionRow(worker_id) : null;
  return row && { private_key: row.private_key, public_key: row.public_key, device_kid: row.device_kid };
}

export interface Enrolled {
  username: string;
  worker: Worker;
  token: string;
  key: DeviceKey;
}

/** Signs a worker in; a known device goes on with its chain, a new one starts its own. */
export async function keepEnrolment({ username, worker, token, key }: Enrolled): Promise<Session> {
  const row = await write(["sessions", "meta"], async (transaction) => {
    const sessions = transaction.objectStore("sessions");
    const known = await sessions.get(worker.id);
    const head =
      known?.device_kid === key.device_kid
        ? { seq: known.seq, prev: known.prev, enrolled_at: known.enrolled_at }
        : { seq: 0, prev: FIRST_PREV, enrolled_at: new Date().toISOString() };
    const kept: SessionRow = {
      worker_id: worker.id,
      worker,
      token,
      ...key,
      ...head,
      cursor: known?.cursor ?? "",
      unnamed: known?.unnamed ?? [],
    };
    await sessions.put(kept);
    await transaction.objectStore("meta").put(worker.id, "current");
    await transaction.objectStore("meta").put(worker.id, `account:${username}`);
    return kept;
  });
  pageWorker = null;
  changed("session", "cases", "drafts", "outbox");
  return toSession(row);
}

/**
 * Signs the current worker out; key, chain, drafts and unsent work stay for the next sign-in. With `keepToken` the work
 * that is still unsent goes on being sent, and the token is dropped after it (`dropToken`).
 */
export async function closeSession(worker_id: string, keepToken: boolean): Promise<void> {
  await write(["sessions", "meta"], async (transaction) => {
    const row = await transaction.objectStore("sessions").get(worker_id);
    if (row && !keepToken) await transaction.objectStore("sessions").put({ ...row, token: null });
    if ((await transaction.objectStore("meta").get("current")) === worker_id)
      await transaction.objectStore("meta").delete("current");
  });
  pageWorker = null;
  changed("session", "cases", "drafts", "outbox");
}

/** Drops the token of a worker who has signed out and has nothing left to send. */
export async function dropToken(worker_id: string): Promise<void> {
  await write(["sessions", "meta"], async (transaction) => {
    const isCurrent = (await transaction.objectStore("meta").get("current")) === worker_id;
    const row = await transaction.objectStore("sessions").get(worker_id);
    if (row && !isCurrent) await transaction.objectStore("sessions").put({ ...row, token: null });
  });
}

/** The worker whose work this page shows, or null. */
export async function currentSession(): Promise<Session | null> {
  const row = await readCurrentRow();
  return row && toSession(row);
}

export async function listSessions(): Promise<Session[]> {
  return (await listSessionRows()).map(toSession);
}

/** Not empty, for there is a list; no change has this number. */
const FROM_THE_START = "0";

/** Lets every worker's list be read from its beginning: what was read before belongs to a history that the office has no more. */
export async function forgetCursors(): Promise<void> {
  await write(["sessions"], async (transaction) => {
    const sessions = transaction.objectStore("sessions");
    for (const row of await sessions.getAll()) await sessions.put({ ...row, cursor: row.cursor && FROM_THE_START });
  });
}

export function listSessionRows(): Promise<SessionRow[]> {
  return read(["sessions"], (transaction) => transaction.objectStore("sessions").getAll());
}

export async function readSessionRow(worker_id: string): Promise<SessionRow | null> {
  return (await read(["sessions"], (transaction) => transaction.objectStore("sessions").get(worker_id))) ?? null;
}

export async function readCurrentRow(): Promise<SessionRow | null> {
  const worker_id = pageWorker ?? (await readMeta<string>("current"));
  return worker_id ? readSessionRow(worker_id) : null;
}

/** The id of the worker whose work this page shows; throws `not_signed_in`. */
export async function currentWorkerId(): Promise<string> {
  const worker_id = pageWorker ?? (await readMeta<string>("current"));
  if (!worker_id) throw new StoreError("not_signed_in");
  return worker_id;
}

function toSession({ worker, device_kid, token, cursor, enrolled_at }: SessionRow): Session {
  return { worker, device_kid, signed_in: token !== null, has_list: cursor !== "", enrolled_at };
}
