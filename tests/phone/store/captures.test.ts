/** Saving a capture: all of it or nothing, in one chain, whoever saves at the same time. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fromBase64Url, fromHex, sha256Hex } from "../../../webapp/static/pwa/src/domain/bytes";
import { CAPTURE_FLAGS } from "../../../webapp/static/pwa/src/domain/codes";
import { mediaKey } from "../../../webapp/static/pwa/src/domain/outbox-keys";
import { FIRST_PREV, signedBytes } from "../../../webapp/static/pwa/src/domain/record";
import {
  capturesOf,
  releaseOriginal,
  openMedia,
  readCapture,
  readCaptureRow,
  receiptsOf,
} from "../../../webapp/static/pwa/src/store/captures";
import { write } from "../../../webapp/static/pwa/src/store/db";
import { StoreError } from "../../../webapp/static/pwa/src/store/errors";
import { allItems, listOutbox } from "../../../webapp/static/pwa/src/store/outbox";
import {
  beginRecording,
  dropRecording,
  finishRecording,
  keepSlice,
  unfinishedRecordings,
} from "../../../webapp/static/pwa/src/store/recordings";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { listSessionRows } from "../../../webapp/static/pwa/src/store/sessions";
import { writeLimits } from "../../../webapp/static/pwa/src/store/settings";
import { keepTickets } from "../../../webapp/static/pwa/src/store/tickets";
import { capture, film, picture } from "../samples";
import { freshPhone, restart, signIn } from "./fresh";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";

beforeEach(async () => {
  await freshPhone();
  await signIn();
});

test("a saved capture is whole after a restart: bytes, record, signature, and what waits", async () => {
  const saved = await saveCapture(capture(VISIT, "a picture"));
  await restart();
  const row = (await readCaptureRow(saved.capture_id))!;
  assert.equal(await sha256Hex(row.record), saved.record_sha256);
  const [session] = await listSessionRows();
  const key = await crypto.subtle.importKey("jwk", session!.public_key, { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify",
  ]);
  assert.ok(
    await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64Url(row.signature), signedBytes(row.record)),
  );
  const media = (await openMedia(saved.capture_id, saved.media[0]!.sha256))!;
  assert.deepEqual(new Uint8Array(await media.arrayBuffer()), picture("a picture"));
  assert.equal(media.type, "image/jpeg");
  assert.equal(saved.media[0]!.sha256, await sha256Hex(picture("a picture")));
  assert.deepEqual((await listOutbox()).map(({ type, state }) => [type, state]).sort(), [
    ["media", "saved"],
    ["record", "saved"],
  ]);
  assert.deepEqual(await capturesOf(VISIT), [await readCapture(saved.capture_id)]);
});

test("the private key cannot be read out", async () => {
  const [session] = await listSessionRows();
  await assert.rejects(crypto.subtle.exportKey("jwk", session!.private_key));
});

test("twenty captures saved at once are one chain without gap or fork", async () => {
  const saved = await Promise.all(Array.from({ length: 20 }, (_, at) => saveCapture(capture(VISIT, `picture ${at}`))));
  const rows = await Promise.all(saved.map(({ capture_id }) => readCaptureRow(capture_id)));
  const chain = rows
    .map((row) => ({ ...JSON.parse(new TextDecoder().decode(row!.record)), hash: row!.record_sha256 }))
    .sort((one, other) => one.seq - other.seq);
  assert.deepEqual(
    chain.map(({ seq }) => seq),
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
  assert.deepEqual(
    chain.map(({ prev }) => prev),
    [FIRST_PREV, ...chain.slice(0, -1).map(({ hash }) => hash)],
  );
});

test("even where a lock does not hold, the transaction keeps the chain whole", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const lax = { locks: { request: (_name: string, body: () => Promise<unknown>) => body() } };
  Object.defineProperty(globalThis, "navigator", { value: lax, configurable: true });
  try {
    const saved = await Promise.all(Array.from({ length: 5 }, (_, at) => saveCapture(capture(VISIT, `picture ${at}`))));
    assert.deepEqual(saved.map(({ seq }) => seq).sort(), [1, 2, 3, 4, 5]);
  } finally {
    delete (globalThis as { navigator?: unknown }).navigator;
    if (before) Object.defineProperty(globalThis, "navigator", before);
  }
});

test("an abort half-way leaves nothing of a capture, and the chain where it was", async () => {
  await saveCapture(capture(VISIT));
  const before = await listSessionRows();
  await assert.rejects(
    write(["captures", "outbox", "sessions"], async (transaction) => {
      await transaction.objectStore("sessions").put({ ...before[0]!, seq: 99 });
      await transaction.objectStore("captures").clear();
      throw new Error("killed");
    }),
    /killed/,
  );
  assert.equal((await capturesOf(VISIT)).length, 1);
  assert.equal((await listSessionRows())[0]!.seq, 1);
});

test("a full phone says so and keeps what it had", async () => {
  await saveCapture(capture(VISIT));
  await assert.rejects(
    write(["captures"], async (transaction) => {
      await transaction.objectStore("captures").clear();
      throw new DOMException("", "QuotaExceededError");
    }),
    (error) => error instanceof StoreError && error.trouble === "full",
  );
  assert.equal((await capturesOf(VISIT)).length, 1);
});

test("an empty file is refused before anything is written", async () => {
  await assert.rejects(saveCapture(capture(VISIT, "")), StoreError);
  assert.deepEqual(await allItems(), []);
});

const refusedAs =
  (trouble: string) =>
  (error: unknown): boolean =>
    error instanceof StoreError && error.trouble === trouble;

test("what the office could not take is never called saved", async () => {
  const given = capture(VISIT);
  const of = (blob: Blob, mime: string) => saveCapture({ ...given, media: [{ ...given.media[0]!, blob, mime }] });
  await writeLimits({ photo_max_bytes: 50, video_max_bytes: 60 });
  await assert.rejects(of(new Blob([picture("x".repeat(48))]), "image/jpeg"), refusedAs("too_large"));
  await assert.rejects(of(new Blob([film("x".repeat(53))]), "video/webm"), refusedAs("too_large"));
  await assert.rejects(of(new Blob([picture("x")]), "video/mp4"), refusedAs("wrong_type"));
  await assert.rejects(of(new Blob([fromHex("00000010667479706d70343200000000")]), "video/mp4"), refusedAs("unplayable"));
  await assert.rejects(saveCapture({ ...given, subject_ref: "" }), refusedAs("subject_missing"));
  assert.deepEqual(await allItems(), []);
  await of(new Blob([film("x".repeat(52))]), "video/webm");
});

test("a ticket that ran out while the camera was open is not named", async () => {
  const ticket = {
    ticket_id: "t",
    worker_id: "id-of-worker1",
    device_kid: "d",
    ticket: "",
    sha256: "0".repeat(64),
    expires_at: "2027-01-12T01:00:00Z",
    challenge_seed: "",
  };
  await keepTickets([ticket], 0);
  const challenge = { code: "4821", action: "say_number" as const, ticket: { id: "t", sha256: ticket.sha256 } };
  const recordAt = async (
    wall: string,
    server_offset_ms: number | null,
  ): Promise<{ ticket: unknown; challenge: unknown; flags: string[] }> => {
    const given = capture(VISIT, `at ${wall}`, { challenge });
    const { capture_id } = await saveCapture({ ...given, clock: { ...given.clock, wall, server_offset_ms } });
    return JSON.parse(new TextDecoder().decode((await readCaptureRow(capture_id))!.record));
  };
  assert.deepEqual((await recordAt("2027-01-12T01:05:00.000Z", 0)).ticket, challenge.ticket);
  const late = await recordAt("2027-01-12T01:05:00.001Z", 0);
  assert.deepEqual([late.ticket, late.challenge, late.flags], [null, null, ["no_ticket"]]);
  assert.equal((await recordAt("2027-01-12T01:04:59.000Z", 2_000)).ticket, null);
  assert.ok((await recordAt("2027-01-12T01:09:00.000Z", -600_000)).ticket);
});

test("a record is far smaller than the office's limit, whatever the sensors say", async () => {
  const sample = {
    lat: -36.80512345678901,
    lon: -118.0473212345678,
    accuracy_m: 12345.678901234567,
    altitude_m: -1234.5678901234567,
    speed: 1.2345678901234567,
    heading: 359.12345678901234,
    at: "2027-01-12T01:23:41.002Z",
  };
  const position = { samples: Array.from({ length: 10 }, () => sample), age_ms: 1.2345678901234567e12 };
  const { capture_id } = await saveCapture(
    capture(VISIT, "x", { position, flags: [...CAPTURE_FLAGS], app_build: "b".repeat(100) }),
  );
  assert.ok((await readCaptureRow(capture_id))!.record.length < 8_000);
});

test("the original goes only together with its receipt", async () => {
  const { capture_id, worker_id, media } = await saveCapture(capture(VISIT));
  const item_id = mediaKey(capture_id, media[0]!.sha256);
  await releaseOriginal(
    { receipt_id: "r", capture_id, worker_id, text: "a receipt", verified_at: "2027-01-12T00:00:00Z" },
    item_id,
  );
  assert.equal(await openMedia(capture_id, media[0]!.sha256), null);
  assert.equal((await receiptsOf(capture_id))[0]!.text, "a receipt");
  assert.equal((await allItems()).find((item) => item.item_id === item_id)!.state, "verified");
  assert.ok(await readCaptureRow(capture_id));
});

test("a recording survives a crash slice by slice, and goes when its capture is saved", async () => {
  const recording_id = await beginRecording({ visit_id: VISIT, mime: "video/webm" });
  await keepSlice(recording_id, 0, new Blob([film("first ")]));
  await keepSlice(recording_id, 1, new Blob(["second"]));
  await keepSlice(recording_id, 1, new Blob(["second"]));
  await restart();
  const [left] = await unfinishedRecordings();
  assert.deepEqual([left!.visit_id, left!.slices, left!.size_bytes], [VISIT, 2, 20]);
  const blob = await finishRecording(recording_id);
  assert.match(await blob.text(), /webmfirst second$/);
  const saved = await saveCapture({
    ...capture(VISIT),
    kind: "video",
    recording_id,
    media: [{ blob, mime: "video/webm", width: 1, height: 1, duration_ms: 6000, source: "camera" }],
  });
  assert.match(await (await openMedia(saved.capture_id, saved.media[0]!.sha256))!.text(), /webmfirst second$/);
  assert.deepEqual(await unfinishedRecordings(), []);
});

test("a discarded recording leaves nothing", async () => {
  const recording_id = await beginRecording({ visit_id: VISIT, mime: "video/webm" });
  await keepSlice(recording_id, 0, new Blob(["x"]));
  await dropRecording(recording_id);
  await assert.rejects(finishRecording(recording_id), (error) => error instanceof StoreError && error.trouble === "not_found");
});
