/** What the office makes of an answer: clashes under which it kept nothing, returns, visits to be made again, and lists that begin anew. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, ResultBody } from "../../../webapp/static/pwa/src/domain/report";
import { oneVisit } from "../../../webapp/static/pwa/src/app/visit-views";
import { applyPack, listCases } from "../../../webapp/static/pwa/src/store/cases";
import { countOutbox, listOutbox, moveItem, retryNow, settleAfterStart } from "../../../webapp/static/pwa/src/store/outbox";
import { resultsOf, saveAttempts, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { json, problem } from "../net/server";
import { person, visit } from "../samples";
import { OTHER, VISIT, beginEachWithAnOffice, full, office, states, visitDone } from "./with-office";

beginEachWithAnOffice();

for (const [code, after] of [
  ["changed_meanwhile", "queued"],
  ["attempt_differs", "refused"],
  ["visit_state", "refused"],
] as const) {
  test(`a 409 ${code} kept nothing at the office: the result stays unsent`, async () => {
    await visitDone();
    office.on(/^POST \/api\/v1\/results/, () => problem(409, code));
    await full();
    assert.deepEqual([(await states())["result"], (await countOutbox()).unsent], [after, 1]);
    office.answers.shift();
    await retryNow();
    await full();
    assert.deepEqual([(await states())["result"], office.results.length], ["received", 1]);
  });
}

test("what an older app took for a conflict is sent again by the next one", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/results/, () => problem(409, "other_result_stands"));
  await full();
  const { item_id } = (await listOutbox()).find(({ type }) => type === "result")!;
  office.answers.shift();
  await settleAfterStart("the next build");
  assert.equal((await states())["result"], "conflict");
  await moveItem(item_id, null, { error: { code: "changed_meanwhile", detail: "", at: "" } });
  await settleAfterStart("the build after that");
  assert.equal((await states())["result"], "queued");
});

test("an answer corrected after its first form had arrived unseen goes out as a result of its own", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/captures/, () => problem(404, "not_found"));
  await full();
  office.answers.shift();
  await retryNow();
  // The office takes the first answer; its own is cut off. The screens were opened before that.
  const first = office.answers.find(([pattern]) => pattern.test("POST /api/v1/results"))![1];
  office.on(/^POST \/api\/v1\/results/, async (seen) => (await first(seen), Promise.reject(new TypeError("cut"))));
  await full();
  office.answers.shift();
  assert.equal((await listOutbox()).find(({ type }) => type === "result")!.error, null);
  const [before] = await resultsOf(VISIT);
  assert.equal(before!.is_open, false);
  await correctInPlace(before!.body);
});

/** The state that a phone of before may be in: corrected in its place although the office has the first answer. */
async function correctInPlace(before: ResultBody): Promise<void> {
  const { result_id } = before;
  const item = (await listOutbox()).find(({ ref }) => ref === result_id)!;
  await moveItem(item.item_id, null, { next_at: 0, error: { code: "capture_refused", detail: "", at: "" } });
  await saveResult({
    visit_id: VISIT,
    outcome: "eligible",
    attempts: [],
    captures: before.captures,
    details: {},
    contact_changes: [],
    note: "the second answer",
  });
  office.on(/^POST \/api\/v1\/results/, ({ body }) => {
    const sent = JSON.parse(Buffer.from(body).toString()) as ResultBody;
    return sent.result_id === result_id
      ? problem(409, "result_differs")
      : (office.results.push(sent), problem(409, "other_result_stands"));
  });
  await full();
  await full();
  assert.deepEqual([(await states())["result"], office.results.at(-1)!.note], ["conflict", "the second answer"]);
  assert.notEqual(office.results.at(-1)!.result_id, result_id);
  assert.equal((await resultsOf(VISIT)).length, 1);
}

