/** Saving a capture: files, record, signature and outbox rows in one transaction, before the screen may say "saved on this phone". */

import { sha256Hex, type Bytes } from "../domain/bytes";
import { buildRecord, signRecord } from "../domain/record";
import { fileTrouble } from "../domain/container";
import { mediaKey, recordKey } from "../domain/outbox-keys";
import { duration, pixels } from "../domain/measured";
import type { CaptureInput, MediaFact, SavedCapture } from "../domain/capture";
import type { Limits } from "../domain/pack";
import type { OutboxItem } from "../domain/sending";
import { uuid7 } from "../domain/uuid7";
import { changed } from "./changes";
import { write, type WriteTransaction } from "./db";
import { StoreError } from "./errors";
import { hashBlob } from "./hashing";
import { locked } from "./locks";
import { storingBytes } from "./media-bytes";
import { newItem } from "./outbox-rows";
import { dropSlices } from "./recordings";
import type { CaptureRow, MediaRow, SessionRow } from "./schema";
import { readCurrentRow } from "./sessions";
import { readLimits } from "./settings";
import { expiryOf } from "./tickets";

/** One phone signs one chain: nobody builds a record while another tab does. */
const CHAIN_LOCK = "anzai-chain";
const STORES = ["sessions", "captures", "media", "outbox", "recordings", "slices"] as const;
/** As much as the server forgives (`webapp/evidence/records/tickets.py`). */
const TICKET_TOLERANCE_MS = 5 * 60_000;
/** Without Web Locks another tab may win the race for a number; it does not win for ever. */
const TRIES = 8;

class ChainMoved extends Error {}

/**
 * Resolves when everything is on the disk. `recording_id` names the recording whose slices the video was made of: they go
 * in the same transaction.
 *
 * Throws StoreError: `full` when the phone has no space (nothing was written then), `not_signed_in`, and what the office
 * could not take: `subject_missing`, `too_large`, `wrong_type`, `unplayable`.
 */
export async function saveCapture(input: CaptureInput): Promise<SavedCapture> {
  // A record of nobody would be quarantined by the office: none is signed, and the picture is still in the worker's hands.
  if (!input.subject_ref) throw new StoreError("subject_missing");
  const limits = await readLimits();
  const media = await Promise.all(input.media.map((file) => describe(file, limits)));
  const held = await underValidTicket(input);
  const saved = await locked(CHAIN_LOCK, () => appendToChain(held, media));
  changed("captures", "outbox");
  return saved;
}

/** What the server would refuse is told now, while it can be taken again, and never called saved. */
async function describe(
  { blob, mime, width, height, duration_ms, source }: CaptureInput["media"][number],
  limits: Limits,
): Promise<MediaFact> {
  if (!blob.size) throw new StoreError("broken", new Error("empty_file"));
  const trouble = await fileTrouble(blob, mime, limits);
  if (trouble) throw new StoreError(trouble);
  return {
    sha256: await hashBlob(blob),
    bytes: blob.size,
    mime,
    width: pixels(width),
    height: pixels(height),
    duration_ms: duration(duration_ms),
    source,
  };
}

/** A ticket may run out while somebody looks for light: a record that named it would be set aside, so it names none and says so. */
async function underValidTicket<Input extends CaptureInput>(input: Input): Promise<Input> {
  if (!input.challenge) return input;
  const expires_at = await expiryOf(input.challenge.ticket.id);
  const claimed = Date.parse(input.clock.wall) + (input.clock.server_offset_ms ?? 0);
  const isOver = expires_at !== null && claimed > Date.parse(expires_at) + TICKET_TOLERANCE_MS;
  return isOver ? { ...input, challenge: null } : input;
}

async function appendToChain(input: CaptureInput, media: MediaFact[]): Promise<SavedCapture> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await appendOnce(input, media);
    } catch (error) {
      if (!(error instanceof ChainMoved) || attempt === TRIES) throw error;
    }
  }
}

/** WebCrypto may not be awaited inside a transaction: the record is made for the head just read, and the transaction checks that the head still stands. */
async function appendOnce(input: CaptureInput, media: MediaFact[]): Promise<SavedCapture> {
  const session = await readCurrentRow();
  if (!session) throw new StoreError("not_signed_in");
  const row = await signedRow(input, session, media);
  await storingBytes(
    input.media.map(({ blob }) => blob),
    (bytes) =>
      write([...STORES], async (transaction) => {
        await moveHead(transaction, session, row);
        await putCapture(transaction, row, bytes);
        if (input.recording_id) await dropSlices(transaction, input.recording_id);
      }),
  );
  return toSaved(row);
}

async function signedRow(input: CaptureInput, session: SessionRow, media: MediaFact[]): Promise<CaptureRow> {
  const { worker_id, device_kid, prev } = session;
  const capture_id = uuid7();
  const seq = session.seq + 1;
  const record: Bytes = buildRecord(input, { capture_id, worker_id, device_kid, seq, prev, media });
  const signature = await signRecord(session.private_key, record);
  return {
    capture_id,
    worker_id,
    device_kid,
    seq,
    record,
    signature,
    media,
    visit_id: input.visit_id,
    kind: input.kind,
    record_sha256: await sha256Hex(record),
    saved_at: new Date().toISOString(),
  };
}

async function moveHead(transaction: WriteTransaction, expected: SessionRow, { seq, record_sha256 }: CaptureRow): Promise<void> {
  const sessions = transaction.objectStore("sessions");
  const now = await sessions.get(expected.worker_id);
  if (!now || now.device_kid !== expected.device_kid || now.seq !== expected.seq || now.prev !== expected.prev)
    throw new ChainMoved();
  await sessions.put({ ...now, seq, prev: record_sha256 });
}

async function putCapture(transaction: WriteTransaction, row: CaptureRow, bytes: (Blob | ArrayBuffer)[]): Promise<void> {
  const { capture_id, worker_id } = row;
  await transaction.objectStore("captures").add(row);
  for (const item of itemsOf(row)) await transaction.objectStore("outbox").add(item);
  for (const [at, { sha256, mime }] of row.media.entries()) {
    const file: MediaRow = { item_id: mediaKey(capture_id, sha256), capture_id, worker_id, mime, bytes: bytes[at]! };
    await transaction.objectStore("media").add(file);
  }
}

function itemsOf({ capture_id, worker_id, visit_id, kind, record, saved_at, media }: CaptureRow): OutboxItem[] {
  const shared = { worker_id, visit_id, kind, ref: capture_id, created_at: saved_at };
  const files = media.map(({ sha256, bytes }) =>
    newItem({ ...shared, item_id: mediaKey(capture_id, sha256), type: "media", sha256, size_bytes: bytes }),
  );
  return [newItem({ ...shared, item_id: recordKey(capture_id), type: "record", size_bytes: record.length }), ...files];
}

export function toSaved({
  capture_id,
  visit_id,
  worker_id,
  kind,
  seq,
  record_sha256,
  saved_at,
  media,
}: CaptureRow): SavedCapture {
  return { capture_id, visit_id, worker_id, kind, seq, record_sha256, saved_at, media };
}
