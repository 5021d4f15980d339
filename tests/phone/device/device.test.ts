/** The parts of the device rooms that need no device. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readPlatform, readShell } from "../../../webapp/static/pwa/src/device/browser";
import { LocationWatch } from "../../../webapp/static/pwa/src/device/location";
import { brightnessOf, fitted, isBlank, isDark } from "../../../webapp/static/pwa/src/device/picture";
import { plainType } from "../../../webapp/static/pwa/src/device/recorder";
import { isNearlyFull } from "../../../webapp/static/pwa/src/device/space";

const WECHAT =
  "Mozilla/5.0 (Linux; Android 12; V2118A) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.64 XWEB/1300";
const SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1";

test("WeChat's browser is recognised, others are not mistaken for it", () => {
  assert.equal(readShell(WECHAT, false), "wechat");
  assert.equal(readShell(SAFARI, false), "browser");
  assert.equal(readShell(SAFARI, true), "installed");
  assert.deepEqual([WECHAT, SAFARI].map(readPlatform), ["android", "ios"]);
});

test("pictures shrink to the long side and never grow", () => {
  assert.deepEqual(fitted({ width: 5712, height: 4284 }), { width: 1920, height: 1440 });
  assert.deepEqual(fitted({ width: 1080, height: 1920 }), { width: 1080, height: 1920 });
  assert.deepEqual(fitted({ width: 640, height: 480 }), { width: 640, height: 480 });
});

function pixelsOf(lights: number[]): Uint8ClampedArray {
  return new Uint8ClampedArray(lights.flatMap((light) => [light, light, light, 255]));
}

test("a black, a white and a failed canvas are blank; a dark room is not", () => {
  assert.ok(isBlank(brightnessOf(pixelsOf([0, 1, 2, 1]))));
  assert.ok(isBlank(brightnessOf(pixelsOf([255, 255, 254, 255]))));
  const room = brightnessOf(pixelsOf([12, 60, 20, 44]));
  assert.ok(!isBlank(room) && isDark(room));
});

test("a type is told without its codecs", () => {
  assert.equal(plainType("video/webm;codecs=vp8,opus"), "video/webm");
  assert.equal(plainType("video/mp4"), "video/mp4");
});

test("storage is called nearly full only when the browser says how much there is", () => {
  assert.ok(isNearlyFull({ used: 90, limit: 100, persisted: null }));
  assert.ok(!isNearlyFull({ used: 90, limit: null, persisted: null }));
});

/** A geolocation that a test moves by hand. */
class HandGeolocation {
  found: PositionCallback = () => undefined;
  failed: PositionErrorCallback = () => undefined;
  watchPosition(found: PositionCallback, failed?: PositionErrorCallback | null): number {
    this.found = found;
    this.failed = failed ?? (() => undefined);
    return 1;
  }
  clearWatch(): void {}
  at(lat: number, timestamp: number): void {
    const coords = { latitude: lat, longitude: 118, accuracy: 12, altitude: null, speed: null, heading: null };
    this.found({ coords, timestamp } as GeolocationPosition);
  }
  fail(code: number): void {
    this.failed({ code } as GeolocationPositionError);
  }
}

function watched(run: (hand: HandGeolocation, watch: LocationWatch) => void): void {
  const hand = new HandGeolocation();
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { geolocation: hand }, configurable: true });
  const watch = new LocationWatch();
  watch.start();
  try {
    run(hand, watch);
  } finally {
    watch.stop();
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else delete (globalThis as { navigator?: unknown }).navigator;
  }
}

test("the last ten samples are kept with the age of the newest", () => {
  watched((hand, watch) => {
    for (let at = 0; at < 14; at++) hand.at(36 + at / 100, at * 1000);
    const reading = watch.reading(15_000);
    assert.ok("samples" in reading);
    assert.equal(reading.samples.length, 10);
    assert.equal(reading.age_ms, 2_000);
    assert.equal(reading.samples[9]?.lat, 36.13);
  });
});

test("a fix of another age is a fix, as old as its arrival; one without a place is none", () => {
  watched((hand, watch) => {
    hand.at(NaN, 0);
    assert.deepEqual(watch.reading(0), { error: "timeout" });
    for (const time of [1.8e15, -1, NaN]) {
      hand.at(36.8, time);
      const reading = watch.reading(Date.now() + 3_000);
      assert.ok("samples" in reading);
      assert.equal(reading.samples[reading.samples.length - 1]?.at, null);
      assert.ok(reading.age_ms >= 3_000 && reading.age_ms < 60_000);
    }
  });
});

test("a passing failure is forgiven, before and after a fix", () => {
  watched((hand, watch) => {
    hand.fail(2);
    assert.equal(watch.state().trouble, null);
    hand.at(36.8, 0);
    hand.fail(2);
    hand.fail(3);
    assert.ok("samples" in watch.reading(0));
  });
});

test("a refusal is said at once, a slow start as a timeout", () => {
  watched((hand, watch) => {
    hand.fail(1);
    assert.deepEqual(watch.reading(0), { error: "denied" });
  });
  watched((hand, watch) => {
    hand.fail(3);
    assert.deepEqual(watch.reading(0), { error: "timeout" });
  });
});
