/** The phone's table of requirements against the contract that the server's tests read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOMES, type Outcome } from "../../../webapp/static/pwa/src/domain/codes";
import { requirementOf, VISIT_KINDS, type Requirement, type VisitKind } from "../../../webapp/static/pwa/src/domain/requirements";
import { judgeResult, type CaptureFact } from "../../../webapp/static/pwa/src/domain/rules";
import { contract } from "../contracts";

interface Table {
  kinds: string[];
  requirements: Record<VisitKind, Record<Outcome, Requirement>>;
  cases: { kind: VisitKind; outcome: Outcome; captures: CaptureFact[]; code: string | null }[];
}
const table = contract<Table>("visit-requirements");

test("kinds and rows are those of the contract", () => {
  assert.deepEqual([...VISIT_KINDS], table.kinds);
  for (const kind of VISIT_KINDS)
    for (const outcome of OUTCOMES) assert.deepEqual(requirementOf(kind, outcome), table.requirements[kind][outcome]);
});

for (const { code, ...facts } of table.cases) {
  test(`${facts.kind} ${facts.outcome} on ${facts.captures.map(({ kind }) => kind).join(", ") || "nothing"}`, () => {
    assert.equal(judgeResult({ ...facts, details: {}, attempts: [], today: "2027-01-14" }).code, code);
  });
}
