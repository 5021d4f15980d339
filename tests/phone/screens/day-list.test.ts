/** The order, the groups and the search of today's list. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { byDue, byRoute, countBy, find, indexOf, passes } from "../../../webapp/static/pwa/src/screens/model/day-list";
import type { VisitView } from "../../../webapp/static/pwa/src/app/ports";

const TODAY = "2027-01-12";

interface Given {
  name?: string;
  address?: string;
  due_on?: string;
  stage?: VisitView["stage"];
  at?: [lat: number, lon: number] | null;
}

function visitOf({ name = "王秀英", address = "沁园小区1号楼", due_on = TODAY, stage = "todo", at = null }: Given): VisitView {
  const location = at && { lat: at[0], lon: at[1], accuracy_m: null };
  const person = {
    person_id: name,
    name,
    masked_number: "370399********001X",
    birth_year: 1950,
    sex: "F",
    address,
    area: "沁园社区",
    phones: [],
    contacts: [],
    location,
    photo: null,
  };
  const visit = {
    visit_id: `${name}${address}`,
    kind: "home",
    person_id: name,
    subject_ref: "s",
    due_on,
    window: null,
    status: "assigned" as const,
    assigned_at: null,
    note: "",
    returned: null,
  };
  return { visit, person, removed: null, stage, attempts: [], begun: false };
}

const names = (items: VisitView[]): string[] => items.map(({ person }) => person.name);

test("each open visit stands in one group of urgency, and done ones apart", () => {
  const items = [
    visitOf({ due_on: "2027-01-01" }),
    visitOf({ due_on: TODAY }),
    visitOf({ due_on: "2027-01-14" }),
    visitOf({ due_on: "2027-03-01" }),
    visitOf({ due_on: "2027-01-01", stage: "done" }),
  ];
  assert.deepEqual(countBy(items, TODAY), { open: 4, overdue: 1, near: 2, done: 1 });
  assert.ok(!passes(items[4]!, "overdue", TODAY));
});

test("a building, a unit and a room are found however they are typed", () => {
  const items = [
    visitOf({ name: "甲", address: "沁园小区12号楼3单元502" }),
    visitOf({ name: "乙", address: "沁园小区12号楼3单元5021" }),
    visitOf({ name: "丙", address: "沁园小区112号楼3单元502" }),
  ];
  const index = indexOf(items);
  assert.deepEqual(names(find(index, "12-3-502")), ["甲"]);
  assert.deepEqual(names(find(index, "12-3")), ["甲", "乙"]);
  assert.deepEqual(names(find(index, "沁园 12-3-502")), ["甲"]);
  assert.equal(find(index, "").length, 3);
});

test("returned work comes first, then what is due soonest", () => {
  const items = [
    visitOf({ name: "later", due_on: "2027-02-01" }),
    visitOf({ name: "back", due_on: "2027-03-01", stage: "returned" }),
    visitOf({ name: "soon", due_on: "2027-01-13" }),
  ];
  assert.deepEqual(names(byDue(items)), ["back", "soon", "later"]);
});

test("a walk goes to the nearest next door and ends with those whose place is unknown", () => {
  const items = [
    visitOf({ name: "far", at: [36.83, 118.05] }),
    visitOf({ name: "unknown" }),
    visitOf({ name: "near", at: [36.801, 118.05] }),
    visitOf({ name: "middle", at: [36.81, 118.05] }),
  ];
  assert.deepEqual(names(byRoute(items, { lat: 36.8, lon: 118.05 })), ["near", "middle", "far", "unknown"]);
});
