/** From the screen's order to a signed record: nothing is signed that names nobody, and what was refused is still in hand. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { capturePorts } from "../../../webapp/static/pwa/src/app/capture-ports";
import { TEXTS } from "../../../webapp/static/pwa/src/i18n/capture";
import { readCaptureRow } from "../../../webapp/static/pwa/src/store/captures";
import { applyPack } from "../../../webapp/static/pwa/src/store/cases";
import { StoreError } from "../../../webapp/static/pwa/src/store/errors";
import { allItems } from "../../../webapp/static/pwa/src/store/outbox";
import {
  beginRecording,
  finishRecording,
  keepSlice,
  unfinishedRecordings,
} from "../../../webapp/static/pwa/src/store/recordings";
import { listSessionRows } from "../../../webapp/static/pwa/src/store/sessions";
import { capture, film, person, visit } from "../samples";
import { freshPhone, signIn } from "../store/fresh";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";

function order(given = {}) {
  const { subject_ref: _who, clock: _when, app_build: _by, ...rest } = capture(VISIT);
  return { ...rest, ...given };
}

beforeEach(async () => {
  await freshPhone();
  await signIn();
});

test("a visit that is no longer here signs nothing, and the chain stays where it was", async () => {
  const isMissing = (error: unknown): boolean => error instanceof StoreError && error.trouble === "subject_missing";
  await assert.rejects(capturePorts.saveCapture(order()), isMissing);
  assert.deepEqual(await allItems(), []);
  assert.equal((await listSessionRows())[0]!.seq, 0);
  assert.ok("doubt.subject_missing" in TEXTS);
});

test("a film of a visit that is no longer here stays on the phone", async () => {
  const recording_id = await beginRecording({ visit_id: VISIT, mime: "video/webm" });
  await keepSlice(recording_id, 0, new Blob([film("first ")]));
  const blob = await finishRecording(recording_id);
  const media = [{ blob, mime: "video/webm", width: 1, height: 1, duration_ms: 6000, source: "camera" as const }];
  await assert.rejects(capturePorts.saveCapture(order({ kind: "video", media, recording_id })));
  assert.equal((await unfinishedRecordings()).length, 1);
  assert.match(await (await finishRecording(recording_id)).text(), /webmfirst $/);
});

test("the record names the subject that the office's list gave", async () => {
  const people = [person({ person_id: `person-of-${VISIT}` })];
  const pack = { cursor: "1.", removed: [], visits: [visit(VISIT, { subject_ref: "s_of_this_visit" })], people };
  await applyPack({ worker_id: "id-of-worker1", from: "", pack, held: new Set(), now: "2027-01-12T01:00:00Z" });
  const { capture_id, verified } = await capturePorts.saveCapture(order());
  const record = JSON.parse(new TextDecoder().decode((await readCaptureRow(capture_id))!.record)) as { subject_ref: string };
  assert.equal(record.subject_ref, "s_of_this_visit");
  assert.equal(verified, false);
});
