/** A device that refuses, breaks off or says nothing: what is kept, and what is said. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readPermissions } from "../../../webapp/static/pwa/src/device/permissions";
import { VideoRecorder, videoType } from "../../../webapp/static/pwa/src/device/recorder";
import { stampOf } from "../../../webapp/static/pwa/src/device/save-file";
import { askToPersist, readSpace } from "../../../webapp/static/pwa/src/device/space";

/** As much of the browser's recorder as the phone's uses. */
class FakeRecorder {
  static supported: readonly string[] = [];
  static isTypeSupported = (type: string): boolean => FakeRecorder.supported.includes(type);
  static last: FakeRecorder;
  state = "inactive";
  ondataavailable: (event: { data: Blob }) => void = () => undefined;
  onstop: () => void = () => undefined;
  onerror: (event: unknown) => void = () => undefined;

  constructor() {
    FakeRecorder.last = this;
  }

  start(): void {
    this.state = "recording";
  }

  stop(): void {
    this.state = "inactive";
    this.onstop();
  }

  give(text: string): void {
    this.ondataavailable({ data: new Blob([text]) });
  }
}

function withNavigator(value: unknown): void {
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
}

/** Records with slices that `keep` takes, and gives what was told. */
function record(keep: (text: string, number: number) => Promise<void>): { recorder: VideoRecorder; told: string[] } {
  Object.assign(globalThis, { MediaRecorder: FakeRecorder });
  const told: string[] = [];
  const recorder = new VideoRecorder({} as MediaStream, "video/webm", {
    slice: async (blob, number) => keep(await blob.text(), number),
    ended: () => told.push("ended"),
    failed: (error) => told.push(`failed ${(error as Error).message}`),
  });
  recorder.start();
  return { recorder, told };
}

/** Lets everything that waits for nothing happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  withNavigator({});
  delete (globalThis as { MediaRecorder?: unknown }).MediaRecorder;
});

test("slices are kept one after another, empty ones not, and the end comes after the last", async () => {
  const kept: [string, number][] = [];
  const { recorder, told } = record(async (text, number) => {
    await settled();
    kept.push([text, number]);
  });
  FakeRecorder.last.give("first");
  FakeRecorder.last.give("");
  FakeRecorder.last.give("second");
  recorder.stop();
  assert.deepEqual(told, []);
  while (!told.length) await settled();
  assert.deepEqual(kept, [
    ["first", 0],
    ["second", 1],
  ]);
  assert.deepEqual(told, ["ended"]);
});

test("a slice that cannot be kept ends the recording as failed, and it is never said to have ended", async () => {
  const { recorder, told } = record((_text, number) =>
    number === 1 ? Promise.reject(new Error("store_full")) : Promise.resolve(),
  );
  FakeRecorder.last.give("first");
  FakeRecorder.last.give("second");
  while (!told.length) await settled();
  await settled();
  assert.equal(FakeRecorder.last.state, "inactive");
  assert.deepEqual(told, ["failed store_full"]);
  recorder.stop();
});

test("a browser without a recorder has no type, another has the first that it knows", () => {
  assert.equal(videoType(), null);
  Object.assign(globalThis, { MediaRecorder: FakeRecorder });
  FakeRecorder.supported = ["video/mp4"];
  assert.equal(videoType(), "video/mp4");
  FakeRecorder.supported = ["video/mp4", "video/webm"];
  assert.equal(videoType(), "video/webm");
  FakeRecorder.supported = [];
  assert.equal(videoType(), null);
});

test("a browser that says nothing of its storage, or fails to, leaves everything unknown", async () => {
  const unknown = { used: null, limit: null, persisted: null };
  withNavigator({});
  assert.deepEqual(await readSpace(), unknown);
  assert.equal(await askToPersist(), null);
  const refuse = (): Promise<never> => Promise.reject(new Error("denied"));
  withNavigator({ storage: { estimate: refuse, persisted: refuse, persist: refuse } });
  assert.deepEqual(await readSpace(), unknown);
  assert.equal(await askToPersist(), null);
  withNavigator({
    storage: { estimate: () => Promise.resolve({ usage: 5, quota: 10 }), persisted: () => Promise.resolve(false) },
  });
  assert.deepEqual(await readSpace(), { used: 5, limit: 10, persisted: false });
});

test("a permission that the browser does not tell is unknown, and hides no other", async () => {
  const query = ({ name }: { name: string }): Promise<{ state: string }> =>
    name === "camera" ? Promise.reject(new TypeError(name)) : Promise.resolve({ state: "granted" });
  withNavigator({ permissions: { query } });
  assert.deepEqual(await readPermissions(), [
    ["camera", "unknown"],
    ["microphone", "granted"],
    ["geolocation", "granted"],
  ]);
  withNavigator({});
  assert.deepEqual(
    (await readPermissions()).map(([, state]) => state),
    ["unknown", "unknown", "unknown"],
  );
});

test("a stamp for a name is the time in UTC without signs", () => {
  assert.equal(stampOf(new Date("2027-01-12T09:12:59.999Z")), "202701120912");
});
