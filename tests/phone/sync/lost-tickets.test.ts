/** An office restored from an older backup has lost tickets: the phone presents them again, and keeps them until nothing may ask for them. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { listOutbox } from "../../../webapp/static/pwa/src/store/outbox";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { challengeFor, keepTickets, ticketOf } from "../../../webapp/static/pwa/src/store/tickets";
import { readCaptureRow } from "../../../webapp/static/pwa/src/store/captures";
import { runOnce } from "../../../webapp/static/pwa/src/sync/run";
import { problem } from "../net/server";
import { capture } from "../samples";
import { freshPhone, signIn } from "../store/fresh";
import { Office } from "./office";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const YEAR_MS = 365 * 86_400_000;
let office: Office;

beforeEach(async () => {
  await freshPhone();
  await signIn();
  office = new Office();
});
afterEach(() => office.restore());

const full = () => runOnce({ full: true });
const states = async () => Object.fromEntries((await listOutbox()).map(({ type, state }) => [type, state]));

async function captureUnderTicket(): Promise<string> {
  await full();
  const challenge = await challengeFor(VISIT);
  assert.ok(challenge);
  const { clock } = capture(VISIT);
  return (await saveCapture(capture(VISIT, "a picture", { challenge, clock: { ...clock, wall: new Date().toISOString() } }))).capture_id;
}

/** From now on the office takes a record under a ticket only when the ticket is shown; null lets its usual answer be given. */
function loseTickets(presented: string[]): void {
  office.on(/^POST \/api\/v1\/captures/, (asked) => {
    const ticket = asked.headers.get("Capture-Ticket");
    if (!ticket) return problem(422, "ticket_unknown");
    presented.push(ticket);
    return office.commit(asked.body);
  });
}

test("a ticket that the office does not know is presented, and everything goes out", async () => {
  const capture_id = await captureUnderTicket();
  const presented: string[] = [];
  loseTickets(presented);
  await full();
  const ticket = await ticketOf((await readCaptureRow(capture_id))!.record);
  assert.deepEqual(presented, [ticket!.ticket]);
  assert.deepEqual(await states(), { record: "verified", media: "verified" });
});

test("an office that knows the ticket is not shown it", async () => {
  await captureUnderTicket();
  const shown: (string | null)[] = [];
  office.on(/^POST \/api\/v1\/captures/, ({ headers, body }) => (shown.push(headers.get("Capture-Ticket")), office.commit(body)));
  await full();
  assert.deepEqual(shown, [null]);
});

test("a ticket stays as long as work waits, however long ago it expired, and goes then", async () => {
  const capture_id = await captureUnderTicket();
  const { record } = (await readCaptureRow(capture_id))!;
  await keepTickets([], Date.now() + YEAR_MS);
  assert.ok(await ticketOf(record));
  await full();
  await keepTickets([], Date.now() + YEAR_MS);
  assert.equal(await ticketOf(record), null);
});
