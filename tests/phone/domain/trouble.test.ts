/** Each thing that may stand between the phone and the office is told apart, and has words that are no code. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { troubleOf, type PhoneFacts } from "../../../webapp/static/pwa/src/domain/trouble";
import { t, TEXTS } from "../../../webapp/static/pwa/src/i18n";
import { refusalWords, waitingWords } from "../../../webapp/static/pwa/src/screens/model/outbox-list";

const DAY = 86_400_000;
const now = Date.UTC(2027, 0, 12);
const phone: PhoneFacts = { has_network: true, now, server_seen: now - 3 * DAY };
const offline = { kind: "offline", code: "no_answer", status: 0 } as const;
const problem = (status: number) => ({ kind: "problem", code: `http_${status}`, status }) as const;

test("each status of the office's system has its own trouble", () => {
  const told = [429, 500, 502, 503, 504, 507, 520].map((status) => troubleOf(problem(status), phone));
  assert.deepEqual(told, ["busy", "server", "maintenance", "maintenance", "maintenance", "office_full", "server"]);
});

test("no network is no trouble but no signal; a network without the office is one", () => {
  assert.equal(troubleOf(offline, { ...phone, has_network: false }), null);
  assert.equal(troubleOf(offline, phone), "unreachable");
  assert.equal(troubleOf({ ...offline, code: "portal" }, phone), "portal");
  assert.equal(troubleOf({ ...offline, code: "blocked", status: 405 }, phone), "blocked");
});

test("a date far from the last contact is named as the likely cause, an ordinary pause is not", () => {
  const at = (time: number) => troubleOf(offline, { ...phone, now: time });
  assert.deepEqual([Date.UTC(2020, 0, 1), now + 300 * DAY].map(at), ["clock", "clock"]);
  assert.deepEqual([now + 60 * DAY, now - 3 * DAY].map(at), ["unreachable", "unreachable"]);
  assert.equal(troubleOf(offline, { ...phone, now: 0, server_seen: null }), "unreachable");
});

test("every trouble has a sentence for sending and one for signing in", () => {
  for (const trouble of ["portal", "blocked", "clock", "unreachable", "busy", "maintenance", "office_full", "server"]) {
    for (const family of ["sync_trouble", "trouble"]) assert.ok(`${family}.${trouble}` in TEXTS, `${family}.${trouble}`);
  }
});

test("no code stands on a screen, whatever the office answered", () => {
  for (const code of ["http_500", "internal", "quota_tickets", "anything_new"]) {
    assert.equal(refusalWords({ code, detail: "" }), t("refusal.other"));
    assert.equal(waitingWords({ code, detail: "", at: "", trouble: null }), t("refusal.waits"));
    assert.equal(waitingWords({ code, detail: "", at: "", trouble: "server" }), t("sync_trouble.server"));
  }
});
