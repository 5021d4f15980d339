/** Whole visits in one request: what goes together, what each answer means, and how the single calls take over. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openMedia } from "../../../webapp/static/pwa/src/store/captures";
import { countOutbox, listOutbox, moveItem, retryNow } from "../../../webapp/static/pwa/src/store/outbox";
import { saveAttempts } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { readDeliveryLimit, writeLimits } from "../../../webapp/static/pwa/src/store/settings";
import { runOnce } from "../../../webapp/static/pwa/src/sync/run";
import { syncState } from "../../../webapp/static/pwa/src/sync/state";
import { json, problem, type Answer } from "../net/server";
import { capture } from "../samples";
import { OTHER, VISIT, beginEachWithAnOffice, full, office, states, visitDone } from "./with-office";

beginEachWithAnOffice({ deliveries: true });

const ALL_SENT = { record: "verified", media: "verified", result: "received" };
const SINGLE = /(POST \/api\/v1\/(captures|uploads|results)|GET \/api\/v1\/captures)/;
const DELIVERY = /POST \/api\/v1\/deliveries/;
const html = (status: number): Response => new Response("<h1>no</h1>", { status, headers: { "Content-Type": "text/html" } });
const taken: Answer = (seen) =>
  office.answers
    .filter(([pattern]) => pattern.test("POST /api/v1/deliveries"))
    .pop()![1](seen);

/** Each once at the office, although it may have come twice. */
async function checkAllArrived(visits: number): Promise<void> {
  assert.equal((await countOutbox()).unsent, 0);
  assert.equal(office.commits.size, visits);
  assert.equal(new Set(office.results.map(({ result_id }) => result_id)).size, visits);
}

test("a visit is one request, and its receipts come with the answer", async () => {
  const { capture_id, media } = await visitDone();
  await full();
  assert.deepEqual(await states(), ALL_SENT);
  assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [1, 0]);
  assert.equal(await openMedia(capture_id, media[0]!.sha256), null);
  await checkAllArrived(1);
});

test("twenty visits of a day go in one request where they are small", async () => {
  for (let n = 10; n < 30; n++) await visitDone(VISIT.slice(0, -2) + n, `picture ${n}`);
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [1, 0]);
  await checkAllArrived(20);
});

test("the header tells of each part what the office must know, as RFC 9651 has it", async () => {
  await visitDone();
  let header = "";
  office.on(DELIVERY, (seen) => ((header = seen.headers.get("Delivery-Parts")!), taken(seen)));
  await full();
  const signature = "[A-Za-z0-9+/]{86}==";
  const parts = new RegExp(
    `^record;bytes=\\d+;signature=:${signature}:, file;bytes=12;sha256=:[A-Za-z0-9+/]{43}=:, result;bytes=\\d+$`,
  );
  assert.match(header, parts);
});

test("tries that were saved before the result go before it", async () => {
  await saveAttempts(VISIT, [
    { attempt_id: "a", started_at: "2027-01-12T01:00:00Z", met: "nobody_home", action: null, note: "" },
  ]);
  await visitDone();
  await full();
  const order = office.calls(/POST \/api\/v1\/(attempts|deliveries)/).map(({ path }) => path.split("/").pop());
  assert.deepEqual(order, ["attempts", "deliveries"]);
});

test("a file that is too large for the line goes in chunks, its record and result together", async () => {
  office.settings = { delivery_max_bytes: 20_000 };
  await writeLimits(office.settings);
  await visitDone(VISIT, "x".repeat(30_000));
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, office.calls(/PATCH/).length > 0], [1, true]);
  assert.deepEqual(await states(), ALL_SENT);
});

for (const [what, answer] of [
  ["an office of before", () => problem(404, "not_found")],
  ["a page that is not there", () => html(404)],
  ["a method that is not allowed", () => html(405)],
  ["a box that knows no such thing", () => html(501)],
  ["a type that nobody knows", () => problem(415, "unsupported_media_type")],
  ["a body that does not fit its header", () => problem(400, "delivery_parts")],
] as const) {
  test(`${what}: the single calls take over in the same run, and it is not asked again soon`, async () => {
    office.on(DELIVERY, answer);
    await visitDone();
    await full();
    assert.deepEqual(await states(), ALL_SENT);
    assert.equal(syncState().trouble, null);
    await visitDone(OTHER, "another picture");
    await full();
    assert.equal(office.calls(DELIVERY).length, 1);
    await checkAllArrived(2);
  });
}

