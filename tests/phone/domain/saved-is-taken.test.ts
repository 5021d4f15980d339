/** What the phone calls saved the server takes: values and files by the contracts that pytest reads as well. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileTrouble, isOfType } from "../../../webapp/static/pwa/src/domain/container";
import { fromHex, joined, utf8 } from "../../../webapp/static/pwa/src/domain/bytes";
import { duration, isOdd, pixels, toSample, type RawCoordinates } from "../../../webapp/static/pwa/src/domain/measured";
import type { PositionSample } from "../../../webapp/static/pwa/src/domain/capture";
import { contract } from "../contracts";

interface Values {
  fixes: { name: string; coords: RawCoordinates; timestamp: unknown; sample: PositionSample | null; odd: boolean }[];
  pixels: [number | null, number | null][];
  durations: [number | null, number | null][];
}
const VALUES = contract<Values>("record-values");
const WORDS: Record<string, unknown> = { NaN: NaN, Infinity: Infinity, undefined: undefined };
const spoken = (value: unknown): unknown => (typeof value === "string" ? WORDS[value] : value);

for (const { name, coords, timestamp, sample, odd } of VALUES.fixes) {
  test(`fix: ${name}`, () => {
    const given = Object.fromEntries(Object.entries(coords).map(([key, value]) => [key, spoken(value)]));
    const made = toSample(given, spoken(timestamp));
    assert.deepEqual(made, sample);
    assert.equal(made ? isOdd({ samples: [made], age_ms: 0 }) : false, odd);
  });
}

test("pixels are whole and within bounds, and so are lengths", () => {
  for (const [given, written] of VALUES.pixels) assert.equal(pixels(given), written);
  for (const [given, written] of VALUES.durations) assert.equal(duration(given), written);
});

for (const { name, mime, head, taken } of contract<{ heads: { name: string; mime: string; head: string; taken: boolean }[] }>(
  "media-heads",
).heads) {
  test(`head: ${name}`, () => assert.equal(isOfType(fromHex(head), mime), taken));
}

const LIMITS = { photo_max_bytes: 1000, video_max_bytes: 5000 };
const FTYP = fromHex("00000018667479706d703432000000006d70343269736f6d");
const box = (name: string, body: Uint8Array, length = body.length + 8): Uint8Array => {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, length);
  head.set(utf8(name), 4);
  return joined(head, body);
};
const mp4 = (...boxes: Uint8Array[]): Blob => new Blob([joined(FTYP, ...boxes)]);

test("a film needs its index, wherever it stands, and may be cut behind it", async () => {
  const [index, frames] = [box("moov", new Uint8Array(40)), box("mdat", new Uint8Array(200))];
  const trouble = (blob: Blob): Promise<string | null> => fileTrouble(blob, "video/mp4", LIMITS);
  assert.equal(await trouble(mp4(frames, index)), null);
  assert.equal(await trouble(mp4(index, frames)), null);
  assert.equal(await trouble(mp4(index, frames.subarray(0, 100))), null);
  assert.equal(await trouble(mp4(frames)), "unplayable");
  assert.equal(await trouble(mp4(frames, index.subarray(0, 30))), "unplayable");
  assert.equal(await trouble(mp4(box("mdat", new Uint8Array(20), 0))), "unplayable");
});

test("a file over the office's limit is told before it is kept", async () => {
  const jpeg = (size: number): Blob => new Blob([fromHex("ffd8ff"), new Uint8Array(size - 3)]);
  assert.equal(await fileTrouble(jpeg(1000), "image/jpeg", LIMITS), null);
  assert.equal(await fileTrouble(jpeg(1001), "image/jpeg", LIMITS), "too_large");
  assert.equal(await fileTrouble(mp4(new Uint8Array(5000)), "video/mp4;codecs=avc1", LIMITS), "too_large");
  assert.equal(await fileTrouble(jpeg(10), "video/mp4", LIMITS), "wrong_type");
});
