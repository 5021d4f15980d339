/** What goes wrong below the store: a browser that refuses, lacks room or lost its key, and what is left then. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import { asStoreError, isLostConnection, StoreError } from "../../../webapp/static/pwa/src/store/errors";
import { hashBlob } from "../../../webapp/static/pwa/src/store/hashing";
import { readMark, writeMark } from "../../../webapp/static/pwa/src/store/mark";
import { asBlob, storingBytes } from "../../../webapp/static/pwa/src/store/media-bytes";
import { dropPhotos, keepPhoto, photoOf, photoPaths } from "../../../webapp/static/pwa/src/store/photos";
import { seal, unseal } from "../../../webapp/static/pwa/src/store/vault";
import { freshPhone, restart, signIn } from "./fresh";

const WORKER = "id-of-worker1";

beforeEach(async () => {
  await freshPhone();
  await signIn();
});

test("a browser without room is told apart from a browser that is broken, and a rule's refusal from both", () => {
  const trouble = (error: unknown): string => (asStoreError(error) as StoreError).trouble;
  assert.equal(trouble(new DOMException("no", "QuotaExceededError")), "full");
  assert.equal(trouble(new DOMException("no", "UnknownError")), "broken");
  assert.equal(trouble("no error at all"), "broken");
  const rule = new Error("rule_photo_missing");
  assert.equal(asStoreError(rule), rule);
  const known = new StoreError("closed");
  assert.equal(asStoreError(known), known);
});

test("a connection that the browser dropped is known by its name or its words, and a full phone is not taken for one", () => {
  assert.ok(isLostConnection(new DOMException("", "InvalidStateError")));
  assert.ok(isLostConnection(new DOMException("Connection to Indexed Database server lost. Refresh the page", "UnknownError")));
  assert.ok(!isLostConnection(new DOMException("no room", "QuotaExceededError")));
});

test("where Blobs are refused the bytes are stored as buffers, and read as the same file", async () => {
  const blob = new Blob(["a picture"], { type: "image/jpeg" });
  await assert.rejects(
    storingBytes([blob], () => Promise.reject(new DOMException("no room", "QuotaExceededError"))),
    /no room/,
  );
  const asked: string[] = [];
  const store = async (bytes: (Blob | ArrayBuffer)[]): Promise<Blob | ArrayBuffer> => {
    asked.push(bytes[0] instanceof Blob ? "blob" : "buffer");
    if (bytes[0] instanceof Blob) throw new StoreError("broken", new DOMException("refused", "DataCloneError"));
    return bytes[0]!;
  };
  const stored = await storingBytes([blob], store);
  await storingBytes([blob], store);
  assert.deepEqual(asked, ["blob", "buffer", "buffer"]);
  const back = asBlob(stored, "image/jpeg");
  assert.deepEqual([await back.text(), back.type], ["a picture", "image/jpeg"]);
});

test("a file of any size has the hash that the office reckons", async () => {
  for (const size of [0, 5, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1, 21 * 1024 * 1024]) {
    const bytes = new Uint8Array(size).fill(7);
    assert.equal(await hashBlob(new Blob([bytes])), createHash("sha256").update(bytes).digest("hex"), String(size));
  }
});

test("without a mark outside the database everything else works", (context) => {
  const refuse = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  context.mock.method(globalThis.localStorage, "getItem", refuse);
  context.mock.method(globalThis.localStorage, "setItem", refuse);
  writeMark({ unsent: 3 });
  assert.equal(readMark(), null);
});

test("a mark that was written half is no mark", () => {
  localStorage.setItem("anzai.store", '{"created_at": "2027');
  assert.equal(readMark(), null);
  writeMark({ unsent: 2 });
  assert.equal(readMark()!.unsent, 2);
});

test("what was sealed for one worker opens for nobody else, and not after a bit was changed", async () => {
  const sealed = await seal(WORKER, { name: "测试甲" });
  await assert.rejects(unseal("id-of-worker2", sealed));
  const data = new Uint8Array(sealed.data.slice(0));
  data[3]! ^= 1;
  await assert.rejects(unseal(WORKER, { ...sealed, data: data.buffer }));
  await restart();
  assert.deepEqual(await unseal(WORKER, sealed), { name: "测试甲" });
});

test("a small picture is the worker's alone, and goes with the last visit", async () => {
  await keepPhoto(WORKER, "p1", "/photo/1", new TextEncoder().encode("one").buffer);
  await keepPhoto(WORKER, "p2", "/photo/2", new TextEncoder().encode("two").buffer);
  await restart();
  assert.equal(await (await photoOf("p1"))!.text(), "one");
  await dropPhotos(WORKER, new Set(["p2"]));
  assert.equal(await photoOf("p1"), null);
  assert.deepEqual([...(await photoPaths(WORKER))], [["p2", "/photo/2"]]);
  await signIn("worker2");
  assert.equal(await photoOf("p2"), null);
});
