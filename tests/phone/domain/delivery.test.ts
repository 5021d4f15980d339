/** What goes to the office in one request, and how much of it a line is trusted with. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterLoss,
  afterRefusal,
  deliveryLimit,
  OPEN_ROAD,
  packDelivery,
  type RecordPart,
  type ResultPart,
} from "../../../webapp/static/pwa/src/domain/delivery";
import { afterChunk, afterCut, LARGEST_CHUNK, NEW_LINE, SMALLEST_CHUNK } from "../../../webapp/static/pwa/src/domain/retry";

const record = (name: string, ...files: number[]): RecordPart => ({
  item_id: `record ${name}`,
  capture_id: name,
  bytes: 10,
  files: files.map((bytes, at) => ({ item_id: `file ${name}${at}`, bytes })),
});
const result = (name: string, ...awaits: string[]): ResultPart => ({ item_id: `result ${name}`, bytes: 5, awaits });
const packed = (records: RecordPart[], results: ResultPart[], limit: number): string[] =>
  packDelivery({ records, results }, limit).map(({ item_id }) => item_id);

test("a visit goes whole: the record, its file, the result", () => {
  assert.deepEqual(packed([record("a", 100)], [result("A", "a")], 115), ["record a", "file a0", "result A"]);
});

test("several visits go in the order of the chain, each result behind all that it rests on", () => {
  const records = [record("a", 100), record("b", 100), record("c", 100)];
  assert.deepEqual(packed(records, [result("A", "a", "c"), result("B", "b")], 1000), [
    "record a",
    "file a0",
    "record b",
    "file b0",
    "result B",
    "record c",
    "file c0",
    "result A",
  ]);
});

test("what does not fit waits, and nothing behind it in the chain goes past it", () => {
  const records = [record("a", 100), record("b", 200), record("c", 1)];
  assert.deepEqual(packed(records, [result("C", "c")], 310), ["record a", "file a0"]);
  assert.deepEqual(packed(records, [], 320), ["record a", "file a0", "record b", "file b0"]);
});

test("a file that fits no delivery stays behind, and its record and result go", () => {
  assert.deepEqual(packed([record("a", 5000)], [result("A", "a")], 1000), ["record a", "result A"]);
});

test("files that fit one by one and not together: those that fit go with their record", () => {
  assert.deepEqual(packed([record("a", 60, 60, 60)], [], 140), ["record a", "file a0", "file a1"]);
});

test("a result whose record is not in this delivery does not go", () => {
  assert.deepEqual(packed([record("a", 10)], [result("B", "b")], 1000), ["record a", "file a0"]);
  assert.deepEqual(packed([], [result("A"), result("B")], 1000), ["result A", "result B"]);
});

test("one part alone is no delivery", () => {
  assert.deepEqual(packed([record("a", 5000)], [], 1000), []);
  assert.deepEqual(packed([], [result("A")], 1000), []);
  assert.deepEqual(packed([], [], 1000), []);
});

test("no more parts than the server takes", () => {
  const many = Array.from({ length: 150 }, (_, at) => record(String(at), 1));
  assert.equal(packed(many, [], 1e6).length, 60);
});

const limit = (line = NEW_LINE, road = OPEN_ROAD, most = LARGEST_CHUNK, now = 0): number => deliveryLimit(line, road, most, now);

test("an unknown line is trusted with a visit, a good one with all that the office takes, a slow one with half a minute", () => {
  assert.equal(limit(), 524_288);
  let good = NEW_LINE;
  for (let n = 0; n < 4; n++) good = afterChunk(good, good.chunk * 8, 1000);
  assert.equal(limit(good), LARGEST_CHUNK);
  assert.equal(limit(good, OPEN_ROAD, 1_000_000), 1_000_000);
  let slow = NEW_LINE;
  for (let n = 0; n < 4; n++) slow = afterChunk(slow, 50_000, 1000);
  assert.equal(limit(slow), 1_048_576);
});

test("a line that was cut is trusted with less than a quarter of its life", () => {
  const cut = afterCut({ ...NEW_LINE, since_cut: 320_000 });
  assert.equal(limit(cut), 65_536);
});

test("an office without deliveries gets none", () => {
  assert.equal(limit(NEW_LINE, OPEN_ROAD, 0), 0);
});

test("a body that was too large is halved until it passes, or is given up", () => {
  assert.equal(limit(NEW_LINE, afterRefusal(413, 400_000, 0), LARGEST_CHUNK, 1), 200_000);
  assert.equal(limit(NEW_LINE, afterRefusal(413, 20_000, 0), LARGEST_CHUNK, 1), 0);
});

test("what refuses deliveries is asked again after six hours, a bad line after ten minutes", () => {
  for (const status of [404, 405, 415, 501]) assert.equal(limit(NEW_LINE, afterRefusal(status, 9, 0), LARGEST_CHUNK, 1), 0);
  assert.equal(limit(NEW_LINE, afterRefusal(404, 9, 0), LARGEST_CHUNK, 6 * 3_600_000), 524_288);
  assert.equal(limit(NEW_LINE, afterLoss(0), LARGEST_CHUNK, 599_999), SMALLEST_CHUNK);
  assert.equal(limit(NEW_LINE, afterLoss(0), LARGEST_CHUNK, 600_000), 524_288);
});

test("a clock that was set back does not hold deliveries for days", () => {
  assert.equal(limit(NEW_LINE, afterRefusal(404, 9, 86_400_000), LARGEST_CHUNK, 0), 524_288);
});
