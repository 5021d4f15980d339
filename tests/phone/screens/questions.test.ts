/** The questions of every outcome ask for what the rules need, and keep what was answered. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { OUTCOMES } from "../../../webapp/static/pwa/src/domain/codes";
import { REQUIRED_DETAILS } from "../../../webapp/static/pwa/src/domain/rules";
import { TEXTS } from "../../../webapp/static/pwa/src/i18n";
import { newDraft, OUTCOMES_ASKED, type Draft } from "../../../webapp/static/pwa/src/domain/draft";
import {
  detailsOf,
  faultOf,
  isAnswered,
  questionsOf,
  type Question,
} from "../../../webapp/static/pwa/src/screens/model/questions";

const TODAY = "2027-01-14";
const draftOf = (part: Partial<Draft>): Draft => ({ ...newDraft("v", new Date(0)), ...part });

function requiredOf(questions: readonly Question[]): string[] {
  return questions.flatMap((question) => {
    if (question.kind === "fields") return question.asks.filter(({ required }) => required).map(({ field }) => field);
    return question.kind === "choice" && question.required ? [question.field] : [];
  });
}

for (const outcome of OUTCOMES) {
  test(`${outcome}: what the rules need is asked as needed, and ends with a last look`, () => {
    const questions = questionsOf(draftOf({ outcome }));
    assert.deepEqual(requiredOf(questions).sort(), [...REQUIRED_DETAILS[outcome]].sort());
    assert.equal(questions[questions.length - 1]?.kind, "review");
    assert.equal(new Set(questions.map(({ id }) => id)).size, questions.length);
  });

  test(`${outcome}: every question and every choice has words`, () => {
    for (const question of questionsOf(draftOf({ outcome }))) {
      if (question.kind === "choice") for (const choice of question.choices) assert.ok(`${question.field}.${choice}` in TEXTS);
      if (question.kind === "choice" || question.kind === "fields") assert.ok(`question.${question.id}` in TEXTS, question.id);
      if (question.kind === "fields") for (const { field } of question.asks) assert.ok(`field.${field}` in TEXTS, field);
    }
  });
}

test("every outcome can be chosen on a screen", () => {
  assert.deepEqual([...OUTCOMES_ASKED, "eligible", "in_care"].sort(), [...OUTCOMES].sort());
});

test("until an outcome is chosen there is one question, or the list of changes", () => {
  assert.deepEqual(
    questionsOf(draftOf({})).map(({ id }) => id),
    ["met"],
  );
  assert.deepEqual(
    questionsOf(draftOf({ step: "outcome" })).map(({ id }) => id),
    ["met", "outcome"],
  );
});

test("details of an outcome chosen before do not travel with another", () => {
  const details = { date: "2027-01-02", source: "family_says", country: "日本", place: " 家中 " };
  assert.deepEqual(detailsOf(draftOf({ outcome: "deceased", details })), {
    date: "2027-01-02",
    source: "family_says",
    place: "家中",
  });
});

test("the last digits of a document travel only with a document", () => {
  const details = { identity_document: "id_card", identity_last4: "001X" };
  assert.deepEqual(detailsOf(draftOf({ outcome: "eligible", details })), details);
  const none = { identity_document: "none_seen", identity_last4: "001X" };
  assert.deepEqual(detailsOf(draftOf({ outcome: "eligible", details: none })), { identity_document: "none_seen" });
});

test("a person must be shown: a photo, or five seconds of video", () => {
  const [question] = questionsOf(draftOf({ outcome: "eligible" })).filter(({ kind }) => kind === "pictures");
  const answered = (kind: "photo" | "video" | "document", duration_ms: number | null): boolean =>
    isAnswered(question!, draftOf({}), [{ kind, duration_ms }], TODAY);
  assert.ok(answered("photo", null));
  assert.ok(answered("video", 5_000));
  assert.ok(!answered("video", 4_999));
  assert.ok(!answered("document", null));
});

test("whoever says that something has changed says what", () => {
  const contact = questionsOf(draftOf({ outcome: "eligible" })).find(({ kind }) => kind === "contact")!;
  const answered = (part: Partial<Draft>): boolean => isAnswered(contact, draftOf({ outcome: "eligible", ...part }), [], TODAY);
  assert.ok(!answered({}));
  assert.ok(answered({ contact_check: "same" }));
  assert.ok(!answered({ contact_check: "changed", changes: { phone: " " } }));
  assert.ok(answered({ contact_check: "changed", changes: { phone: "5330000" } }));
});

/** The question of a draft that asks for `field`, and whether it lets the worker go on. */
function goesOn(outcome: Draft["outcome"], field: string, details: Record<string, string>): boolean {
  const draft = draftOf({ outcome, details });
  const question = questionsOf(draft).find((one) => one.kind === "fields" && one.asks.some((ask) => ask.field === field))!;
  return isAnswered(question, draft, [], TODAY);
}

test("nobody goes on with a day that has not come", () => {
  assert.ok(goesOn("deceased", "date", { date: "2027-01-14" }));
  assert.ok(!goesOn("deceased", "date", { date: "2027-01-15" }));
  assert.ok(!goesOn("deceased", "date", { date: "2030-01-01" }));
  assert.ok(!goesOn("missing", "since", { since: "2027-01-15" }));
  assert.ok(!goesOn("emigrated", "since", { country: "日本", since: "2027-01-15" }));
  assert.ok(!goesOn("dependant_lost", "date", { reason: "of_age", date: "2027-01-15" }));
});

test("a sentence may end on a day to come, but not before it began", () => {
  const place = "某监狱";
  assert.ok(goesOn("imprisoned", "to", { place, from: "2026-05-01", to: "2031-04-30" }));
  assert.ok(!goesOn("imprisoned", "to", { place, from: "2026-05-01", to: "2026-04-30" }));
  assert.ok(!goesOn("imprisoned", "to", { place, from: "2027-01-15" }));
});

test("what is wrong with a day is said at its own field", () => {
  const draft = draftOf({ outcome: "imprisoned", details: { place: "某监狱", from: "2026-05-01", to: "2026-04-30" } });
  assert.deepEqual(
    ["place", "from", "to"].map((field) => faultOf(field, draft, TODAY)),
    [null, null, "dates_order"],
  );
  for (const code of ["date_in_future", "dates_order", "bad_date"]) assert.ok(`lack.${code}` in TEXTS);
});
