/** Whole runs against an office in memory: the road, its order, and everything that may go wrong on it without losing work. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { capturesOf, capturesToRestOn, openMedia, receiptsOf } from "../../../webapp/static/pwa/src/store/captures";
import { applyPack, readCase } from "../../../webapp/static/pwa/src/store/cases";
import { watch } from "../../../webapp/static/pwa/src/store/changes";
import { readMeta } from "../../../webapp/static/pwa/src/store/meta";
import { countOutbox, listOutbox, retryNow } from "../../../webapp/static/pwa/src/store/outbox";
import { isPasswordDue, passwordNotice, putNoticeAway } from "../../../webapp/static/pwa/src/store/passwords";
import { resultsOf, saveAttempts, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { currentSession } from "../../../webapp/static/pwa/src/store/sessions";
import { readBreach } from "../../../webapp/static/pwa/src/sync/journal";
import { changePassword } from "../../../webapp/static/pwa/src/sync/password";
import { syncState } from "../../../webapp/static/pwa/src/sync/state";
import { json, problem, text } from "../net/server";
import { capture, person, visit } from "../samples";
import { VISIT, anotherOffice, beginEachWithAnOffice, full, office, states, visitDone } from "./with-office";

beginEachWithAnOffice();

test("the whole road: commit, upload, result, receipts; only then the original goes", async () => {
  const { capture_id, media } = await visitDone();
  assert.deepEqual(await full(), {
    stop: null,
    retryAfter: null,
    open_receipts: 0,
    trouble: null,
    has_moved: true,
    next_try: Infinity,
  });
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
  const order = office.seen
    .map(({ method, path }) => `${method} ${path.split("/").slice(3, 4)}`)
    .filter((call) => /captures|uploads|results|pack|tickets|journal/.test(call));
  const first = (call: string): number => order.indexOf(call);
  assert.ok(first("POST tickets") < first("POST captures") && first("POST captures") < first("POST uploads"), order.join());
  assert.ok(first("POST uploads") < first("POST results") && first("POST results") < first("GET captures"), order.join());
  assert.ok(office.whole(media[0]!.sha256));
  assert.equal(await openMedia(capture_id, media[0]!.sha256), null);
  assert.equal((await receiptsOf(capture_id)).length, 2);
  assert.equal((await capturesOf(VISIT)).length, 1);
  assert.equal((await countOutbox()).unsent, 0);
});

test("a second run sends nothing again", async () => {
  await visitDone();
  await full();
  office.seen = [];
  await full();
  assert.deepEqual(office.calls(/^(POST|PATCH|HEAD)/), []);
});

test("an empty list is known to be empty, and not before it has come", async () => {
  assert.equal((await currentSession())!.has_list, false);
  let told = 0;
  const unwatch = watch(["session"], () => told++);
  await full();
  unwatch();
  assert.deepEqual([(await currentSession())!.has_list, told > 0], [true, true]);
});

test("offline: everything stays, and the state says so", async () => {
  await visitDone();
  office.isDown = true;
  assert.equal((await full()).stop, "offline");
  assert.equal(syncState().link, "offline");
  assert.equal((await countOutbox()).unsent, 3);
  office.isDown = false;
  await full();
  assert.equal((await countOutbox()).unsent, 0);
});

for (const [status, why] of [
  [401, "signed_out"],
  [403, "not_allowed"],
] as const) {
  test(`a ${status} purges nothing and is said`, async () => {
    await visitDone();
    for (const call of [/^POST \/api\/v1\/(captures|tickets|results|uploads)/, /^GET \/api\/v1\/pack/])
      office.on(call, () => problem(status, "code"));
    assert.equal((await full()).stop, why);
    assert.equal(syncState().trouble, why);
    assert.equal((await countOutbox()).unsent, 3);
    assert.ok(await openMedia((await capturesOf(VISIT))[0]!.capture_id, (await capturesOf(VISIT))[0]!.media[0]!.sha256));
  });
}

test("while the office waits for an own password everything that lies here is sent, the list stays, and it is said why", async () => {
  await applyPack({
    worker_id: "id-of-worker1",
    from: "",
    pack: { cursor: "1.", removed: [], visits: [visit(VISIT)], people: [person({ person_id: `person-of-${VISIT}` })] },
    held: new Set(),
    now: "",
  });
  await visitDone();
  for (const call of [/^POST \/api\/v1\/tickets/, /^GET \/api\/v1\/pack/])
    office.on(call, () => problem(403, "password_change_due"));
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
  assert.deepEqual([syncState().trouble, await isPasswordDue("id-of-worker1")], ["password_due", true]);
  assert.ok(await readCase(VISIT));

  office.on(
    /^POST \/api\/v1\/password/,
    ({ body }) => (
      assert.deepEqual(JSON.parse(Buffer.from(body).toString()), { present: "given", wanted: "four unrelated words" }),
      new Response(null, { status: 204 })
    ),
  );
  await changePassword("given", "four unrelated words");
  office.answers.splice(1, 2);
  await full();
  assert.deepEqual([syncState().trouble, await isPasswordDue("id-of-worker1")], [null, false]);
});

test("that somebody else set the password is told once, and again when it happens again", async () => {
  const at = "2027-01-12T01:00:00Z";
  office.pack = { ...office.pack, password_notice: { at, by: "王主任" } };
  await full();
  assert.deepEqual(await passwordNotice(), { at, by: "王主任" });
  await putNoticeAway((await passwordNotice())!);
  await full();
  assert.equal(await passwordNotice(), null);
  office.pack = { ...office.pack, password_notice: { at: "2027-02-12T01:00:00Z", by: null } };
  await full();
  assert.equal((await passwordNotice())!.by, null);
});

test("a result that the rules refuse is corrected in its place, and goes out", async () => {
  office.on(/^POST \/api\/v1\/results/, () => problem(422, "ladder_calls"));
  await visitDone();
  await full();
  const [before] = await resultsOf(VISIT);
  assert.deepEqual([before!.state, before!.error!.code, (await countOutbox()).unsent], ["refused", "ladder_calls", 1]);
  office.answers.shift();
  await saveResult({ ...before!.body, details: { identity_document: "id_card" } });
  const results = await resultsOf(VISIT);
  assert.deepEqual(
    results.map(({ body, error }) => [body.result_id, body.details, error]),
    [[before!.body.result_id, { identity_document: "id_card" }, null]],
  );
  await full();
  assert.equal((await countOutbox()).unsent, 0);
  assert.equal(office.results.length, 1);
});

test("a refused record keeps its bytes, and its result waits and says why", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/captures/, () => problem(422, "bad_signature"));
  await full();
  assert.deepEqual(await states(), { record: "refused", media: "queued", result: "queued" });
  const items = await listOutbox();
  assert.equal(items.find(({ type }) => type === "record")!.error!.code, "bad_signature");
  assert.equal(items.find(({ type }) => type === "result")!.error!.code, "capture_refused");
  assert.equal(office.results.length + office.uploads.size, 0);
});

test("a result that waits in vain for a refused record is answered anew without it, and goes out", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/captures/, () => problem(422, "ticket_unknown"));
  await full();
  office.answers.shift();
  const [before] = await resultsOf(VISIT);
  assert.equal(before!.is_open, true);
  assert.deepEqual(await capturesToRestOn(VISIT), []);
  const again = await saveCapture(capture(VISIT, "another picture"));
  const captures = (await capturesToRestOn(VISIT)).map(({ capture_id, record_sha256 }) => ({ capture_id, record_sha256 }));
  assert.deepEqual(
    captures.map(({ capture_id }) => capture_id),
    [again.capture_id],
  );
  await saveResult({ ...before!.body, captures });
  await full();
  assert.deepEqual(
    office.results.map(({ result_id, captures }) => [result_id, captures]),
    [[before!.body.result_id, captures]],
  );
  assert.equal((await capturesOf(VISIT)).length, 2);
  assert.equal(
    (await listOutbox()).find(({ type, state }) => type === "record" && state === "refused")!.error!.code,
    "ticket_unknown",
  );
});

test("half a character and a NUL in a note do not keep the answer from the office", async () => {
  const { capture_id, record_sha256 } = await saveCapture(capture(VISIT, "a picture"));
  await saveResult({
    visit_id: VISIT,
    outcome: "eligible",
    attempts: [],
    captures: [{ capture_id, record_sha256 }],
    details: { identity_document: "id\0_card" },
    contact_changes: [{ field: "address", value: "\ud83d 楼 😀" }],
    note: "a\ud83d",
  });
  await full();
  const { details, contact_changes, note } = office.results[0]!;
  assert.deepEqual([details, contact_changes[0]!.value, note], [{ identity_document: "id_card" }, "\ufffd 楼 😀", "a\ufffd"]);
});

test("a server in trouble is tried again later, not at once", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/captures/, () => problem(500, "internal"));
  await full();
  await full();
  const record = (await listOutbox()).find(({ type }) => type === "record")!;
  assert.deepEqual([record.state, record.tries, record.next_at > Date.now()], ["queued", 1, true]);
  assert.equal(office.calls(/^POST \/api\/v1\/captures/).length, 1);
  office.answers.shift();
  await retryNow();
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
});

test("another result stands: both are kept, and the worker is told", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/results/, () => problem(409, "other_result_stands"));
  await full();
  assert.equal((await states())["result"], "conflict");
  assert.equal((await resultsOf(VISIT))[0]!.error!.code, "other_result_stands");
});

test("a server that gives no tickets and no checkpoint still takes the evidence", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/tickets/, () => problem(429, "quota_tickets"));
  office.on(/^GET \/api\/v1\/journal\/checkpoint/, () => problem(500, "internal"));
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
});

test("attempts without a result go up as well", async () => {
  await saveAttempts(VISIT, [
    { attempt_id: "a", started_at: "2027-01-12T01:00:00Z", met: "nobody_home", action: null, note: "" },
  ]);
  await full();
  assert.equal(office.attempts.length, 1);
  assert.deepEqual(await states(), { attempts: "received" });
});

test("a forged receipt deletes nothing", async () => {
  const { capture_id, media } = await visitDone();
  const other = office.append({ type: "media_received", capture_id: "another", media_sha256: media[0]!.sha256 });
  office.on(/^GET \/api\/v1\/captures\//, () => text(office.receipt(other)));
  await full();
  assert.ok(await openMedia(capture_id, media[0]!.sha256));
  assert.equal((await states())["media"], "received");
  office.answers.shift();
  office.on(/^GET \/api\/v1\/captures\//, () => text(office.receipt(other).replace("index ", "index 9")));
  await full();
  assert.ok(await openMedia(capture_id, media[0]!.sha256));
});

test("a server that turns out to lack a file gets it again", async () => {
  const { media } = await visitDone();
  const missing = () => json({ missing: [media[0]!.sha256] }, 202);
  office.on(/^GET \/api\/v1\/captures\//, missing);
  await full();
  assert.equal((await states())["media"], "queued");
  office.uploads.clear();
  office.answers.shift();
  await full();
  assert.equal((await states())["media"], "verified");
});

test("a server restored from an older backup gets the record again, too", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/uploads$/, () => problem(409, "commit_first"));
  await full();
  assert.equal((await states())["record"], "queued");
  office.answers.shift();
  await retryNow();
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
});

test("a rewritten journal is noticed: uploads go on, originals stay", async () => {
  await full();
  await visitDone();
  office.entries = ["another history", "with more", "entries", ...office.entries.slice(1)];
  await full();
  assert.equal((await readBreach())!.reason, "consistency");
  assert.equal(syncState().trouble, "journal_broken");
  assert.equal((await states())["media"], "received");
  assert.equal(office.results.length, 1);
  const [saved] = await capturesOf(VISIT);
  assert.ok(await openMedia(saved!.capture_id, saved!.media[0]!.sha256));
});

test("another journal key is not believed, a grown journal is", async () => {
  await full();
  const held = await readMeta("checkpoint");
  office.append({ type: "viewed" });
  await full();
  assert.notEqual(await readMeta("checkpoint"), held);
  office.restore();
  anotherOffice();
  await full();
  assert.equal((await readBreach())!.reason, "signature");
});
