/** Pulls what changed for the worker, page by page, and tells the outbox what became of its results. */

import { isUnsent } from "../domain/outbox";
import type { AccountSection, Pack, ReferenceSection, VisitSection } from "../domain/pack";
import type { OutboxItem } from "../domain/sending";
import { getPack, getPhoto } from "../net/api";
import { NetError } from "../net/errors";
import { applyPack, casesOf, dropRemoved, PackMoved, type PackChange } from "../store/cases";
import { draftedVisits } from "../store/drafts";
import { itemsOfWorker, moveItem } from "../store/outbox";
import { keepPasswordDue, keepPasswordNotice } from "../store/passwords";
import { dropPhotos, keepPhoto, photoPaths } from "../store/photos";
import { readSessionRow } from "../store/sessions";
import { readServerOffset, writeLimits } from "../store/settings";
import { stopOf } from "./failures";
import { sendLostReports } from "./lost-reports";
import { keepAsked } from "./new-phones";
import type { WorkerSession } from "./turn";

export async function pullPack({ session, token }: WorkerSession): Promise<void> {
  const { worker_id } = session;
  let cursor = (await readSessionRow(worker_id))?.cursor ?? "";
  for (let next: string | null = cursor; next !== null;) {
    const pack: Pack = await getPack(token, next).catch(async (error: unknown) => {
      // What lies here has been sent before; only what is new waits until the password is the worker's own.
      if (error instanceof NetError && error.code === "password_change_due") await keepPasswordDue(worker_id, true);
      throw await stopOf(error);
    });
    await keepPasswordDue(worker_id, false);
    const page = { worker_id, pack, held: await heldVisits(worker_id), now: new Date().toISOString(), from: cursor };
    // Another tab is further already: it goes on from there.
    if (!(await applied(page))) return;
    await keepReferences(pack);
    await keepAccount(worker_id, pack);
    await sendLostReports(await itemsOfWorker(worker_id), pack);
    await tellResults(worker_id, pack);
    // A page that leads nowhere must not be asked for again and again.
    next = pack.next && pack.next !== cursor ? pack.next : null;
    cursor = pack.cursor;
  }
  await dropRemoved(worker_id, await heldVisits(worker_id));
}

async function keepReferences({ settings }: ReferenceSection): Promise<void> {
  if (settings) await writeLimits(settings);
}

async function keepAccount(worker_id: string, { new_phones, password_notice }: AccountSection): Promise<void> {
  await keepAsked(worker_id, new_phones ?? []);
  await keepPasswordNotice(worker_id, password_notice ?? null);
}

async function applied(page: PackChange): Promise<boolean> {
  try {
    await applyPack(page);
    return true;
  } catch (error) {
    if (error instanceof PackMoved) return false;
    throw error;
  }
}

/** Visits with anything on this phone that the server does not hold yet. */
async function heldVisits(worker_id: string): Promise<Set<string>> {
  const items = (await itemsOfWorker(worker_id)).filter(
    (item) => isUnsent(item) || (item.type === "media" && item.state === "received"),
  );
  return new Set([...items.map(({ visit_id }) => visit_id), ...(await draftedVisits(worker_id))]);
}

/** Tells each result what the office made of it: by its own name where the office says it, by the time of the return else. */
async function tellResults(worker_id: string, pack: VisitSection): Promise<void> {
  const items = await itemsOfWorker(worker_id);
  const offset = (await readServerOffset()) ?? 0;
  for (const { visit_id, returned, results } of pack.visits) {
    for (const item of resultsOf(items, visit_id)) {
      const state = results?.find(({ result_id }) => result_id === item.ref)?.state;
      const isOlder = !results && returned !== null && Date.parse(item.created_at) + offset < Date.parse(returned.at);
      const isReturned = isOlder || state === "returned" || state === "superseded";
      if (isReturned && item.state !== "returned")
        await moveItem(item.item_id, "returned", { words: state === "superseded" ? null : (returned?.words ?? null) });
      if (item.state === "returned" && state && !isReturned) await moveItem(item.item_id, "reopened", { words: null });
    }
  }
  for (const { visit_id, reason } of pack.removed) {
    if (reason !== "accepted") continue;
    for (const item of resultsOf(items, visit_id)) if (item.state !== "accepted") await moveItem(item.item_id, "accepted");
  }
}

/** Results that the server has; a review can only have met those. */
function resultsOf(items: OutboxItem[], visit_id: string): OutboxItem[] {
  return items.filter((item) => item.type === "result" && item.visit_id === visit_id && !isUnsent(item));
}

/** Small pictures a run: enough for a day's list, and never long in the way of evidence. */
const PHOTOS_A_RUN = 200;
/** Paths that the server could not serve since this start; the next pack may bring others. */
const unserved = new Set<string>();

/** Fetches last year's pictures that are missing, the most urgent visits first; without a network the rest wait. */
export async function pullPhotos({ session, token }: WorkerSession): Promise<void> {
  const { worker_id } = session;
  const held = [...(await casesOf(worker_id)).values()];
  await dropPhotos(worker_id, new Set(held.map(({ person }) => person.person_id)));
  const known = await photoPaths(worker_id);
  const cases = held.sort((one, other) => one.visit.due_on.localeCompare(other.visit.due_on));
  const wanted = new Map<string, string>();
  for (const { person_id, photo } of cases.map(({ person }) => person)) {
    if (photo && known.get(person_id) !== photo && !unserved.has(photo)) wanted.set(person_id, photo);
  }
  for (const [person_id, path] of [...wanted].slice(0, PHOTOS_A_RUN)) {
    try {
      await keepPhoto(worker_id, person_id, path, await getPhoto(token, path));
    } catch (error) {
      if (!(error instanceof NetError) || error.kind === "offline") throw await stopOf(error);
      unserved.add(path);
    }
  }
}
