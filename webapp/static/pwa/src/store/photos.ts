/** Last year's small pictures, fetched by sync and sealed like the rest of the pack. */

import { read, write } from "./db";
import { currentWorkerId } from "./sessions";
import { sealBytes, unsealBytes } from "./vault";

/** A small picture of the person, or null when there is none on this phone. */
export async function photoOf(person_id: string): Promise<Blob | null> {
  const worker_id = await currentWorkerId();
  const row = await read(["photos"], (transaction) => transaction.objectStore("photos").get([worker_id, person_id]));
  return row ? new Blob([await unsealBytes(worker_id, row.sealed)], { type: "image/jpeg" }) : null;
}

export async function keepPhoto(worker_id: string, person_id: string, path: string, bytes: ArrayBuffer): Promise<void> {
  const sealed = await sealBytes(worker_id, bytes);
  await write(["photos"], (transaction) => transaction.objectStore("photos").put({ worker_id, person_id, path, sealed }));
}

/** Forgets the pictures of people whom the worker has no visit to any more. */
export async function dropPhotos(worker_id: string, needed: ReadonlySet<string>): Promise<void> {
  const known = await photoPaths(worker_id);
  const gone = [...known.keys()].filter((person_id) => !needed.has(person_id));
  if (!gone.length) return;
  await write(["photos"], (transaction) => {
    const store = transaction.objectStore("photos");
    return Promise.all(gone.map((person_id) => store.delete([worker_id, person_id])));
  });
}

/** Which pictures are here already: person id → the path that they were fetched from. */
export async function photoPaths(worker_id: string): Promise<Map<string, string>> {
  const range = IDBKeyRange.bound([worker_id, ""], [worker_id, "\uffff"]);
  const rows = await read(["photos"], (transaction) => transaction.objectStore("photos").getAll(range));
  return new Map(rows.map(({ person_id, path }) => [person_id, path]));
}
