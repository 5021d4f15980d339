/** Everything unsent in one file, for the day on which the network or the account will not come back. */

import { fromBase64Url, utf8 } from "../domain/bytes";
import { isUnsent } from "../domain/outbox";
import type { OutboxItem } from "../domain/sending";
import { makeZip, type ZipEntry } from "../domain/zip";
import { openMedia, readCaptureRow, receiptsOf } from "./captures";
import { itemsOfWorker } from "./outbox";
import { readReport } from "./results";
import { readCurrentRow } from "./sessions";
import { StoreError } from "./errors";
import { ticketOf } from "./tickets";

const ENDINGS: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "video/webm": "webm",
  "video/mp4": "mp4",
  "audio/webm": "weba",
  "audio/mp4": "m4a",
  "application/pdf": "pdf",
};

const json = (value: unknown): Blob => new Blob([utf8(JSON.stringify(value, null, 1))]);

/**
 * A zip of the current worker's unsent work in the form of the evidence export: `records/<id>.rec` and `.sig`,
 * `tickets/<id>.ticket`, `media/<sha256>.<ending>`, `results/<id>.json`, `unreadable/<name>.txt` for what cannot be opened, `outbox.json` with the state of each, and `phone.json` with whose they
 * are; the office's `evidence take-in` reads it. Nothing on the phone changes.
 */
export async function exportUnsent(): Promise<Blob> {
  const session = await readCurrentRow();
  if (!session) throw new StoreError("not_signed_in");
  const { worker_id, device_kid } = session;
  const items = (await itemsOfWorker(worker_id)).filter(isUnsent);
  const captures = new Set(items.filter(({ type }) => type === "record" || type === "media").map(({ ref }) => ref));
  const about = { v: 1, worker_id, device_kid, saved_at: new Date().toISOString(), app_build: __BUILD__ };
  const entries: ZipEntry[] = [
    { name: "phone.json", body: json(about) },
    { name: "outbox.json", body: json(items.map(withoutAddress)) },
  ];
  for (const capture_id of captures) entries.push(...(await captureEntries(capture_id)));
  for (const { type, ref } of items) {
    if (type === "result" || type === "attempts") entries.push(await orUnreadable(`results/${type}-${ref}.json`, reportOf(ref)));
  }
  return makeZip(onceEach(entries));
}

/** What cannot be opened any more is named in the file, and keeps nothing that is sound out of it. */
async function orUnreadable(name: string, opened: Promise<Blob | null>): Promise<ZipEntry> {
  try {
    const body = await opened;
    // A blob whose bytes are gone says so only when it is read.
    await body?.slice(0, 1).arrayBuffer();
    if (body) return { name, body };
  } catch (error) {
    console.error(error);
  }
  return { name: `unreadable/${name.replace("/", "-")}.txt`, body: new Blob([utf8(name)]) };
}

async function reportOf(ref: string): Promise<Blob | null> {
  const report = await readReport(ref);
  return report ? json(report) : null;
}

function withoutAddress({ upload_url: _secret, ...item }: OutboxItem): Omit<OutboxItem, "upload_url"> {
  return item;
}

async function captureEntries(capture_id: string): Promise<ZipEntry[]> {
  const row = await readCaptureRow(capture_id);
  if (!row) return [];
  const entries: ZipEntry[] = [
    { name: `records/${capture_id}.rec`, body: new Blob([row.record]) },
    { name: `records/${capture_id}.sig`, body: new Blob([fromBase64Url(row.signature)]) },
  ];
  const ticket = await ticketOf(row.record);
  if (ticket) entries.push({ name: `tickets/${ticket.ticket_id}.ticket`, body: new Blob([fromBase64Url(ticket.ticket)]) });
  for (const receipt of await receiptsOf(capture_id))
    entries.push({ name: `receipts/${receipt.receipt_id.replace("/", "-")}.tlog-proof`, body: new Blob([utf8(receipt.text)]) });
  for (const { sha256, mime } of row.media) {
    // What has arrived and been let go of is not missing.
    const body = await openMedia(capture_id, sha256).catch(() => undefined);
    const name = `media/${sha256}.${ENDINGS[mime] ?? "bin"}`;
    if (body !== null) entries.push(await orUnreadable(name, Promise.resolve(body ?? null)));
  }
  return entries;
}

/** Two captures may hold the same file; a zip may not hold the same name twice. */
function onceEach(entries: ZipEntry[]): ZipEntry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}