for (const [who, answer] of [
  ["a box", () => html(413)],
  ["the office", () => problem(413, "too_large")],
] as const) {
  test(`a body that is too large for ${who} goes by single calls, and the next is smaller`, async () => {
    office.on(DELIVERY, (seen) => (seen.body.length > 60_000 ? answer() : taken(seen)));
    await visitDone(VISIT, "x".repeat(100_000));
    await full();
    assert.deepEqual(await states(), ALL_SENT);
    const limit = await readDeliveryLimit();
    assert.ok(limit > 45_000 && limit < 60_000, String(limit));
    office.seen = [];
    await visitDone(OTHER, "small");
    await full();
    assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [1, 0]);
    await checkAllArrived(2);
  });
}

test("an answer that is cut off after the office took all of it: nothing twice, nothing lost", async () => {
  office.on(DELIVERY, async (seen) => (await taken(seen), Promise.reject(new TypeError("cut"))));
  await visitDone();
  await full();
  assert.deepEqual(await states(), ALL_SENT);
  await checkAllArrived(1);
});

test("a line that loses a delivery and carries single calls is not trusted with another one for a while", async () => {
  office.on(DELIVERY, () => Promise.reject(new TypeError("cut")));
  await visitDone(VISIT, "x".repeat(30_000));
  await full();
  assert.deepEqual(await states(), ALL_SENT);
  assert.equal(await readDeliveryLimit(), 16_384);
  office.seen = [];
  await visitDone(OTHER, "y".repeat(30_000));
  office.answers.shift();
  await full();
  assert.ok(office.calls(/PATCH/).length > 0);
  await checkAllArrived(2);
});

test("a phone without signal comes home and sends deliveries at once", async () => {
  office.isDown = true;
  await visitDone();
  assert.equal((await runOnce({ full: false })).stop, "offline");
  assert.deepEqual([office.calls(DELIVERY).length, (await countOutbox()).unsent], [1, 3]);
  assert.equal(await readDeliveryLimit(), 524_288);
  office.isDown = false;
  office.seen = [];
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [1, 0]);
});

for (const [status, why] of [
  [503, "server"],
  [429, "server"],
  [401, "signed_out"],
  [403, "not_allowed"],
] as const) {
  test(`a ${status} to the whole ends the run, and the visit goes together the next time`, async () => {
    office.on(DELIVERY, () => problem(status, "code"));
    await visitDone();
    assert.equal((await full()).stop, why);
    assert.equal(office.calls(SINGLE).length, 0);
    assert.deepEqual(await states(), { record: "queued", media: "queued", result: "queued" });
    office.answers.shift();
    await full();
    assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [2, 0]);
  });
}

test("a page of the network's own is no answer: nothing is marked as sent, and deliveries stay", async () => {
  office.on(/./, () => new Response("<h1>Sign in</h1>", { headers: { "Content-Type": "text/html" } }));
  await visitDone();
  assert.equal((await full()).trouble, "portal");
  office.answers.shift();
  await full();
  assert.deepEqual(await states(), ALL_SENT);
  assert.equal(office.calls(SINGLE).length, 0);
});

for (const parts of [undefined, [], [{ status: 201 }], ["", 1, null], [{}, {}, {}]]) {
  test(`an answer that does not speak of each part is not believed: ${JSON.stringify(parts)}`, async () => {
    office.on(DELIVERY, () => json({ parts }, 201));
    await visitDone();
    await full();
    assert.deepEqual(await states(), ALL_SENT);
    await checkAllArrived(1);
  });
}

test("a fault of the office with a delivery: each goes alone, and only what is small goes together for a while", async () => {
  office.on(DELIVERY, () => problem(500, "internal"));
  await visitDone();
  await full();
  assert.deepEqual(await states(), ALL_SENT);
  assert.equal(await readDeliveryLimit(), 16_384);
});

test("a refused record among others: its file and result wait as ever, the other visit arrives", async () => {
  const first = await visitDone();
  await visitDone(OTHER, "another picture");
  const commit = office.answers.find(([pattern]) => pattern.test("POST /api/v1/captures"))![1];
  office.on(/^POST \/api\/v1\/captures/, (seen) =>
    Buffer.from(seen.body).toString().includes(first.capture_id) ? problem(422, "bad_signature") : commit(seen),
  );
  await full();
  assert.deepEqual(await states(VISIT), { record: "refused", media: "queued", result: "queued" });
  assert.deepEqual(await states(OTHER), ALL_SENT);
  const result = (await listOutbox()).find(({ type, visit_id }) => type === "result" && visit_id === VISIT)!;
  assert.equal(result.error!.code, "capture_refused");
  assert.equal(result.tries, 0);
});

