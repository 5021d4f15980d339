/** An office restored from an older backup has lost tickets: the phone presents them again, and keeps them until nothing may ask for them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { challengeFor, keepTickets, ticketOf } from "../../../webapp/static/pwa/src/store/tickets";
import { readCaptureRow } from "../../../webapp/static/pwa/src/store/captures";
import { problem } from "../net/server";
import { capture } from "../samples";
import { VISIT, beginEachWithAnOffice, full, office, states } from "./with-office";

const YEAR_MS = 365 * 86_400_000;

beginEachWithAnOffice();

async function captureUnderTicket(): Promise<string> {
  await full();
  const challenge = await challengeFor(VISIT);
  assert.ok(challenge);
  const { clock } = capture(VISIT);
  return (await saveCapture(capture(VISIT, "a picture", { challenge, clock: { ...clock, wall: new Date().toISOString() } })))
    .capture_id;
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
