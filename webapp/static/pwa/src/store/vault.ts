/**
 * Sealing of personal data at rest: AES-GCM with a key that no script can read out.
 *
 * What this gives and what not: names, addresses and phones do not lie in the browser's files as text, and they are gone
 * for good when the key is deleted. Whoever owns the unlocked phone, or takes the whole profile apart, has the key as
 * well; only a PIN that wraps it would change that, and the threat model says so. Pictures lie unsealed until the
 * server's receipt is verified, for a lost key must never cost evidence.
 */

import { utf8 } from "../domain/bytes";
import { read, write } from "./db";
import type { Sealed } from "./schema";

const keys = new Map<string, Promise<CryptoKey>>();

export async function seal(worker_id: string, value: unknown): Promise<Sealed> {
  return sealBytes(worker_id, utf8(JSON.stringify(value)));
}

export async function unseal<Value>(worker_id: string, sealed: Sealed): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await unsealBytes(worker_id, sealed))) as Value;
}

export async function sealBytes(worker_id: string, bytes: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: utf8(worker_id) },
    await keyOf(worker_id),
    bytes,
  );
  return { iv, data };
}

export async function unsealBytes(worker_id: string, { iv, data }: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: utf8(worker_id) }, await keyOf(worker_id), data);
}

function keyOf(worker_id: string): Promise<CryptoKey> {
  const known = keys.get(worker_id);
  if (known) return known;
  const found = findOrMake(worker_id);
  keys.set(worker_id, found);
  found.catch(() => keys.delete(worker_id));
  return found;
}

/** A key made at the same time by another tab wins: the first that was stored is used by all. */
async function findOrMake(worker_id: string): Promise<CryptoKey> {
  const kept = await read(["vault"], (transaction) => transaction.objectStore("vault").get(worker_id));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return write(["vault"], async (transaction) => {
    const store = transaction.objectStore("vault");
    const other = await store.get(worker_id);
    if (!other) await store.put(made, worker_id);
    return other ?? made;
  });
}

/** For tests, which delete databases under the running page. */
export function forgetKeys(): void {
  keys.clear();
}
