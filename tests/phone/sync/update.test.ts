/** A new version never comes under the user's hands, and a browser without service workers is none the worse. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { applyUpdate, checkForUpdate, registerWorker } from "../../../webapp/static/pwa/src/sync/update";

class FakeContainer extends EventTarget {
  controller: object | null = {};
  register: () => Promise<unknown> = () => Promise.reject(new Error("refused"));
}

class FakeWorker extends EventTarget {
  state = "installing";
  told: unknown[] = [];
  postMessage(message: unknown): void {
    this.told.push(message);
  }
}

let container = new FakeContainer();
let reloads = 0;

beforeEach(() => {
  container = new FakeContainer();
  reloads = 0;
  Object.defineProperty(globalThis, "navigator", { value: { serviceWorker: container }, configurable: true });
  Object.assign(globalThis, { location: { reload: () => void reloads++ } });
});

test("without service workers, or where they are refused, the app goes on", async () => {
  let waiting = 0;
  await registerWorker({ mayReload: () => true, onWaiting: () => void waiting++ });
  await checkForUpdate();
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  await registerWorker({ mayReload: () => true, onWaiting: () => void waiting++ });
  await checkForUpdate();
  assert.equal(waiting, 0);
});

test("the first worker of a page is no news, a later one is", async () => {
  let waiting = 0;
  container.controller = null;
  await registerWorker({ mayReload: () => true, onWaiting: () => void waiting++ });
  container.dispatchEvent(new Event("controllerchange"));
  assert.equal(waiting, 0);
  container.controller = {};
  await registerWorker({ mayReload: () => true, onWaiting: () => void waiting++ });
  container.dispatchEvent(new Event("controllerchange"));
  assert.equal(waiting, 1);
  assert.equal(reloads, 0);
});

test("a new version waits until nothing is unsaved, and only then is told to start", async () => {
  let isSaved = false;
  let waiting = 0;
  const worker = new FakeWorker();
  const registration = Object.assign(new EventTarget(), {
    waiting: null as FakeWorker | null,
    installing: worker,
    update: () => Promise.reject(new Error("offline")),
  });
  container.register = () => Promise.resolve(registration);
  await registerWorker({ mayReload: () => isSaved, onWaiting: () => void waiting++ });
  registration.dispatchEvent(new Event("updatefound"));
  worker.dispatchEvent(new Event("statechange"));
  assert.equal(waiting, 0);
  worker.state = "installed";
  worker.dispatchEvent(new Event("statechange"));
  assert.equal(waiting, 1);
  registration.waiting = worker;
  await checkForUpdate();
  assert.equal(await applyUpdate(), false);
  container.dispatchEvent(new Event("controllerchange"));
  assert.deepEqual([worker.told, reloads], [[], 0]);
  isSaved = true;
  assert.equal(await applyUpdate(), true);
  assert.deepEqual(worker.told, [{ type: "anzai-skip-waiting" }]);
  container.dispatchEvent(new Event("controllerchange"));
  assert.equal(reloads, 1);
});
