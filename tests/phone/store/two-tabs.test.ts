/** Two tabs on one phone: nobody writes over another's work unseen, and nothing is kept under another worker's name. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ResultInput } from "../../../webapp/static/pwa/src/domain/report";
import { mergeDrafts, newDraft, type Draft } from "../../../webapp/static/pwa/src/domain/draft";
import { draftPorts } from "../../../webapp/static/pwa/src/app/draft-ports";
import { applyPack, listCases, PackMoved } from "../../../webapp/static/pwa/src/store/cases";
import { read } from "../../../webapp/static/pwa/src/store/db";
import { changeDraft, readDraft } from "../../../webapp/static/pwa/src/store/drafts";
import { leased } from "../../../webapp/static/pwa/src/store/lease";
import { writeMeta } from "../../../webapp/static/pwa/src/store/meta";
import { listOutbox, moveItem } from "../../../webapp/static/pwa/src/store/outbox";
import { finishRecording, keepShot, unfinishedRecordings } from "../../../webapp/static/pwa/src/store/recordings";
import { AlreadyKept, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { currentWorkerId, followSession } from "../../../webapp/static/pwa/src/store/sessions";
import { capture, person, visit } from "../samples";
import { freshPhone, restart, signIn } from "./fresh";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const OTHER = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a2b";
const WORKER = "id-of-worker1";
const result: ResultInput = {
  visit_id: VISIT,
  outcome: "refused",
  attempts: [],
  captures: [],
  details: { words: "不愿配合" },
  contact_changes: [],
  note: "",
};
const empty = (): Draft => newDraft(VISIT, new Date(0));

beforeEach(async () => {
  await freshPhone();
  await followSession();
  await signIn();
});

test("the empty form of a second tab takes nothing away from the first tab's answers", async () => {
  const { keepDraft, draft, beginDraft } = draftPorts;
  const first = {
    ...empty(),
    outcome: "eligible" as const,
    note: "腿脚不便",
    step: "contact",
    details: { identity_document: "id_card" },
  };
  await keepDraft(first, null);
  await beginDraft(VISIT);
  const second = { ...empty(), step: "met" };
  await keepDraft(second, null);
  await keepDraft({ ...second, step: "outcome" }, second);
  const { outcome, note, details } = (await draft(VISIT))!;
  assert.deepEqual([outcome, note, details], ["eligible", "腿脚不便", { identity_document: "id_card" }]);
});

test("what two tabs say in different fields is all there; in one field the later word holds", async () => {
  const base = { ...empty(), outcome: "deceased" as const, details: { place: "家中" } };
  const one = { ...base, note: "三楼", details: { ...base.details, date: "2027-01-02" } };
  const two = { ...base, contact_check: "same" as const, details: { place: "医院" } };
  const merged = mergeDrafts(base, two, one);
  assert.deepEqual([merged.note, merged.contact_check, merged.details], ["三楼", "same", { date: "2027-01-02", place: "医院" }]);
  assert.equal(mergeDrafts(base, { ...base, note: "" }, { ...base, note: "给过的" }).note, "给过的");
  assert.equal(mergeDrafts({ ...base, note: "给过的" }, { ...base, note: "" }, { ...base, note: "给过的" }).note, "");
});

test("details go with their outcome, and those of the other are set aside", () => {
  const base = { ...empty(), outcome: "deceased" as const, details: { place: "家中" } };
  const merged = mergeDrafts(
    base,
    { ...base, outcome: "imprisoned", details: { place: "某监狱" } },
    { ...base, details: { place: "家中", date: "2027-01-02" } },
  );
  assert.deepEqual([merged.outcome, merged.details], ["imprisoned", { place: "某监狱" }]);
  assert.deepEqual(merged.set_aside.deceased, { place: "家中", date: "2027-01-02" });
});

test("a tab that still has the form open does not bring back the draft of a result that was kept", async () => {
  const { keepDraft, draft } = draftPorts;
  const stored = await keepDraft({ ...empty(), outcome: "refused" }, null);
  await saveResult(result);
  assert.equal(await keepDraft({ ...stored!, note: "late" }, stored), null);
  assert.equal(await draft(VISIT), null);
});

test("of two tabs that keep a result at once one is told", async () => {
  const ends = await Promise.allSettled([saveResult(result), saveResult(result)]);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.ok(ends.some((end) => end.status === "rejected" && end.reason instanceof AlreadyKept));
  assert.equal((await listOutbox()).length, 1);
});

test("a refused result that was sent again meanwhile is not changed under the office's eyes", async () => {
  await saveResult(result);
  const [item] = await listOutbox();
  for (const event of ["start", "refused"] as const) await moveItem(item!.item_id, event);
  await moveItem(item!.item_id, "again");
  await assert.rejects(saveResult({ ...result, details: { words: "改过的" } }), AlreadyKept);
});

test("many tabs that write one draft at the same time all have their word kept", async () => {
  await Promise.all(
    Array.from({ length: 6 }, (_, number) =>
      changeDraft(VISIT, (stored) => ({
        visit_id: VISIT,
        step: "met",
        arrived_at: null,
        attempts: [],
        capture_ids: [],
        updated_at: "",
        answers: { ...stored?.answers, [`a${number}`]: number },
      })),
    ),
  );
  assert.equal(Object.keys((await readDraft(VISIT))!.answers).length, 6);
});

test("somebody else who signs in in another tab changes nothing about whose work this page keeps", async () => {
  await followSession();
  // The other tab writes this; here nothing was called.
  await signInElsewhere("worker2");
  assert.equal(await currentWorkerId(), WORKER);
  const saved = await saveCapture(capture(VISIT));
  assert.equal(saved.worker_id, WORKER);
  await changeDraft(VISIT, () => ({
    visit_id: VISIT,
    step: "met",
    arrived_at: null,
    answers: {},
    attempts: [],
    capture_ids: [],
    updated_at: "",
  }));
  const rows = await read(["drafts"], (transaction) => transaction.objectStore("drafts").getAll());
  assert.deepEqual(
    rows.map(({ worker_id }) => worker_id),
    [WORKER],
  );
  await followSession();
  assert.equal(await currentWorkerId(), "id-of-worker2");
});

test("a page of the list that another tab has overtaken undoes nothing", async () => {
  const page = (id: string, from: string, cursor: string) => ({
    worker_id: WORKER,
    from,
    held: new Set<string>(),
    now: "",
    pack: { cursor, removed: [], visits: [visit(id)], people: [person({ person_id: `person-of-${id}` })] },
  });
  await applyPack(page(VISIT, "", "1."));
  await listCases();
  await applyPack(page(OTHER, "1.", "2."));
  await assert.rejects(applyPack(page(VISIT, "1.", "3.")), PackMoved);
  await restart();
  assert.equal((await listCases()).length, 2);
});

test("a lease of a page that is dead ends, also when the clock was set back meanwhile", async () => {
  await writeMeta("lease:sync", { owner: "dead", until: Date.now() + 400 * 86_400_000 });
  assert.equal(await leased("sync", async () => "mine"), "mine");
});

test("a shot that was not decided about outlives the app with all that is known of it", async () => {
  const about = {
    kind: "photo",
    width: 1920,
    height: 1080,
    duration_ms: null,
    source: "camera",
    flags: ["looks_blank"],
  } as const;
  const id = await keepShot({
    visit_id: VISIT,
    mime: "image/jpeg",
    blob: new Blob(["dark"]),
    about: { ...about, flags: [...about.flags] },
  });
  await restart();
  const [found] = await unfinishedRecordings();
  assert.deepEqual([found!.recording_id, found!.about], [id, about]);
  assert.equal(await (await finishRecording(id)).text(), "dark");
  await saveCapture({ ...capture(VISIT), recording_id: id });
  assert.deepEqual(await unfinishedRecordings(), []);
});

async function signInElsewhere(username: string): Promise<void> {
  const { write } = await import("../../../webapp/static/pwa/src/store/db");
  await write(["sessions", "meta"], async (transaction) => {
    const mine = (await transaction.objectStore("sessions").get(WORKER))!;
    await transaction.objectStore("sessions").put({ ...mine, worker_id: `id-of-${username}`, device_kid: "another" });
    await transaction.objectStore("meta").put(`id-of-${username}`, "current");
  });
}
