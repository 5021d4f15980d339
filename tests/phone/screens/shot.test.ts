/** What is noted about a shot before it is kept. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { PositionSample } from "../../../webapp/static/pwa/src/domain/capture";
import { doubtOf, orderOf, pictureShot, positionFlags, type Shot } from "../../../webapp/static/pwa/src/screens/capture/shot";
import { placeWords } from "../../../webapp/static/pwa/src/screens/place-line";

const picture = { blob: new Blob(["x"]), width: 1920, height: 1080 };
const bright = { mean: 120, spread: 50 };

function sampleOf(accuracy_m: number): PositionSample {
  return { lat: 36.8, lon: 118, accuracy_m, altitude_m: null, speed: null, heading: null, at: "2027-01-12T01:00:00Z" };
}

function videoOf(duration_ms: number): Shot {
  return { ...pictureShot("photo", picture, "camera", bright), kind: "video", duration_ms };
}

test("a covered lens is asked about, a dark room is only noted", () => {
  const blank = pictureShot("photo", picture, "camera", { mean: 2, spread: 1 });
  assert.equal(doubtOf(blank, 5000), "blank");
  const dark = pictureShot("photo", picture, "camera", { mean: 30, spread: 20 });
  assert.deepEqual(dark.flags, ["looks_dark"]);
  assert.equal(doubtOf(dark, 5000), null);
});

test("a picture from the picker is marked as one", () => {
  const shot = pictureShot("photo", picture, "picker", bright);
  assert.deepEqual([shot.source, shot.flags], ["picker", ["picker"]]);
});

test("a video under five seconds is asked about", () => {
  assert.equal(doubtOf(videoOf(4999), 5000), "short");
  assert.equal(doubtOf(videoOf(5000), 5000), null);
});

test("a missing, coarse or old position is noted and refuses nothing", () => {
  assert.deepEqual(positionFlags({ error: "denied" }), ["no_position"]);
  assert.deepEqual(positionFlags({ samples: [sampleOf(900)], age_ms: 61_000 }), ["position_coarse", "position_old"]);
  assert.deepEqual(positionFlags({ samples: [sampleOf(900), sampleOf(12)], age_ms: 0 }), []);
  assert.deepEqual(positionFlags({ samples: [{ ...sampleOf(12), accuracy_m: null }], age_ms: 0 }), [
    "position_coarse",
    "position_odd",
  ]);
  assert.deepEqual(positionFlags({ samples: [{ ...sampleOf(12), at: null }], age_ms: 0 }), ["position_odd"]);
});

test("a fix that is minutes old is not said to be where one stands", () => {
  const at = Date.parse(sampleOf(12).at);
  const words = (seconds: number, accuracy_m = 12): string =>
    placeWords({ latest: sampleOf(accuracy_m), trouble: null }, at + seconds * 1000);
  assert.equal(words(60), "约 12 米 内");
  assert.equal(words(61), "1 分钟前的位置（约 12 米 内），可继续");
  assert.equal(words(600, 900), "10 分钟前的位置（约 900 米 内），可继续");
  assert.equal(placeWords({ latest: { ...sampleOf(12), accuracy_m: null }, trouble: null }, at), "定位误差不明，可继续，会注明");
  assert.equal(placeWords({ latest: { ...sampleOf(12), at: null }, trouble: null }, at), "约 12 米 内");
  // A clock that was set back makes no fix a fix to come.
  assert.equal(words(-600), "约 12 米 内");
});

test("an order carries the file as it is and the recording that it came from", () => {
  const order = orderOf("v", { ...videoOf(9000), recording_id: "r" }, { error: "timeout" }, null);
  assert.equal(order.recording_id, "r");
  assert.equal(order.media[0]?.blob, picture.blob);
  assert.deepEqual(order.flags, ["no_position"]);
});
