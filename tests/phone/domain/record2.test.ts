/** Capture records of version 2: the bytes of the contract's samples, and what neither side takes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64Url, sha256Hex, utf8 } from "../../../webapp/static/pwa/src/domain/bytes";
import { deriveChallenge } from "../../../webapp/static/pwa/src/domain/challenge";
import { signedBytes } from "../../../webapp/static/pwa/src/domain/record";
import { buildRecord2, readSender, RecordFault, subjectId } from "../../../webapp/static/pwa/src/domain/record2";
import { contract } from "../contracts";

interface Samples {
  public_key: JsonWebKey;
  challenge_seed: string;
  records: { name: string; record: string; sha256: string; signature: string }[];
  refused: { name: string; record: string; field: string; reason: string }[];
}
const samples = contract<Samples>("capture-records-2");
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

for (const sample of samples.records) {
  test(`record of version 2: ${sample.name}`, async () => {
    const parsed = JSON.parse(sample.record);
    const { holder, subject } = readSender(sample.record);
    const challenge = { ...parsed.challenge, ticket: parsed.ticket };
    const record = buildRecord2(subject, { ...parsed, challenge }, { ...parsed, holder });
    assert.equal(new TextDecoder().decode(record), sample.record);
    assert.equal(await sha256Hex(record), sample.sha256);
    const key = await crypto.subtle.importKey("jwk", samples.public_key, CURVE, false, ["verify"]);
    assert.ok(
      await crypto.subtle.verify(
        { ...CURVE, hash: "SHA-256" },
        key,
        fromBase64Url(sample.signature),
        signedBytes(utf8(sample.record)),
      ),
    );
    assert.deepEqual(await deriveChallenge(samples.challenge_seed, subjectId(subject)), parsed.challenge);
  });
}

for (const { name, record, field, reason } of samples.refused) {
  test(`no record: ${name}`, () => {
    assert.throws(
      () => readSender(record),
      (error) => error instanceof RecordFault && error.field === field && error.reason === reason,
    );
  });
}
