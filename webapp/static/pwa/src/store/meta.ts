/** Single values that belong to the phone and not to a worker. */

import { read, write } from "./db";

export async function readMeta<Value>(key: string): Promise<Value | null> {
  const value = await read(["meta"], (transaction) => transaction.objectStore("meta").get(key));
  return (value as Value | undefined) ?? null;
}

export async function writeMeta(key: string, value: unknown): Promise<void> {
  await write(["meta"], (transaction) => transaction.objectStore("meta").put(value, key));
}
