/** Keeps a fresh ticket at hand, so that captures of the next offline days have their lower bound of time. Throws NetError. */

import { sha256Hex, fromBase64Url } from "../domain/bytes";
import { postTickets } from "../net/api";
import { correctedNow } from "../store/settings";
import { keepTickets, validTickets } from "../store/tickets";
import type { WorkerSession } from "./turn";

/** The fresher the ticket, the tighter the provable interval; every four hours is a good one without filling the journal. */
const FRESH_MS = 4 * 3_600_000;
/** One ticket serves many visits, for each visit's challenge grows from its own id; the second is a reserve. */
const COUNT = 2;

export async function topUpTickets({ session, token }: WorkerSession): Promise<void> {
  const { worker_id, device_kid } = session;
  const now = await correctedNow();
  const valid = await validTickets(worker_id, device_kid, now);
  if (valid.some(({ fetched_at }) => Math.abs(now - fetched_at) < FRESH_MS)) return;
  const answers = await postTickets(token, COUNT);
  const rows = answers.map((answer) => ({ ...answer, worker_id, device_kid, fetched_at: now }));
  // A ticket whose hash does not fit would make every capture under it refused.
  const right = await Promise.all(rows.map(async ({ ticket, sha256 }) => (await sha256Hex(fromBase64Url(ticket))) === sha256));
  await keepTickets(
    rows.filter((_, at) => right[at]),
    now,
  );
}
