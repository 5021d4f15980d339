/** From the screen's order to a signed record: nothing is signed that names nobody, and what was refused is still in hand. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { capturePorts } from "../../../webapp/static/pwa/src/app/capture-ports";
import type { VisitView } from "../../../webapp/static/pwa/src/app/ports";
import type { PackVisit } from "../../../webapp/static/pwa/src/domain/pack";
import { TEXTS } from "../../../webapp/static/pwa/src/i18n/capture";
import { areAllOlder } from "../../../webapp/static/pwa/src/screens/result/actions";
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
import { saveResult } from "../../../webapp/static/pwa/src/store/results";
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

for (const [clock, at] of [
  ["behind", "2020-01-01T00:00:00Z"],
  ["ahead", "2099-01-01T00:00:00Z"],
] as const) {
  test(`pictures of before a return are told by the result that named them, the office's clock being ${clock}`, async () => {
    const take = async (given: Partial<PackVisit>): Promise<void> => {
      const people = [person({ person_id: `person-of-${VISIT}` })];
      const pack = { cursor: "1.", removed: [], visits: [visit(VISIT, given)], people };
      const [session] = await listSessionRows();
      await applyPack({ worker_id: "id-of-worker1", from: session!.cursor, pack, held: new Set(), now: at });
    };
    await take({});
    const first = await capturePorts.saveCapture(order());
    const { body } = await saveResult({
      ...{ visit_id: VISIT, outcome: "refused", details: { words: "不愿配合" }, attempts: [], contact_changes: [], note: "" },
      captures: [first],
    });
    const told = async (): Promise<boolean[]> =>
      (await capturePorts.captures(VISIT)).sort((one, other) => one.seq - other.seq).map(({ is_older }) => is_older);
    assert.deepEqual(await told(), [false]);
    const returned = { words: "看不清", at };
    const item = visit(VISIT, { status: "returned", returned, results: [{ result_id: body.result_id, state: "returned" }] });
    await take(item);
    const view = { visit: item } as VisitView;
    assert.deepEqual(await told(), [true]);
    assert.ok(areAllOlder(view, await capturePorts.captures(VISIT)));
    await capturePorts.saveCapture(order({ media: capture(VISIT, "another").media }));
    assert.deepEqual(await told(), [true, false]);
    assert.ok(!areAllOlder(view, await capturePorts.captures(VISIT)));
  });
}
