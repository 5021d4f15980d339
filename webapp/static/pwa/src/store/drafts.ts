/** What was chosen so far, kept at every step, and the screen to come back to after the phone killed the app. */

import type { Draft } from "../domain/types";
import { changed } from "./changes";
import { read, write } from "./db";
import { readMeta, writeMeta } from "./meta";
import type { Sealed } from "./schema";
import { currentWorkerId } from "./sessions";
import { seal, unseal } from "./vault";

export async function readDraft(visit_id: string): Promise<Draft | null> {
  const worker_id = await currentWorkerId();
  const row = await read(["drafts"], (transaction) => transaction.objectStore("drafts").get([worker_id, visit_id]));
  return row ? unseal<Draft>(worker_id, row.sealed) : null;
}

export async function listDrafts(): Promise<Draft[]> {
  const worker_id = await currentWorkerId();
  const rows = await draftsOf(worker_id);
  return Promise.all(rows.map(({ sealed }) => unseal<Draft>(worker_id, sealed)));
}

/** Resolves once the draft is on the disk; `updated_at` is set here. */
export async function writeDraft(draft: Draft): Promise<void> {
  const row = await sealedDraft(await currentWorkerId(), draft);
  await write(["drafts"], (transaction) => transaction.objectStore("drafts").put(row));
  changed("drafts");
}

export async function sealedDraft(worker_id: string, draft: Draft): Promise<{ worker_id: string; visit_id: string; sealed: Sealed }> {
  const sealed = await seal(worker_id, { ...draft, updated_at: new Date().toISOString() });
  return { worker_id, visit_id: draft.visit_id, sealed };
}

export async function removeDraft(visit_id: string): Promise<void> {
  const worker_id = await currentWorkerId();
  await write(["drafts"], (transaction) => transaction.objectStore("drafts").delete([worker_id, visit_id]));
  changed("drafts");
}

/** The visits of a worker that have a draft, without opening it. */
export async function draftedVisits(worker_id: string): Promise<string[]> {
  return (await draftsOf(worker_id)).map(({ visit_id }) => visit_id);
}

async function draftsOf(worker_id: string): Promise<{ visit_id: string; sealed: Sealed }[]> {
  const range = IDBKeyRange.bound([worker_id, ""], [worker_id, "\uffff"]);
  return read(["drafts"], (transaction) => transaction.objectStore("drafts").getAll(range));
}

/** Where the worker was, for a start at /app/ after a kill. */
export function readPlace(): Promise<string | null> {
  return readMeta<string>("place");
}

export async function writePlace(path: string | null): Promise<void> {
  await writeMeta("place", path);
}
