/** Capture records of version 2: the bytes of the contract's samples, and what neither side takes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveChallenge } from "../../../webapp/static/pwa/src/domain/challenge";
import { buildRecord2, readSender, RecordFault, subjectId } from "../../../webapp/static/pwa/src/domain/record2";
import { contract } from "../contracts";
import { assertIsSample, type SignedSample } from "./signed-sample";

interface Samples {
  public_key: JsonWebKey;
  challenge_seed: string;
  records: SignedSample[];
  refused: { name: string; record: string; field: string; reason: string }[];
}
const samples = contract<Samples>("capture-records-2");

for (const sample of samples.records) {
  test(`record of version 2: ${sample.name}`, async () => {
    const parsed = JSON.parse(sample.record);
    const { holder, subject } = readSender(sample.record);
    const challenge = { ...parsed.challenge, ticket: parsed.ticket };
    const record = buildRecord2(subject, { ...parsed, challenge }, { ...parsed, holder });
    await assertIsSample(record, sample, samples.public_key);
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
