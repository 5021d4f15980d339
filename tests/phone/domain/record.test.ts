/** Capture records: the bytes of the contract's samples, their chain and their signatures. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64Url, utf8 } from "../../../webapp/static/pwa/src/domain/bytes";
import { buildRecord, FIRST_PREV, signedBytes, signRecord, thumbprint } from "../../../webapp/static/pwa/src/domain/record";
import type { CaptureInput, MediaFact } from "../../../webapp/static/pwa/src/domain/capture";
import { contract } from "../contracts";
import { assertIsSample, CURVE, type SignedSample } from "./signed-sample";

interface Samples {
  first_prev: string;
  public_key: JsonWebKey;
  device_kid: string;
  records: (SignedSample & { seq: number; prev: string })[];
}
const samples = contract<Samples>("capture-records");

/** Takes a record apart into what a screen gives and what the store adds. */
function apart(record: string): { input: CaptureInput; media: MediaFact[]; parsed: Record<string, never> } {
  const parsed = JSON.parse(record);
  const challenge = parsed.challenge && { ...parsed.challenge, ticket: parsed.ticket };
  return { parsed, media: parsed.media, input: { ...parsed, media: [], challenge } };
}

for (const sample of samples.records) {
  test(`record: ${sample.name}`, async () => {
    const { input, media, parsed } = apart(sample.record);
    const { capture_id, worker_id, device_kid } = parsed as unknown as {
      capture_id: string;
      worker_id: string;
      device_kid: string;
    };
    const record = buildRecord(input, { capture_id, worker_id, device_kid, media, seq: sample.seq, prev: sample.prev });
    await assertIsSample(record, sample, samples.public_key);
  });
}

test("the samples are one chain that begins with zeros", () => {
  assert.equal(FIRST_PREV, samples.first_prev);
  assert.deepEqual(
    samples.records.map(({ prev }) => prev),
    [FIRST_PREV, ...samples.records.slice(0, -1).map(({ sha256 }) => sha256)],
  );
});

test("the device is named by the thumbprint of its key", async () => {
  assert.equal(await thumbprint({ ...samples.public_key, ext: true, key_ops: ["verify"] }), samples.device_kid);
});

test("a signature is raw, 64 bytes, and its own key verifies it", async () => {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const record = utf8(samples.records[0]!.record);
  const signature = fromBase64Url(await signRecord(pair.privateKey, record));
  assert.equal(signature.length, 64);
  assert.ok(await crypto.subtle.verify({ ...CURVE, hash: "SHA-256" }, pair.publicKey, signature, signedBytes(record)));
  assert.ok(!(await crypto.subtle.verify({ ...CURVE, hash: "SHA-256" }, pair.publicKey, signature, record)));
});

test("a record without a ticket says so, once", () => {
  const { input, media } = apart(samples.records[0]!.record);
  const frame = { capture_id: "c", worker_id: "w", device_kid: "k", seq: 1, prev: FIRST_PREV, media };
  for (const flags of [[], ["no_ticket"]] as CaptureInput["flags"][]) {
    const {
      flags: noted,
      ticket,
      challenge,
    } = JSON.parse(new TextDecoder().decode(buildRecord({ ...input, challenge: null, flags }, frame)));
    assert.deepEqual([noted, ticket, challenge], [["no_ticket"], null, null]);
  }
});
