/** An address read back gives the screen that wrote it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { attemptPath, capturePath, readRoute, resultPath, visitPath } from "../../../webapp/static/pwa/src/screens/model/route";

const ID = "0198c5a0-0000-7000-8000-000000000001";

test("every path of a visit leads back to its screen", () => {
  assert.deepEqual(readRoute(visitPath(ID)), { screen: "visit", visitId: ID });
  assert.deepEqual(readRoute(attemptPath(ID)), { screen: "attempt", visitId: ID });
  assert.deepEqual(readRoute(capturePath(ID, "video")), { screen: "capture", visitId: ID, use: "video" });
  assert.deepEqual(readRoute(resultPath(ID, "contact")), { screen: "result", visitId: ID, step: "contact" });
  assert.deepEqual(readRoute(resultPath(ID)), { screen: "result", visitId: ID, step: null });
});

test("an unknown address leads to today or to the visit, never to nothing", () => {
  assert.deepEqual(readRoute("/app/somewhere/else"), { screen: "day" });
  assert.deepEqual(readRoute(`/app/visits/${ID}/capture/hologram`), { screen: "visit", visitId: ID });
});
