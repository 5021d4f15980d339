/** What tests of whole runs share: a signed-in phone and an office in memory, both new for each test. */

import { afterEach, beforeEach } from "node:test";
import type { SendState } from "../../../webapp/static/pwa/src/domain/sending";
import { listOutbox } from "../../../webapp/static/pwa/src/store/outbox";
import { saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { runOnce } from "../../../webapp/static/pwa/src/sync/run";
import { writeLimits } from "../../../webapp/static/pwa/src/store/settings";
import { capture } from "../samples";
import { freshPhone, signIn } from "../store/fresh";
import { Office } from "./office";

export const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
export const OTHER = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0c";
export let office: Office;

/** Puts an office that knows nothing in place of the present one. */
export function anotherOffice(): void {
  office = new Office();
}

/** To be called once at the top of a file of tests. With `deliveries` the phone knows that the office takes them. */
export function beginEachWithAnOffice({ deliveries = false } = {}): void {
  beforeEach(async () => {
    await freshPhone();
    await signIn();
    anotherOffice();
    if (deliveries) await takeDeliveries();
  });
  afterEach(() => office.restore());
}

export async function takeDeliveries(): Promise<void> {
  office.openDeliveries();
  await writeLimits({ delivery_max_bytes: 4_194_304 });
}

export const full = () => runOnce({ full: true });

/** The state of each kind of item in the outbox, of one visit or of all. */
export async function states(visit_id?: string): Promise<Record<string, SendState>> {
  const items = (await listOutbox()).filter((item) => visit_id === undefined || item.visit_id === visit_id);
  return Object.fromEntries(items.map(({ type, state }) => [type, state]));
}

/** A picture, and a result that rests on it, saved on the phone. */
export async function visitDone(visit_id = VISIT, text = "a picture") {
  const saved = await saveCapture(capture(visit_id, text));
  const { capture_id, record_sha256 } = saved;
  await saveResult({
    visit_id,
    outcome: "eligible",
    attempts: [],
    captures: [{ capture_id, record_sha256 }],
    details: {},
    contact_changes: [],
    note: "",
  });
  return saved;
}
