/** What the bar says of the signal: the office's answers, and never more than the browser's hint allows. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { signalOf } from "../../../webapp/static/pwa/src/screens/model/context";
import { openSyncView } from "../../../webapp/static/pwa/src/app/sync-view";
import { startSync } from "../../../webapp/static/pwa/src/sync";
import { report } from "../../../webapp/static/pwa/src/sync/state";
import { freshPhone } from "../store/fresh";

const browser = { onLine: true };
const page = new EventTarget();
Object.defineProperty(globalThis, "navigator", { value: browser, configurable: true });
Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page) });

beforeEach(async () => {
  browser.onLine = true;
  await freshPhone();
  report({ link: "unknown" });
});

test("until the office was asked, the browser's hint stands", () => {
  const view = openSyncView();
  assert.equal(signalOf(view.sync()).online, true);
  browser.onLine = false;
  assert.equal(signalOf(view.sync()).online, false);
});

test("without a network there is no signal, whatever the office has answered before", () => {
  const view = openSyncView();
  report({ link: "online" });
  assert.equal(signalOf(view.sync()).online, true);
  browser.onLine = false;
  assert.equal(signalOf(view.sync()).online, false);
});

test("a network in which the office does not answer is no signal", () => {
  const view = openSyncView();
  report({ link: "offline" });
  assert.equal(signalOf(view.sync()).online, false);
});

test("that the signal is gone is told at once", () => {
  // The runner's next turn is of no interest here, and would keep the test waiting.
  mock.timers.enable({ apis: ["setTimeout"] });
  startSync();
  const view = openSyncView();
  report({ link: "online" });
  const told: boolean[] = [];
  view.watchSync(() => told.push(signalOf(view.sync()).online));
  browser.onLine = false;
  page.dispatchEvent(new Event("offline"));
  assert.equal(told.at(-1), false);
});
