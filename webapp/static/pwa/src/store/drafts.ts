/** What was chosen so far, kept at every step, and the screen to come back to after the phone killed the app. */

import type { StoredDraft } from "../domain/report";
import { changed } from "./changes";
import { read, write } from "./db";
import { StoreError } from "./errors";
import { readMeta, writeMeta } from "./meta";
import type { Sealed } from "./schema";
import { currentWorkerId } from "./sessions";
import { seal, unseal } from "./vault";

interface DraftRow {
  worker_id: string;
  visit_id: string;
  sealed: Sealed;
}

/** Another tab may win the race for the row; it does not win for ever. */
const TRIES = 8;

export async function readDraft(visit_id: string): Promise<StoredDraft | null> {
  const worker_id = await currentWorkerId();
  const row = await read(["drafts"], (transaction) => transaction.objectStore("drafts").get([worker_id, visit_id]));
  return row ? unseal<StoredDraft>(worker_id, row.sealed) : null;
}

export async function listDrafts(): Promise<StoredDraft[]> {
  const worker_id = await currentWorkerId();
  const rows = await draftsOf(worker_id);
  return Promise.all(rows.map(({ sealed }) => unseal<StoredDraft>(worker_id, sealed)));
}

/**
 * Changes what is stored of a visit, whoever wrote it: `change` is given the draft as it is, or null, and says what it
 * becomes; null leaves everything as it is. Two tabs on one visit so never write over each other unseen. Resolves with
 * what is stored, once it is on the disk; `updated_at` is set here.
 */
export async function changeDraft(
  visit_id: string,
  change: (stored: StoredDraft | null) => StoredDraft | null,
): Promise<StoredDraft | null> {
  const worker_id = await currentWorkerId();
  for (let attempt = 1; ; attempt++) {
    const row = await read(["drafts"], (transaction) => transaction.objectStore("drafts").get([worker_id, visit_id]));
    const stored = row ? await unseal<StoredDraft>(worker_id, row.sealed) : null;
    const wanted = change(stored);
    if (!wanted || wanted === stored) return stored;
    const draft = { ...wanted, updated_at: new Date().toISOString() };
    if (await putDraft(await sealedDraft(worker_id, draft), row?.sealed ?? null)) return draft;
    if (attempt === TRIES) throw new StoreError("broken", new Error("draft_moved"));
  }
}

/** Nothing may be sealed inside a transaction: the row is written only if it is still the one that was read. Every sealing has an `iv` of its own. */
async function putDraft(row: DraftRow, before: Sealed | null): Promise<boolean> {
  const isWritten = await write(["drafts"], async (transaction) => {
    const store = transaction.objectStore("drafts");
    const now = await store.get([row.worker_id, row.visit_id]);
    if (now?.sealed.iv.join() !== before?.iv.join()) return false;
    await store.put(row);
    return true;
  });
  if (isWritten) changed("drafts");
  return isWritten;
}

async function sealedDraft(worker_id: string, draft: StoredDraft): Promise<DraftRow> {
  return { worker_id, visit_id: draft.visit_id, sealed: await seal(worker_id, draft) };
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
