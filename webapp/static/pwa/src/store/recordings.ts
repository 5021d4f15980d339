/** A video while it is being recorded: slices kept as they come, so that a crash costs a second at most. */

import type { ShotFacts } from "../domain/capture";
import { uuid7 } from "../domain/uuid7";
import { read, write, type WriteTransaction } from "./db";
import { StoreError } from "./errors";
import { asBlob, storingBytes } from "./media-bytes";
import { currentWorkerId } from "./sessions";

export interface Recording {
  recording_id: string;
  visit_id: string;
  mime: string;
  started_at: string;
  slices: number;
  size_bytes: number;
  /** Null for a film that was being recorded. */
  about: ShotFacts | null;
}

export async function beginRecording({ visit_id, mime }: { visit_id: string; mime: string }): Promise<string> {
  const recording_id = uuid7();
  const row = { recording_id, visit_id, mime, worker_id: await currentWorkerId(), started_at: new Date().toISOString() };
  await write(["recordings"], (transaction) => transaction.objectStore("recordings").put(row));
  return recording_id;
}

/** Keeps a picture, or a film from elsewhere, that the worker has not decided about: a phone that ends the app meanwhile does not end it. */
export async function keepShot({
  visit_id,
  mime,
  blob,
  about,
}: {
  visit_id: string;
  mime: string;
  blob: Blob;
  about: ShotFacts;
}): Promise<string> {
  const recording_id = uuid7();
  const row = { recording_id, visit_id, mime, about, worker_id: await currentWorkerId(), started_at: new Date().toISOString() };
  await storingBytes([blob], ([bytes]) =>
    write(["recordings", "slices"], async (transaction) => {
      await transaction.objectStore("recordings").put(row);
      await transaction.objectStore("slices").put({ recording_id, number: 0, bytes: bytes! });
    }),
  );
  return recording_id;
}

/** `number` counts from 0; a slice stored twice stays one. */
export async function keepSlice(recording_id: string, number: number, slice: Blob): Promise<void> {
  await storingBytes([slice], ([bytes]) =>
    write(["slices"], (transaction) => transaction.objectStore("slices").put({ recording_id, number, bytes: bytes! })),
  );
}

/** The whole video. The slices stay until `saveCapture` takes them over or `dropRecording` discards them. */
export async function finishRecording(recording_id: string): Promise<Blob> {
  const row = await read(["recordings"], (transaction) => transaction.objectStore("recordings").get(recording_id));
  if (!row) throw new StoreError("not_found");
  return new Blob(await slicesOf(recording_id, row.mime), { type: row.mime });
}

async function slicesOf(recording_id: string, mime: string): Promise<Blob[]> {
  const rows = await read(["slices"], (transaction) => transaction.objectStore("slices").getAll(rangeOf(recording_id)));
  return rows.map(({ bytes }) => asBlob(bytes, mime));
}

function rangeOf(recording_id: string): IDBKeyRange {
  return IDBKeyRange.bound([recording_id, 0], [recording_id, Infinity]);
}

/** What a crash left behind for the current worker, to be offered again. */
export async function unfinishedRecordings(): Promise<Recording[]> {
  const worker_id = await currentWorkerId();
  const rows = await read(["recordings"], (transaction) => transaction.objectStore("recordings").getAll());
  const own = rows.filter((row) => row.worker_id === worker_id);
  return Promise.all(
    own.map(async ({ recording_id, visit_id, mime, started_at, about = null }) => {
      const slices = await slicesOf(recording_id, mime);
      return {
        recording_id,
        visit_id,
        mime,
        started_at,
        about,
        slices: slices.length,
        size_bytes: slices.reduce((sum, { size }) => sum + size, 0),
      };
    }),
  );
}

export async function dropRecording(recording_id: string): Promise<void> {
  await write(["recordings", "slices"], (transaction) => dropSlices(transaction, recording_id));
}

export async function dropSlices(transaction: WriteTransaction, recording_id: string): Promise<void> {
  await transaction.objectStore("slices").delete(rangeOf(recording_id));
  await transaction.objectStore("recordings").delete(recording_id);
}
