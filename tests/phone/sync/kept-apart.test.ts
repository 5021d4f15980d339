/** What the office refuses and keeps leaves the phone with its files, and says so; an office that lost what it had gets it again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openMedia } from "../../../webapp/static/pwa/src/store/captures";
import { countOutbox, listOutbox, retryNow, settleAfterStart } from "../../../webapp/static/pwa/src/store/outbox";
import { resultsOf, saveAttempts } from "../../../webapp/static/pwa/src/store/results";
import { problem, text } from "../net/server";
import { VISIT, beginEachWithAnOffice, full, office, states, visitDone } from "./with-office";

beginEachWithAnOffice();

/** The office keeps the record and its result apart, and vouches for a file beside the record once it has it. */
function keepApart(code: string, status: number, capture_id: string, sha256: string): void {
  office.on(/^POST \/api\/v1\/captures/, () => problem(status, code, { kept: true }));
  office.on(/^POST \/api\/v1\/results/, () => problem(422, "capture_unknown", { kept: true, captures: [capture_id] }));
  office.on(/^GET \/api\/v1\/captures\//, ({ path }) => {
    if (!office.whole(sha256)) return office.receiptOf(path);
    return text(office.receipt(office.append({ type: "media_quarantined", capture_id, media_sha256: sha256, stored: [sha256] })));
  });
}

for (const [code, status] of [
  ["ticket_expired", 422],
  ["seq_fork", 422],
  ["not_found", 404],
] as const) {
  test(`${code}: record, file and result leave the phone, and the original goes once the office vouches for it`, async () => {
    const { capture_id, media } = await visitDone();
    keepApart(code, status, capture_id, media[0]!.sha256);
    await full();
    assert.deepEqual(await states(), { record: "aside", media: "aside", result: "aside" });
    assert.equal(await openMedia(capture_id, media[0]!.sha256), null);
    assert.equal((await countOutbox()).unsent, 0);
    assert.equal((await listOutbox()).find(({ type }) => type === "record")!.error!.code, code);
  });
}

test("a file that the office refused for its content vouches for nothing", async () => {
  const { capture_id, media } = await visitDone();
  keepApart("seq_fork", 422, capture_id, media[0]!.sha256);
  office.on(/^GET \/api\/v1\/captures\//, () =>
    text(office.receipt(office.append({ type: "media_quarantined", capture_id, media_sha256: media[0]!.sha256 }))),
  );
  await full();
  assert.ok(await openMedia(capture_id, media[0]!.sha256));
});

test("what is kept apart is asked about once more with a new version of the app, but not its file", async () => {
  const { capture_id, media } = await visitDone();
  keepApart("not_found", 404, capture_id, media[0]!.sha256);
  await full();
  office.answers.splice(0, 3);
  await settleAfterStart("another build");
  assert.deepEqual(await states(), { record: "queued", media: "aside", result: "queued" });
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "aside", result: "received" });
});

test("a sixth result that the office keeps is not in the way, and a rule that is broken is mended here", async () => {
  await visitDone();
  office.on(/^POST \/api\/v1\/results/, () => problem(422, "results_waiting", { kept: true }));
  await full();
  assert.equal((await states())["result"], "aside");
  assert.equal((await resultsOf(VISIT))[0]!.is_open, true);
  office.on(/^POST \/api\/v1\/results/, () => problem(422, "date_before_seen", { kept: true }));
  await settleAfterStart("another build");
  await full();
  assert.equal((await states())["result"], "refused");
});

test("tries of a visit that the office does not have are kept apart", async () => {
  await saveAttempts(VISIT, [
    { attempt_id: "a", started_at: "2027-01-12T01:00:00Z", met: "nobody_home", action: null, note: "" },
  ]);
  office.on(/^POST \/api\/v1\/attempts/, () => problem(404, "not_found", { kept: true }));
  await full();
  assert.deepEqual(await states(), { attempts: "aside" });
});

test("a record that a restored office lost goes again before the result that rests on it", async () => {
  const { capture_id } = await visitDone();
  office.on(/^POST \/api\/v1\/results/, () => problem(422, "capture_unknown", { kept: true, captures: [capture_id] }));
  await full();
  assert.deepEqual([(await states())["record"], (await states())["result"]], ["queued", "queued"]);
  office.answers.shift();
  await retryNow();
  await full();
  assert.deepEqual(await states(), { record: "verified", media: "verified", result: "received" });
});
