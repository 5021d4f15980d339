/** The phone's rules against the cases that the server's tests read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveChallenge } from "../../../webapp/static/pwa/src/domain/challenge";
import * as codes from "../../../webapp/static/pwa/src/domain/codes";
import {
  AFTER_SEEN,
  judgeResult,
  ladder,
  MIN_VIDEO_MS,
  numberEnd,
  PAST_DAYS,
  REQUIRED_DETAILS,
  type AttemptFact,
  type CaptureFact,
  type Known,
} from "../../../webapp/static/pwa/src/domain/rules";
import { contract } from "../contracts";

interface Rules {
  codes: Record<string, string[]>;
  min_video_ms: number;
  required_details: Record<string, string[]>;
  past_days: Record<string, string[]>;
  after_seen: Record<string, string[]>;
  today: string;
  cases: {
    name: string;
    outcome: codes.Outcome;
    details: Record<string, unknown>;
    captures: CaptureFact[];
    attempts: AttemptFact[];
    numbers?: string[];
    known?: Known;
    code: string | null;
    field: string | null;
  }[];
  challenge: { actions: string[]; cases: { seed: string; visit_id: string; code: string; action: string }[] };
}
const rules = contract<Rules>("visit-rules");

test("the codes are those of the contract", () => {
  assert.deepEqual([...codes.VISIT_STATUSES], rules.codes["statuses"]);
  assert.deepEqual([...codes.OUTCOMES], rules.codes["outcomes"]);
  assert.deepEqual([...codes.MET], rules.codes["met"]);
  assert.deepEqual([...codes.CALLS].sort(), rules.codes["calls"]);
  assert.deepEqual([...codes.ACTIONS], rules.codes["actions"]);
  assert.deepEqual([...codes.CAPTURE_KINDS], rules.codes["capture_kinds"]);
  assert.deepEqual([...codes.CONTACT_FIELDS], rules.codes["contact_fields"]);
  assert.equal(MIN_VIDEO_MS, rules.min_video_ms);
  assert.deepEqual(REQUIRED_DETAILS, rules.required_details);
  assert.deepEqual(PAST_DAYS, rules.past_days);
  assert.deepEqual(AFTER_SEEN, rules.after_seen);
});

for (const { name, code, field, ...facts } of rules.cases) {
  test(`result: ${name}`, () => {
    assert.deepEqual(judgeResult({ ...facts, today: rules.today }), { code, field });
  });
}

test("the ladder says how much of each rung there is", () => {
  const attempts: AttemptFact[] = [
    { started_at: "2027-01-11T09:00:00+08:00", met: "nobody_home", action: "asked_neighbour" },
    { started_at: "2027-01-11T09:05:00+08:00", met: "phone_off", action: null },
  ];
  assert.deepEqual(
    ladder(attempts).map(({ step, have, need }) => [step, have, need]),
    [
      ["ladder_visits", 1, 2],
      ["ladder_calls", 1, 3],
      ["ladder_relative", 0, 1],
      ["ladder_neighbour", 1, 1],
      ["ladder_note", 0, 1],
    ],
  );
});

test("the rung of calls counts three for each number, and a void one as done", () => {
  const call = (met: codes.Met, number_end: string): AttemptFact => ({
    started_at: "2027-01-11T09:05:00+08:00",
    met,
    action: null,
    number_end,
  });
  const calls = (attempts: AttemptFact[], numbers: string[]): unknown[] => {
    const { have, need, done } = ladder(attempts, numbers).find(({ step }) => step === "ladder_calls")!;
    return [have, need, done];
  };
  assert.deepEqual(calls([call("phone_off", "7646"), call("number_void", "0123")], ["7646", "0123"]), [4, 6, false]);
  assert.deepEqual(calls([], []), [0, 0, true]);
});

test("a number is named by its last four digits, without its extension", () => {
  assert.deepEqual(["15900657646", "0533-2345678转12", "+86 159 0065 7646"].map(numberEnd), ["7646", "5678", "7646"]);
});

test("the challenge grows from seed and visit as on the server", async () => {
  assert.deepEqual([...codes.CHALLENGE_ACTIONS], rules.challenge.actions);
  for (const { seed, visit_id, code, action } of rules.challenge.cases) {
    assert.deepEqual(await deriveChallenge(seed, visit_id), { code, action });
    assert.deepEqual(await deriveChallenge(seed, visit_id.toUpperCase()), { code, action });
  }
});
