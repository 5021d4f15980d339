/** The pack on the phone: visits with their persons, sealed in buckets, so that 10,000 rows are read in a few steps and one change rewrites little. */

import type { Case, PackPage, VisitSection } from "../domain/pack";
import { changed, watch } from "./changes";
import { read, write } from "./db";
import type { Sealed } from "./schema";
import { currentWorkerId, readSessionRow } from "./sessions";
import { seal, unseal } from "./vault";

const BUCKETS = 32;

type Cases = Map<string, Case>;
let cached: { worker_id: string; cases: Promise<Cases> } | null = null;
watch(["cases", "session"], () => (cached = null));

/** The last bytes of a version-7 UUID are random, so that buckets fill evenly. */
function bucketOf(visit_id: string): number {
  return parseInt(visit_id.slice(-2), 16) % BUCKETS || 0;
}

/** The current worker's visits that are still theirs, or that were taken away with work on this phone. */
export async function listCases(): Promise<Case[]> {
  return [...(await casesOf(await currentWorkerId())).values()];
}

export async function readCase(visit_id: string): Promise<Case | null> {
  return (await casesOf(await currentWorkerId())).get(visit_id) ?? null;
}

/** Decrypted once and kept until a change; a failed read is not kept. */
export function casesOf(worker_id: string): Promise<Cases> {
  if (cached?.worker_id === worker_id) return cached.cases;
  const cases = loadCases(worker_id);
  cached = { worker_id, cases };
  cases.catch(() => (cached = null));
  return cases;
}

async function loadCases(worker_id: string, only?: ReadonlySet<number>): Promise<Cases> {
  const range = IDBKeyRange.bound([worker_id, 0], [worker_id, BUCKETS]);
  const rows = await read(["cases"], (transaction) => transaction.objectStore("cases").getAll(range));
  const wanted = rows.filter(({ bucket }) => !only || only.has(bucket));
  const buckets = await Promise.all(wanted.map(({ sealed }) => unseal<Case[]>(worker_id, sealed)));
  return new Map(buckets.flat().map((row) => [row.visit.visit_id, row]));
}

export interface PackChange {
  worker_id: string;
  pack: VisitSection & Pick<PackPage, "cursor"> & Partial<Pick<PackPage, "next" | "anew">>;
  /** Visits with work on this phone, which are kept and marked although the office took them away. */
  held: ReadonlySet<string>;
  /** The device the pack was asked for; a pack that arrives after another enrolment is still the worker's. */
  now: string;
  /** The cursor that the page was asked for with. */
  from: string;
}

/** Another tab has applied a page meanwhile: this one was asked for from an older place, and would undo it. */
export class PackMoved extends Error {}

/**
 * Applies one page of the pack together with its cursor, in one transaction. Only the runner calls it, under its lock; what
 * another tab has just written is read from the disk, for the news of it may still be on its way here. Throws PackMoved.
 */
export async function applyPack({ worker_id, pack, held, now, from }: PackChange): Promise<void> {
  const { unnamed, gone } = await stillUnnamed(worker_id, pack);
  const removed = [...pack.removed, ...gone.map((visit_id) => ({ visit_id, reason: "unknown" }))];
  const touched = new Set([...pack.visits, ...removed].map(({ visit_id }) => bucketOf(visit_id)));
  const cases = await loadCases(worker_id, touched);
  const people = new Map(pack.people.map((person) => [person.person_id, person]));
  for (const visit of pack.visits) {
    const person = people.get(visit.person_id) ?? cases.get(visit.visit_id)?.person;
    if (person) cases.set(visit.visit_id, { visit, person, removed: null });
  }
  for (const { visit_id, reason } of removed) {
    const kept = cases.get(visit_id);
    if (kept && held.has(visit_id)) cases.set(visit_id, { ...kept, removed: { reason, at: now } });
    else cases.delete(visit_id);
  }
  await storeBuckets(worker_id, cases, touched, { from, to: pack.cursor, unnamed });
}

/** Which visits here a list from the beginning has still to name, and, at its last page, which it never did: the office has them no more. */
async function stillUnnamed(
  worker_id: string,
  { visits, anew, next }: PackChange["pack"],
): Promise<{ unnamed: string[]; gone: string[] }> {
  const before = anew ? [...(await loadCases(worker_id)).keys()] : ((await readSessionRow(worker_id))?.unnamed ?? []);
  const named = new Set(visits.map(({ visit_id }) => visit_id));
  const left = before.filter((visit_id) => !named.has(visit_id));
  return next ? { unnamed: left, gone: [] } : { unnamed: [], gone: left };
}

/** Drops visits that the office took away and whose last work has arrived. */
export async function dropRemoved(worker_id: string, held: ReadonlySet<string>): Promise<void> {
  const cursor = (await readSessionRow(worker_id))?.cursor ?? "";
  const cases = await loadCases(worker_id);
  const gone = [...cases.values()].filter(({ visit, removed }) => removed && !held.has(visit.visit_id));
  if (!gone.length) return;
  for (const { visit } of gone) cases.delete(visit.visit_id);
  await storeBuckets(worker_id, cases, new Set(gone.map(({ visit }) => bucketOf(visit.visit_id))), { from: cursor, to: cursor });
}

/** Nothing may be sealed inside a transaction: the cursor there tells whether somebody else has written meanwhile. */
async function storeBuckets(
  worker_id: string,
  cases: Cases,
  touched: ReadonlySet<number>,
  cursor: { from: string; to: string; unnamed?: string[] },
): Promise<void> {
  const rows = await Promise.all([...touched].map((bucket) => sealBucket(worker_id, cases, bucket)));
  const isFirst = await write(["cases", "sessions"], async (transaction) => {
    const session = await transaction.objectStore("sessions").get(worker_id);
    if (session && session.cursor !== cursor.from) throw new PackMoved("pack_moved");
    for (const row of rows) await transaction.objectStore("cases").put(row);
    if (session)
      await transaction
        .objectStore("sessions")
        .put({ ...session, cursor: cursor.to, unnamed: cursor.unnamed ?? session.unnamed ?? [] });
    return session?.cursor === "" && cursor.to !== "";
  });
  // An empty list is news as well, for until then nobody could say that it is empty.
  if (isFirst) changed("session");
  if (touched.size) changed("cases");
}

async function sealBucket(
  worker_id: string,
  cases: Cases,
  bucket: number,
): Promise<{ worker_id: string; bucket: number; sealed: Sealed }> {
  const own = [...cases.values()].filter(({ visit }) => bucketOf(visit.visit_id) === bucket);
  return { worker_id, bucket, sealed: await seal(worker_id, own) };
}
