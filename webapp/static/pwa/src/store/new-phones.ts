/** Phones that signed in with the worker's account elsewhere and that nobody has asked the worker about yet. */

import type { NewPhone } from "../domain/session";
import { changed } from "./changes";
import { readMeta, writeMeta } from "./meta";
import { readCurrentRow } from "./sessions";

const keyOf = (worker_id: string): string => `new_phones:${worker_id}`;

export async function keepNewPhones(worker_id: string, phones: NewPhone[]): Promise<void> {
  const known = await newPhonesOf(worker_id);
  if (JSON.stringify(known) === JSON.stringify(phones)) return;
  await writeMeta(keyOf(worker_id), phones);
  changed("session");
}

export async function newPhonesOf(worker_id: string): Promise<NewPhone[]> {
  return (await readMeta<NewPhone[]>(keyOf(worker_id))) ?? [];
}

/** Those of the worker whose phone it is now. */
export async function newPhones(): Promise<NewPhone[]> {
  const session = await readCurrentRow();
  return session ? newPhonesOf(session.worker_id) : [];
}
