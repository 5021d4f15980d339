/** Drafts survive the way into the store and back, and older ones gain what is asked today. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { PackVisit } from "../../../webapp/static/pwa/src/domain/pack";
import type { ResultBody } from "../../../webapp/static/pwa/src/domain/report";
import type { OutboxItem } from "../../../webapp/static/pwa/src/domain/sending";
import { chooseOutcome, draftOf, newDraft, type Draft } from "../../../webapp/static/pwa/src/domain/draft";
import { fromKept, toKept } from "../../../webapp/static/pwa/src/app/kept-draft";
import { holdUnsaved, hasUnsaved } from "../../../webapp/static/pwa/src/app/unsaved";

test("a draft comes back as it was kept", () => {
  const draft = {
    ...newDraft("v", new Date(0)),
    step: "contact",
    outcome: "eligible" as const,
    note: "腿脚不便",
    details: { room: "3" },
  };
  assert.deepEqual(fromKept(structuredClone(toKept(draft))), draft);
});

test("a draft of an older version gains the answers that it lacks", () => {
  const { answers, ...rest } = toKept(newDraft("v", new Date(0)));
  const { changes: _dropped, ...older } = answers as Record<string, unknown>;
  assert.deepEqual(fromKept({ ...rest, answers: older })?.changes, {});
});

test("nothing counts as saved while any hand still holds something", () => {
  const [one, other] = [holdUnsaved(), holdUnsaved()];
  one();
  assert.ok(hasUnsaved());
  other();
  assert.ok(!hasUnsaved());
});

test("a result counts as done until the office returns it or sets it aside, whatever the clocks say", async () => {
  const { stageOf } = await import("../../../webapp/static/pwa/src/app/visit-stage");
  const visit = (part: Partial<PackVisit>) => ({ status: "assigned", returned: null, ...part }) as PackVisit;
  const result = (part: Partial<OutboxItem>) =>
    ({ type: "result", ref: "r1", state: "queued", error: null, created_at: "2027-01-12T01:00:00Z", ...part }) as OutboxItem;
  const returned = { words: "看不清", at: "2027-01-12T05:00:00Z" };
  const told = (state: string) => [{ result_id: "r1", state }];
  assert.equal(stageOf(visit({}), []), "todo");
  assert.equal(stageOf(visit({}), [result({})]), "done");
  assert.equal(stageOf(visit({ status: "reported" }), []), "done");
  assert.equal(stageOf(visit({}), [result({ state: "refused" })]), "todo");
  const waitsInVain = { code: "capture_refused", detail: "", at: "2027-01-12T02:00:00Z" };
  assert.equal(stageOf(visit({}), [result({ error: waitsInVain })]), "todo");
  assert.equal(stageOf(visit({}), [result({ state: "sending", error: waitsInVain })]), "done");
  // The office's word on each result, with a phone whose clock was a year ahead when it was saved.
  const ahead = result({ state: "received", created_at: "2028-01-12T01:00:00Z" });
  assert.equal(stageOf(visit({ status: "returned", returned, results: told("returned") }), [ahead]), "returned");
  assert.equal(stageOf(visit({ status: "assigned", results: told("superseded") }), [ahead]), "todo");
  assert.equal(stageOf(visit({ status: "reported", results: told("submitted") }), [ahead]), "done");
  // A later answer, by a clock that was set back to the truth, answers the return until the office says otherwise.
  const later = result({ ref: "r2", created_at: "2027-01-12T06:00:00Z" });
  assert.equal(stageOf(visit({ status: "returned", returned, results: told("returned") }), [later, ahead]), "done");
  assert.equal(
    stageOf(visit({ status: "returned", returned, results: told("returned") }), [{ ...later, state: "refused" }, ahead]),
    "returned",
  );
  // One that the office does not name yet is on its way.
  assert.equal(stageOf(visit({ results: [] }), [ahead]), "done");
});

test("a list of an office of before knows a return by its time alone", async () => {
  const { stageOf } = await import("../../../webapp/static/pwa/src/app/visit-stage");
  const visit = { status: "returned", returned: { words: "看不清", at: "2027-01-12T05:00:00Z" } } as PackVisit;
  const result = (part: Partial<OutboxItem>) => [
    { type: "result", ref: "r1", state: "received", error: null, created_at: "2027-01-12T01:00:00Z", ...part } as OutboxItem,
  ];
  assert.equal(stageOf(visit, result({})), "returned");
  assert.equal(stageOf(visit, result({ created_at: "2027-01-12T06:00:00Z" })), "done");
  assert.equal(stageOf(visit, result({ state: "returned", created_at: "2027-01-12T06:00:00Z" })), "returned");
});

test("another outcome begins with empty details, and the ones of before come back with it", () => {
  let draft: Draft = { ...newDraft("v", new Date(0)), outcome: "deceased", details: { place: "家中", date: "2027-01-02" } };
  draft = { ...draft, ...chooseOutcome(draft, null) };
  draft = { ...draft, ...chooseOutcome(draft, "imprisoned") };
  assert.deepEqual(draft.details, {});
  draft = { ...draft, details: { place: "某监狱" } };
  draft = { ...draft, ...chooseOutcome(draft, "deceased") };
  assert.deepEqual(draft.details, { place: "家中", date: "2027-01-02" });
  draft = { ...draft, ...chooseOutcome(draft, "imprisoned") };
  assert.deepEqual(draft.details, { place: "某监狱" });
});

test("choosing the same outcome again keeps what was typed", () => {
  const draft: Draft = { ...newDraft("v", new Date(0)), outcome: "refused", details: { words: "不愿配合" } };
  assert.deepEqual({ ...draft, ...chooseOutcome(draft, "refused") }.details, { words: "不愿配合" });
});

test("a result that came back begins with what was said", () => {
  const body: ResultBody = {
    result_id: "r",
    visit_id: "v",
    outcome: "in_care",
    decided_at: "2027-01-12T01:00:00Z",
    attempts: [],
    captures: [],
    details: { institution: "某医院" },
    contact_changes: [{ field: "phone", value: "5330000" }],
    note: "三楼",
  };
  const draft = draftOf(body, new Date(0));
  assert.deepEqual(
    [draft.step, draft.outcome, draft.details, draft.contact_check, draft.changes, draft.note],
    ["met", "in_care", { institution: "某医院" }, "changed", { phone: "5330000" }, "三楼"],
  );
  assert.equal(draftOf({ ...body, contact_changes: [] }, new Date(0)).contact_check, "same");
});

test("answers that could not be stored are held for their author alone, and closing asks until they are stored", async () => {
  const { holdUnkept, releaseUnkept, unkeptOf } = await import("../../../webapp/static/pwa/src/screens/model/unkept-drafts");
  const draft = { ...newDraft("v", new Date(0)), note: "门口有狗" };
  holdUnkept("one", { draft, base: null });
  holdUnkept("one", { draft: { ...draft, note: "门口有狗，按铃" }, base: draft });
  assert.deepEqual([unkeptOf("one", "v")!.draft.note, unkeptOf("one", "v")!.base], ["门口有狗，按铃", draft]);
  assert.deepEqual([unkeptOf("two", "v"), unkeptOf("one", "w")], [null, null]);
  assert.ok(hasUnsaved());
  releaseUnkept("one", "v");
  releaseUnkept("one", "v");
  assert.deepEqual([unkeptOf("one", "v"), hasUnsaved()], [null, false]);
});
