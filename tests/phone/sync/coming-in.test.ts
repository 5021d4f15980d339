/** Whole runs against an office in memory: what comes in with the pack, and whose work goes out afterwards. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { capturesOf } from "../../../webapp/static/pwa/src/store/captures";
import { applyPack, listCases, readCase } from "../../../webapp/static/pwa/src/store/cases";
import { changeDraft } from "../../../webapp/static/pwa/src/store/drafts";
import { retryNow } from "../../../webapp/static/pwa/src/store/outbox";
import { newPhones } from "../../../webapp/static/pwa/src/store/new-phones";
import { photoOf } from "../../../webapp/static/pwa/src/store/photos";
import { resultsOf } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { listSessionRows } from "../../../webapp/static/pwa/src/store/sessions";
import { challengeFor } from "../../../webapp/static/pwa/src/store/tickets";
import { enrol, signOut } from "../../../webapp/static/pwa/src/sync/enrol";
import { answerForPhone } from "../../../webapp/static/pwa/src/sync/new-phones";
import { json, problem, text } from "../net/server";
import { capture, person, visit } from "../samples";
import { freshPhone, signIn } from "../store/fresh";
import { OTHER, VISIT, beginEachWithAnOffice, full, office, states, visitDone } from "./with-office";

beginEachWithAnOffice();

test("the pack brings visits, challenges come from tickets, pictures follow", async () => {
  const others = [visit(VISIT, { person_id: "p" }), visit(OTHER, { person_id: "q", due_on: "2027-01-01" })];
  office.pack = {
    visits: others,
    people: [person({ photo: "/api/v1/people/p/photo" }), person({ person_id: "q", photo: "/api/v1/people/q/photo" })],
    removed: [],
  };
  office.on(/^GET \/api\/v1\/people\/p\//, () => new Response("jpeg", { headers: { "Content-Type": "image/jpeg" } }));
  await full();
  assert.equal((await listCases()).length, 2);
  assert.equal(await (await photoOf("p"))!.text(), "jpeg");
  assert.match((await challengeFor(VISIT))!.code, /^\d{4}$/);
  assert.equal((await listSessionRows())[0]!.cursor, "1.");
  await full();
  assert.equal(office.calls(/people/).length, 2);
  assert.equal(office.calls(/POST .*tickets/).length, 1);

  // Once the visit is over, the face is forgotten.
  office.pack = { visits: [], people: [], removed: [{ visit_id: VISIT, reason: "accepted" }] };
  await full();
  assert.equal(await photoOf("p"), null);
});

test("a phone that signed in elsewhere is asked about until the office has the answer", async () => {
  const asked = { device_kid: "elsewhere", name: "华为", enrolled_at: "2027-01-12T01:00:00.000Z" };
  office.pack = { visits: [], people: [], removed: [], new_phones: [asked] };
  await full();
  assert.deepEqual(await newPhones(), [asked]);

  office.isDown = true;
  await assert.rejects(answerForPhone("elsewhere", true));
  assert.deepEqual(await newPhones(), [asked]);

  office.isDown = false;
  office.on(/^POST \/api\/v1\/devices\/elsewhere\/confirmation/, () => new Response(null, { status: 204 }));
  await answerForPhone("elsewhere", true);
  assert.deepEqual(await newPhones(), []);
  // A page that the office wrote before it had the answer asks for it once more.
  await full();
  assert.deepEqual(await newPhones(), []);
  // The first one was cut off on its way.
  assert.equal(office.calls(/confirmation/).length, 2);
});

test("pages are followed to their end, and a page that leads nowhere is not", async () => {
  const pages = ["2.", "3.", null];
  office.on(/^GET \/api\/v1\/pack/, () =>
    json({ ...office.pack, cursor: "2.", next: pages.shift() ?? null, checkpoint: office.note() }),
  );
  await full();
  assert.equal(office.calls(/pack/).length, 3);
  office.on(/^GET \/api\/v1\/pack/, () => json({ ...office.pack, cursor: "9.", next: "9.", checkpoint: office.note() }));
  await full();
  assert.ok(office.calls(/pack/).length <= 5);
});

test("returned words reach the result that was reviewed; an acceptance does too", async () => {
  await visitDone();
  await full();
  const at = new Date(Date.now() + 60_000).toISOString();
  office.pack = {
    visits: [visit(VISIT, { status: "returned", returned: { words: "请重拍正面", at } })],
    people: [person({ person_id: `person-of-${VISIT}` })],
    removed: [],
  };
  await full();
  assert.deepEqual(
    (await resultsOf(VISIT)).map(({ state, words }) => [state, words]),
    [["returned", "请重拍正面"]],
  );
  office.pack = { visits: [], people: [], removed: [{ visit_id: VISIT, reason: "accepted" }] };
  await full();
  assert.equal((await states())["result"], "accepted");
  assert.equal(await readCase(VISIT), null);
});

test("a visit that was taken away while its work is unsent stays until the work has gone", async () => {
  await applyPack({
    worker_id: "id-of-worker1",
    from: "",
    pack: { cursor: "", removed: [], visits: [visit(VISIT)], people: [person({ person_id: `person-of-${VISIT}` })] },
    held: new Set(),
    now: "",
  });
  await visitDone();
  office.pack = { visits: [], people: [], removed: [{ visit_id: VISIT, reason: "reassigned" }] };
  office.on(/^POST \/api\/v1\/captures/, () => problem(500, "internal"));
  await full();
  assert.equal((await readCase(VISIT))!.removed!.reason, "reassigned");
  office.answers.shift();
  office.pack = { visits: [], people: [], removed: [] };
  await retryNow();
  await full();
  assert.equal(office.results.length, 1);
  assert.equal(await readCase(VISIT), null);
});

test("a worker who signed out with unsent work: it still goes up, under that worker's own token", async () => {
  await visitDone();
  await signOut();
  await signIn("worker2");
  await full();
  assert.deepEqual([...new Set(office.calls(/captures$|results/).map(({ token }) => token))], ["token-of-worker1"]);
  await full();
  assert.equal((await listSessionRows()).find(({ worker_id }) => worker_id === "id-of-worker1")!.token, null);
});

test("enrolment keeps the device and its chain; a revoked one begins anew", async () => {
  await freshPhone();
  const { thumbprint } = await import("../../../webapp/static/pwa/src/domain/record");
  const revoked = new Set<string>();
  office.on(/^POST \/api\/v1\/devices/, async ({ body }) => {
    const device_kid = await thumbprint((JSON.parse(Buffer.from(body).toString()) as { public_key: JsonWebKey }).public_key);
    if (revoked.has(device_kid)) return problem(422, "revoked_device");
    return json({ device_kid, token: "t", worker: { id: "w", name: "", role: "worker", area: "" }, server_time: "" }, 201);
  });
  const form = { username: "worker1", password: "x", name: "phone" };
  const { device_kid } = await enrol(form);
  await saveCapture(capture(VISIT));
  await changeDraft(VISIT, () => ({
    visit_id: VISIT,
    step: "s",
    arrived_at: null,
    answers: {},
    attempts: [],
    capture_ids: [],
    updated_at: "",
  }));
  await signOut();
  assert.equal((await enrol(form)).device_kid, device_kid);
  assert.equal((await saveCapture(capture(VISIT, "2"))).seq, 2);
  revoked.add(device_kid);
  assert.notEqual((await enrol(form)).device_kid, device_kid);
  assert.equal((await saveCapture(capture(VISIT, "3"))).seq, 1);
  assert.equal((await capturesOf(VISIT)).length, 3);
});
