/** Collects what may go to the office in one request, and its bytes. */

import { utf8, type Bytes } from "../domain/bytes";
import { packDelivery, type Part, type RecordPart, type ResultPart } from "../domain/delivery";
import { isDue, isUnsent } from "../domain/outbox";
import type { ResultBody } from "../domain/report";
import type { OutboxItem } from "../domain/sending";
import type { SentPart } from "../net/delivery";
import { openMedia } from "../store/captures";
import { itemsOfWorker } from "../store/outbox";
import { readReport } from "../store/results";
import type { CaptureRow } from "../store/schema";
import { chainsOf } from "./records";
import type { WorkerSession } from "./turn";

/** One thing of a delivery. */
export type Load =
  | { type: "record"; item: OutboxItem; row: CaptureRow; sent: SentPart }
  | { type: "media"; item: OutboxItem; sent: SentPart }
  | { type: "result"; item: OutboxItem; body: ResultBody; sent: SentPart };

/** The next delivery of at most `limit` bytes, empty when nothing goes together. What has failed before travels alone. */
export async function nextDelivery(turn: WorkerSession, limit: number): Promise<Load[]> {
  const items = await itemsOfWorker(turn.session.worker_id);
  const records = await recordsOf(turn, items);
  const results = await resultsOf(items);
  const parts = packDelivery({ records: records.map(({ part }) => part), results: results.map(({ part }) => part) }, limit);
  const ready = new Map([...records, ...results].map(({ load }) => [load.item.item_id, load]));
  const files = new Map(items.filter(({ type }) => type === "media").map((item) => [item.item_id, item]));
  const loads: Load[] = [];
  for (const part of parts) {
    const load = ready.get(part.item_id) ?? (await fileOf(files.get(part.item_id)!));
    if (load) loads.push(load);
  }
  return loads;
}

function isFresh(item: OutboxItem): boolean {
  return isDue(item, Date.now()) && item.tries === 0 && item.error === null;
}

/** Of each device's chain the unbroken run from its first unsent record; one that was refused holds nothing behind it up. */
async function recordsOf(turn: WorkerSession, items: OutboxItem[]): Promise<{ part: RecordPart; load: Load }[]> {
  const found: { part: RecordPart; load: Load }[] = [];
  for (const chain of await chainsOf(turn)) {
    for (const { item, row } of chain.filter((link) => link.item.state !== "refused")) {
      if (!row || !isFresh(item)) break;
      const { capture_id, record, signature } = row;
      const part = { item_id: item.item_id, capture_id, bytes: record.length, files: filesOf(capture_id, items) };
      found.push({ part, load: { type: "record", item, row, sent: { kind: "record", body: record, signature } } });
    }
  }
  return found;
}

/** Files that nothing was sent of yet: what was begun in chunks goes on so. */
function filesOf(capture_id: string, items: OutboxItem[]): Part[] {
  return items
    .filter(({ type, ref, upload_url }) => type === "media" && ref === capture_id && !upload_url)
    .filter(isFresh)
    .map(({ item_id, size_bytes }) => ({ item_id, bytes: size_bytes }));
}

async function resultsOf(items: OutboxItem[]): Promise<{ part: ResultPart; load: Load }[]> {
  const unsent = new Set(items.filter((item) => item.type === "record" && isUnsent(item)).map(({ ref }) => ref));
  const found: { part: ResultPart; load: Load }[] = [];
  for (const item of items.filter((each) => each.type === "result" && isFresh(each))) {
    // What cannot be read is told of where it is sent alone.
    const body = await readReport<ResultBody>(item.ref).catch(() => null);
    if (!body) continue;
    const bytes = utf8(JSON.stringify(body));
    const awaits = body.captures.map(({ capture_id }) => capture_id).filter((capture_id) => unsent.has(capture_id));
    const part = { item_id: item.item_id, bytes: bytes.length, awaits };
    found.push({ part, load: { type: "result", item, body, sent: { kind: "result", body: bytes } } });
  }
  return found;
}

/** Null for a file that cannot be read or is not as long as it was: the way of single requests says what is wrong. */
async function fileOf(item: OutboxItem): Promise<Load | null> {
  const blob = await openMedia(item.ref, item.sha256!).catch(() => null);
  const body =
    (await blob?.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer) as Bytes,
      () => null,
    )) ?? null;
  if (!body?.length || body.length !== item.size_bytes) return null;
  return { type: "media", item, sent: { kind: "file", body, sha256: item.sha256! } };
}
