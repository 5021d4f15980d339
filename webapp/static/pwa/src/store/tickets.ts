/** Tickets fetched ahead, and the challenge that a visit's captures share while its ticket lives. */

import { deriveChallenge } from "../domain/challenge";
import { isAwaitingReceipt, isUnsent } from "../domain/outbox";
import type { Bytes } from "../domain/bytes";
import type { Challenge } from "../domain/capture";
import { changed } from "./changes";
import { read, write } from "./db";
import { readMeta, writeMeta } from "./meta";
import type { TicketRow } from "./schema";
import { readCurrentRow } from "./sessions";
import { correctedNow } from "./settings";

/** A ticket that ends sooner (milliseconds) is not begun with: the visit should end under it. */
const MARGIN_MS = 15 * 60_000;
const KEPT_AFTER_MS = 7 * 86_400_000;

/**
 * The code and the action of a visit. The ticket that its first capture used is used again while it is valid, so that
 * photo and video ask for the same; null when there is no valid ticket, and the capture goes on without, flagged.
 */
export async function challengeFor(visit_id: string): Promise<Challenge | null> {
  const session = await readCurrentRow();
  if (!session) return null;
  const valid = await validTickets(session.worker_id, session.device_kid, await correctedNow());
  const bound = await readMeta<string>(`ticket:${visit_id}`);
  const ticket = valid.find(({ ticket_id }) => ticket_id === bound) ?? valid[valid.length - 1];
  if (!ticket) return null;
  if (ticket.ticket_id !== bound) await writeMeta(`ticket:${visit_id}`, ticket.ticket_id);
  const challenge = await deriveChallenge(ticket.challenge_seed, visit_id);
  return { ...challenge, ticket: { id: ticket.ticket_id, sha256: ticket.sha256 } };
}

/** Of one device, the oldest first; `now` in milliseconds since 1970, corrected. */
export async function validTickets(worker_id: string, device_kid: string, now: number): Promise<TicketRow[]> {
  const rows = await read(["tickets"], (transaction) => transaction.objectStore("tickets").index("worker").getAll(worker_id));
  return rows
    .filter((row) => row.device_kid === device_kid && Date.parse(row.expires_at) - MARGIN_MS > now)
    .sort((one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at));
}

/** When a ticket runs out, RFC 3339; null when it is no longer kept here. */
export async function expiryOf(ticket_id: string): Promise<string | null> {
  return (await read(["tickets"], (transaction) => transaction.objectStore("tickets").get(ticket_id)))?.expires_at ?? null;
}

/** The ticket that a record names; null when it names none, or it is no longer kept here. */
export async function ticketOf(record: Bytes): Promise<TicketRow | null> {
  const { ticket } = JSON.parse(new TextDecoder().decode(record)) as { ticket: { id: string } | null };
  if (!ticket) return null;
  return (await read(["tickets"], (transaction) => transaction.objectStore("tickets").get(ticket.id))) ?? null;
}

/** Adds new tickets and drops long-expired ones, but for those of workers with work here that the office may still ask about. */
export async function keepTickets(tickets: TicketRow[], now: number): Promise<void> {
  await write(["tickets", "outbox"], async (transaction) => {
    const store = transaction.objectStore("tickets");
    for (const ticket of tickets) await store.put(ticket);
    const items = await transaction.objectStore("outbox").getAll();
    const busy = new Set(items.filter((item) => isUnsent(item) || isAwaitingReceipt(item)).map(({ worker_id }) => worker_id));
    for (const row of await store.getAll()) {
      if (Date.parse(row.expires_at) + KEPT_AFTER_MS < now && !busy.has(row.worker_id)) await store.delete(row.ticket_id);
    }
  });
  changed("tickets");
}
