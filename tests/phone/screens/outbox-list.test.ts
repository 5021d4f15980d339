/** The outbox shows each thing's own state, and what waits before what has arrived. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { OutboxItem, SendState } from "../../../webapp/static/pwa/src/domain/sending";
import { t, TEXTS } from "../../../webapp/static/pwa/src/i18n";
import {
  asideIsSaidApart,
  countAside,
  errorWords,
  groupByPerson,
  lookOf,
  nameKey,
  shareOf,
} from "../../../webapp/static/pwa/src/screens/model/outbox-list";

const STATES: SendState[] = [
  "saved",
  "queued",
  "sending",
  "received",
  "verified",
  "accepted",
  "returned",
  "conflict",
  "refused",
  "aside",
];

function itemOf(part: Partial<OutboxItem>): OutboxItem {
  return {
    item_id: "i",
    worker_id: "w",
    visit_id: "v",
    type: "media",
    ref: "c",
    kind: "photo",
    state: "saved",
    sha256: null,
    size_bytes: 1000,
    sent_bytes: 0,
    created_at: "2027-01-12T01:00:00Z",
    tries: 0,
    next_at: 0,
    error: null,
    upload_url: null,
    words: null,
    ...part,
  };
}

test("people whose work still waits stand first, then the newest", () => {
  const rows = [
    { person: "sent today", item: itemOf({ visit_id: "a", state: "verified", created_at: "2027-01-12T09:00:00Z" }) },
    { person: "waiting", item: itemOf({ visit_id: "b", state: "queued", created_at: "2027-01-10T09:00:00Z" }) },
    { person: "sent before", item: itemOf({ visit_id: "c", state: "accepted", created_at: "2027-01-11T09:00:00Z" }) },
  ];
  assert.deepEqual(
    groupByPerson(rows).map(({ person }) => person),
    ["waiting", "sent today", "sent before"],
  );
});

test("work of a visit that has left the list is not headed by nothing", () => {
  assert.deepEqual(
    groupByPerson([{ person: "", item: itemOf({ state: "conflict" }) }]).map(({ person }) => person),
    ["（已不在名单里）"],
  );
});

test("what the office keeps apart is counted, and said to be kept", () => {
  const rows = (["verified", "aside", "refused", "aside"] as const).map((state) => ({ person: "", item: itemOf({ state }) }));
  assert.equal(countAside(rows), 2);
  assert.equal(t("outbox.some_aside", { count: 2 }), "办公室都收到了，其中 2 件另行保管，由人核查，不会丢。");
});

test("what lies aside is said apart while something of one's own waits or is in trouble", () => {
  assert.equal(asideIsSaidApart({ unsent: 1 }, 2), true);
  assert.equal(asideIsSaidApart({ unsent: 0, trouble: "network" }, 2), true);
  assert.equal(asideIsSaidApart({ unsent: 0 }, 2), false);
  assert.equal(asideIsSaidApart({ unsent: 1 }, 0), false);
  assert.equal(t("outbox.also_aside", { count: 2 }), "另有 2 件由办公室另行保管，由人核查，不会丢。");
});

test("only a file that is being sent has a share, and never more than all of it", () => {
  assert.equal(shareOf(itemOf({ state: "sending", sent_bytes: 250 })), 0.25);
  assert.equal(shareOf(itemOf({ state: "sending", sent_bytes: 1200 })), 1);
  assert.equal(shareOf(itemOf({ state: "queued", sent_bytes: 250 })), null);
  assert.equal(shareOf(itemOf({ state: "sending", sent_bytes: 0 })), null);
});

test("every state has a look and words; only what was verified looks sealed", () => {
  for (const state of STATES) assert.ok(`send.${state}` in TEXTS && lookOf({ state }).look, state);
  assert.deepEqual(
    STATES.filter((state) => lookOf({ state }).icon === "verified"),
    ["verified"],
  );
});

test("every kind of line has a name", () => {
  for (const type of ["record", "attempts", "result"] as const) assert.ok(`kind.${nameKey({ type, kind: null })}` in TEXTS);
  assert.equal(nameKey({ type: "media", kind: "video" }), "video");
});

test("of what is no longer on this phone nobody is told that it is", () => {
  const words = (code: string): string =>
    errorWords(itemOf({ state: "refused", error: { code, detail: "", at: "2027-01-12T01:00:00Z" } }));
  for (const code of ["original_released", "file_missing", "report_missing"])
    assert.ok(!words(code).includes(t("outbox.still_here")), code);
  assert.ok(words("media_refused").includes(t("outbox.still_here")));
});
