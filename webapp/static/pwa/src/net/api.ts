/** The calls of the HTTP API (design §4), typed; uploads have a file of their own. */

import { fromBase64, type Bytes } from "../domain/bytes";
import type { Pack } from "../domain/pack";
import type { Worker } from "../domain/session";
import { NetError, offline } from "./errors";
import { send, TEXT_TYPE, type Ask } from "./http";

const BASE = "/api/v1";

async function json<Answer>(
  path: string,
  token: string | null,
  body?: unknown,
  more: Pick<Ask, "knowsPhone"> = {},
): Promise<Answer> {
  const ask =
    body === undefined
      ? {}
      : { method: "POST" as const, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await send(BASE + path, { token, ...ask, ...more });
  try {
    return (await answer.json()) as Answer;
  } catch {
    // Whatever calls itself JSON and is none was not written by our server.
    throw offline("portal", answer.status);
  }
}

async function text(path: string, token: string | null = null): Promise<string> {
  return (await send(BASE + path, { token, expects: TEXT_TYPE })).text();
}

export interface EnrolRequest {
  username: string;
  password: string;
  otp?: string;
  name: string;
  public_key: JsonWebKey;
  /** "desk" for a browser of an office; a phone is meant where nothing is said. */
  kind?: "phone" | "desk";
}

export interface EnrolAnswer {
  device_kid: string;
  token: string;
  worker: Worker;
  server_time: string;
  /** True when somebody else set the password; offices of before do not say. */
  password_change_due?: boolean;
}

export function postDevice(request: EnrolRequest): Promise<EnrolAnswer> {
  return json("/devices", null, request, { knowsPhone: true });
}

/** Changes the worker's own password; phones stay enrolled. */
export async function postPassword(token: string, present: string, wanted: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await send(`${BASE}/password`, { method: "POST", token, headers, body: JSON.stringify({ present, wanted }), expects: null });
}

/** Says that another phone enrolled in the worker's name is the worker's own. */
export async function confirmDevice(token: string, device_kid: string): Promise<void> {
  await send(`${BASE}/devices/${device_kid}/confirmation`, { method: "POST", token, expects: null });
}

/** Stops a phone that was enrolled in the worker's name. */
export async function revokeDevice(token: string, device_kid: string): Promise<void> {
  await send(`${BASE}/devices/${device_kid}`, { method: "DELETE", token, expects: null });
}

export function getPack(token: string, cursor: string): Promise<Pack> {
  return json(`/pack?cursor=${encodeURIComponent(cursor)}`, token);
}

export interface TicketAnswer {
  ticket: string;
  sha256: string;
  ticket_id: string;
  expires_at: string;
  challenge_seed: string;
}

export function postTickets(token: string, count: number): Promise<TicketAnswer[]> {
  return json("/tickets", token, { count });
}

/**
 * Sends the record's own bytes; the answer is the receipt of its commit, whether it was new or known. `ticket` is the signed
 * ticket that the record names, for an office that has lost it.
 */
export async function postCapture(
  token: string,
  record: Bytes,
  signature: string,
  ticket: string | null = null,
): Promise<string> {
  const presented = ticket ? { "Capture-Ticket": ticket } : {};
  const headers = { "Content-Type": "application/vnd.anzai.capture+json", "Capture-Signature": signature, ...presented };
  return (await send(`${BASE}/captures`, { method: "POST", token, headers, body: record, expects: TEXT_TYPE })).text();
}

/** The receipt once every byte is stored and verified; until then what is missing, as SHA-256 in hex. */
export async function getCaptureReceipt(token: string, capture_id: string): Promise<{ receipt: string } | { missing: string[] }> {
  const answer = await send(`${BASE}/captures/${capture_id}/receipt`, { token, expects: /^(text\/plain|application\/json)/ });
  if (answer.status === 202) return { missing: missingOf((await answer.json()) as { missing?: unknown }) };
  return { receipt: await answer.text() };
}

/** The server names missing files by their hash, alone or in an object. */
function missingOf({ missing }: { missing?: unknown }): string[] {
  const entries = Array.isArray(missing) ? (missing as unknown[]) : [];
  return entries.map((entry) =>
    typeof entry === "string" ? entry : String((entry as { sha256?: unknown } | null)?.sha256 ?? ""),
  );
}

/** Throws `portal` unless it was the office that answered: whoever stands between may answer anything in JSON. */
export async function postAttempts(token: string, body: unknown): Promise<void> {
  const answer = await json<{ added?: unknown } | null>("/attempts", token, body);
  if (typeof answer?.added !== "number") throw offline("portal", 200);
}

export interface ResultAnswer {
  result_id?: string;
  state?: string;
}

export function postResult(token: string, body: unknown): Promise<ResultAnswer> {
  return json("/results", token, body);
}

export function getJournalKey(): Promise<string> {
  return text("/journal/key");
}

export function getCheckpoint(): Promise<string> {
  return text("/journal/checkpoint");
}

export async function getConsistency(from: number, to: number): Promise<Bytes[]> {
  const { hashes } = await json<{ hashes: string[] }>(`/journal/consistency?from=${from}&to=${to}`, null);
  return hashes.map(fromBase64);
}

/** The receipts of the entries by which the office recorded that its database was restored, the newest last; offices of before have none. */
export async function getRestores(): Promise<string[]> {
  try {
    return (await json<{ receipts: string[] }>("/journal/restores", null)).receipts;
  } catch (error) {
    if (error instanceof NetError && error.status === 404) return [];
    throw error;
  }
}

/** Last year's small picture, by the path that the pack gave. */
export async function getPhoto(token: string, path: string): Promise<ArrayBuffer> {
  return (await send(path, { token, expects: /^image\// })).arrayBuffer();
}
