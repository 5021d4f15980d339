/** When to try again and how much to send at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterChunk,
  afterCut,
  LARGEST_CHUNK,
  NEW_LINE,
  SMALLEST_CHUNK,
  verdictOf,
  waitMs,
  type Line,
} from "../../../webapp/static/pwa/src/domain/retry";
import { contract } from "../contracts";

interface Retry {
  waits: { tries: number; chance: number; retry_after: number | null; wait_ms: number }[];
  verdicts: { status: number; code?: string; verdict: string }[];
}
const retry = contract<Retry>("retry");

test("waits and verdicts are those of the contract", () => {
  for (const { tries, chance, retry_after, wait_ms } of retry.waits) assert.equal(waitMs(tries, chance, retry_after), wait_ms);
  for (const { status, code, verdict } of retry.verdicts) assert.equal(verdictOf(status, code), verdict, `${status} ${code}`);
});

/** Sends `size` bytes over a line that is cut every `life` bytes; the server keeps whole chunks only. Returns the bytes sent. */
function sendOver(size: number, life: number): number {
  let [line, offset, sent, left]: [Line, number, number, number] = [NEW_LINE, 0, 0, life];
  while (offset < size) {
    const bytes = Math.min(line.chunk, size - offset);
    sent += Math.min(bytes, left);
    if (bytes > left) [line, left] = [afterCut(line), life];
    else [line, offset, left] = [afterChunk(line, bytes, bytes / 100), offset + bytes, left - bytes];
  }
  return sent;
}

test("five megabytes over a line that is cut every 300 kB cost at most a tenth more", () => {
  assert.ok(sendOver(5_000_000, 300_000) / 5_000_000 <= 1.07);
  assert.ok(sendOver(5_000_000, 100_000) / 5_000_000 <= 1.15);
  assert.equal(sendOver(5_000_000, Infinity), 5_000_000);
});

test("a good line is used in large chunks, a slow one in small", () => {
  let fast = NEW_LINE;
  for (let n = 0; n < 10; n++) fast = afterChunk(fast, fast.chunk, 10);
  assert.equal(fast.chunk, LARGEST_CHUNK);
  let slow = NEW_LINE;
  for (let n = 0; n < 10; n++) slow = afterChunk(slow, slow.chunk, slow.chunk / 6);
  assert.equal(slow.chunk, SMALLEST_CHUNK);
});

test("no cut makes a chunk vanish, and a line recovers", () => {
  let line = NEW_LINE;
  for (let n = 0; n < 20; n++) line = afterCut(line);
  assert.equal(line.chunk, SMALLEST_CHUNK);
  line = afterCut(afterChunk(line, SMALLEST_CHUNK, 1));
  for (let n = 0; n < 2000; n++) line = afterChunk(line, line.chunk, 1);
  assert.equal(line.chunk, LARGEST_CHUNK);
});
