/** Drafts survive the way into the store and back, and older ones gain what is asked today. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { OutboxItem, PackVisit } from "../../../webapp/static/pwa/src/domain/types";
import { newDraft } from "../../../webapp/static/pwa/src/screens/draft";
import { fromKept, toKept } from "../../../webapp/static/pwa/src/screens/kept-draft";
import { holdUnsaved, hasUnsaved } from "../../../webapp/static/pwa/src/screens/unsaved";

test("a draft comes back as it was kept", () => {
  const draft = { ...newDraft("v", new Date(0)), step: "contact", outcome: "eligible" as const, note: "腿脚不便", details: { room: "3" } };
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

test("a result counts as done until the office returns it, and a later one answers the return", async () => {
  const { stageOf } = await import("../../../webapp/static/pwa/src/screens/visit-stage");
  const visit = (part: Partial<PackVisit>) => ({ status: "assigned", returned: null, ...part }) as PackVisit;
  const result = (part: Partial<OutboxItem>) => ({ state: "queued", created_at: "2027-01-12T01:00:00Z", ...part }) as OutboxItem;
  const returned = { words: "看不清", at: "2027-01-12T05:00:00Z" };
  assert.equal(stageOf(visit({}), undefined), "todo");
  assert.equal(stageOf(visit({}), result({})), "done");
  assert.equal(stageOf(visit({ status: "reported" }), undefined), "done");
  assert.equal(stageOf(visit({ status: "returned", returned }), result({})), "returned");
  assert.equal(stageOf(visit({ status: "returned", returned }), result({ created_at: "2027-01-12T06:00:00Z" })), "done");
  assert.equal(stageOf(visit({ status: "returned", returned }), result({ state: "returned", created_at: "2027-01-12T06:00:00Z" })), "returned");
});