for (const [status, code, after] of [
  [409, "other_result_stands", "conflict"],
  [409, "changed_meanwhile", "queued"],
  [422, "ladder_calls", "refused"],
] as const) {
  test(`a part that is answered ${code} means what its own call would have meant`, async () => {
    office.on(/^POST \/api\/v1\/results/, () => problem(status, code));
    await visitDone();
    await full();
    assert.deepEqual(await states(), { ...ALL_SENT, result: after });
  });
}

test("a part that asks to wait ends the run after the others are settled", async () => {
  office.on(/^POST \/api\/v1\/captures/, () => problem(429, "quota_records", { retry_after_seconds: 600 }));
  await saveCapture(capture(VISIT, "a picture"));
  await visitDone(OTHER, "another picture");
  const end = await full();
  assert.deepEqual([end.stop, end.retryAfter], ["server", 600]);
  assert.ok((await listOutbox()).every(({ state }) => state === "queued"));
});

test("a record that is to be tried again keeps its file and result waiting, and nothing of them is counted as tried", async () => {
  await visitDone();
  let asked = 0;
  const commit = office.answers.find(([pattern]) => pattern.test("POST /api/v1/captures"))![1];
  office.on(/^POST \/api\/v1\/captures/, (seen) => (asked++ ? commit(seen) : problem(422, "changed_meanwhile")));
  await full();
  assert.deepEqual(
    (await listOutbox()).map(({ type, tries }) => tries === Number(type === "record")),
    [true, true, true],
  );
  assert.equal((await countOutbox()).unsent, 3);

  // What has failed before travels alone, and so what rests on it.
  await retryNow();
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, await states()], [1, ALL_SENT]);
});

test("a file that was begun in chunks goes on so", async () => {
  const { capture_id, media } = await visitDone(VISIT, "x".repeat(30_000));
  const { item_id } = (await listOutbox()).find(({ type }) => type === "media")!;
  office.uploads.set("begun", { capture_id, sha256: media[0]!.sha256, length: 30_003, bytes: new Uint8Array() });
  await moveItem(item_id, null, { upload_url: "/api/v1/uploads/begun" });
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, office.uploads.size], [1, 1]);
  assert.ok(office.calls(/HEAD .*begun/).length);
  assert.deepEqual(await states(), ALL_SENT);
});

test("a record that was refused holds no later visit up", async () => {
  office.on(/^POST \/api\/v1\/captures/, () => problem(422, "bad_signature"));
  await saveCapture(capture(VISIT, "a picture"));
  await full();
  office.answers.shift();
  office.seen = [];
  await visitDone(OTHER, "another picture");
  await full();
  assert.deepEqual([office.calls(DELIVERY).length, office.calls(SINGLE).length], [1, 0]);
  assert.deepEqual(await states(OTHER), ALL_SENT);
});

test("files that the office says it lacks are asked about as ever, and go again", async () => {
  await visitDone();
  const { media } = await saveCapture(capture(OTHER, "third"));
  office.on(/^GET \/api\/v1\/captures\//, () => json({ missing: [media[0]!.sha256] }, 202));
  await full();
  office.answers.shift();
  await full();
  assert.deepEqual(await states(VISIT), ALL_SENT);
  assert.deepEqual(await states(OTHER), { record: "verified", media: "verified" });
});

test("a forged receipt in the answer lets go of nothing", async () => {
  const { capture_id, media } = await visitDone();
  const other = office.append({ type: "media_received", capture_id: "another", media_sha256: media[0]!.sha256 });
  office.on(DELIVERY, async (seen) => {
    const { parts } = (await (await taken(seen)).json()) as { parts: object[] };
    return json({ parts: parts.map((part) => ({ ...part, receipt: office.receipt(other) })) }, 201);
  });
  office.on(/^GET \/api\/v1\/captures\//, () => json({ missing: [] }, 202));
  await full();
  // The record's own call proves it, in the same run.
  assert.deepEqual(await states(), { record: "verified", media: "received", result: "received" });
  assert.ok(await openMedia(capture_id, media[0]!.sha256));
});

test("an office that says nothing of deliveries gets none", async () => {
  office.settings = {};
  await full();
  await visitDone();
  await full();
  assert.equal(office.calls(DELIVERY).length, 0);
  assert.deepEqual(await states(), ALL_SENT);
});