test("a visit that is to be made again without a word is to do here too, and a decision taken back is done again", async () => {
  await visitDone();
  await full();
  const [{ body }] = (await resultsOf(VISIT)) as [{ body: ResultBody }];
  const told = async (status: "assigned" | "reported", state: string) => {
    office.pack = {
      visits: [visit(VISIT, { status, results: [{ result_id: body.result_id, state }] })],
      people: [person({ person_id: `person-of-${VISIT}` })],
      removed: [],
    };
    await full();
    return [(await states())["result"], (await oneVisit(VISIT))!.stage];
  };
  assert.deepEqual(await told("reported", "submitted"), ["received", "done"]);
  assert.deepEqual(await told("assigned", "superseded"), ["returned", "todo"]);
  assert.deepEqual(await told("reported", "submitted"), ["received", "done"]);
});

test("a list that begins from nothing takes away what it does not name, at its last page, and keeps what has unsent work", async () => {
  const held = [VISIT, OTHER, OTHER.replace(/c$/, "d")];
  await applyPack({
    worker_id: "id-of-worker1",
    from: "",
    pack: {
      cursor: "7.",
      removed: [],
      visits: held.map((id) => visit(id)),
      people: held.map((id) => person({ person_id: `person-of-${id}` })),
    },
    held: new Set(),
    now: "",
  });
  await visitDone();
  const page = { removed: [], people: [person({ person_id: `person-of-${OTHER}` })], visits: [visit(OTHER)] };
  const change = { worker_id: "id-of-worker1", held: new Set([VISIT]), now: "2027-01-12T01:00:00Z" };
  await applyPack({ ...change, from: "7.", pack: { ...page, visits: [], people: [], cursor: "3.", next: "3.", anew: true } });
  assert.equal((await listCases()).length, 3);
  await applyPack({ ...change, from: "3.", pack: { ...page, cursor: "5.", next: null, anew: false } });
  assert.deepEqual((await listCases()).map(({ visit: { visit_id }, removed }) => [visit_id, removed?.reason]).sort(), [
    [VISIT, "unknown"],
    [OTHER, undefined],
  ]);
});

function attempt(attempt_id: string): Attempt {
  return {
    attempt_id,
    started_at: "2026-11-26T01:30:00.000Z",
    ended_at: null,
    met: "nobody_home",
    action: null,
    number_end: null,
    note: "",
    position: null,
  };
}

/** The list as the office tells it, with what it has of the visit. */
function listed(has: { results: { result_id: string; state: string }[]; attempts: Attempt[] }): void {
  office.pack = {
    visits: [visit(VISIT, { status: "assigned", ...has })],
    people: [person({ person_id: `person-of-${VISIT}` })],
    removed: [],
  };
}

test("what the office lists no longer after a backup goes again, though no checkpoint contradicts", async () => {
  await visitDone();
  await saveAttempts(VISIT, [attempt("0198f7c4-2f6e-7a31-8a44-0d5c1f0e9a01")]);
  await full();
  const sent = office.attempts[0] as { attempts: Attempt[] };
  const has = { results: [{ result_id: office.results[0]!.result_id, state: "submitted" }], attempts: sent.attempts };
  listed(has);
  await full();
  assert.deepEqual([office.results.length, office.attempts.length], [1, 1]);
  listed({ results: [], attempts: [] });
  await full();
  assert.deepEqual([(await states())["result"], (await states())["attempts"]], ["queued", "queued"]);
  listed(has);
  await full();
  assert.deepEqual([(await states())["result"], (await states())["attempts"]], ["received", "received"]);
  assert.deepEqual(office.results[1], office.results[0]);
  assert.deepEqual(office.attempts[1], office.attempts[0]);
});

for (const call of ["results", "attempts"] as const) {
  test(`an answer to ${call} that only looks like the office's leaves them unsent`, async () => {
    await visitDone();
    await saveAttempts(VISIT, [attempt("0198f7c4-2f6e-7a31-8a44-0d5c1f0e9a02")]);
    office.on(new RegExp(`^POST /api/v1/${call}`), () => json({ code: 302, msg: "please sign in" }));
    await full();
    const type = call === "results" ? "result" : "attempts";
    assert.equal((await states())[type], "queued");
    office.answers.shift();
    await retryNow();
    await full();
    assert.deepEqual([(await states())[type], office[call].length], ["received", 1]);
  });
}
