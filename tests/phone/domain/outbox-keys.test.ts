/** Keys are read back as what they were built from, and nothing else is taken for one. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { mediaKey, parseItemKey, recordKey, reportKey } from "../../../webapp/static/pwa/src/domain/outbox-keys";

const CAPTURE = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const HASH = "ab".repeat(32);

test("every key is read back as what it was built from", () => {
  assert.deepEqual(parseItemKey(recordKey(CAPTURE)), { type: "record", ref: CAPTURE, sha256: null });
  assert.deepEqual(parseItemKey(mediaKey(CAPTURE, HASH)), { type: "media", ref: CAPTURE, sha256: HASH });
  assert.deepEqual(parseItemKey(reportKey("result", CAPTURE)), { type: "result", ref: CAPTURE, sha256: null });
  assert.deepEqual(parseItemKey(reportKey("attempts", CAPTURE)), { type: "attempts", ref: CAPTURE, sha256: null });
});

test("the keys of phones in the field stay what they are", () => {
  assert.equal(recordKey("c"), "record/c");
  assert.equal(mediaKey("c", "h"), "media/c/h");
  assert.equal(reportKey("result", "r"), "result/r");
});

test("what is no key is not read as one", () => {
  for (const wrong of [
    "",
    "record",
    "record/",
    "media/c",
    "media/c/",
    "media/c/h/more",
    "record/c/h",
    "record/c/",
    "photo/c",
    "/c",
  ]) {
    assert.throws(() => parseItemKey(wrong), /item_key/, wrong);
  }
});
