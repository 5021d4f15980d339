/** One request to our own server: with a time limit, and with the proof that it was our server that answered. */

import { NetError, offline, problemOf } from "./errors";
import { carryMethod, type Method } from "./methods";

export interface Ask {
  method?: Method;
  token?: string | null;
  headers?: Record<string, string>;
  body?: BodyInit;
  timeoutMs?: number;
  /** Whether the server's cookie goes along and is kept: the one by which this phone is known when strangers guess the password. */
  knowsPhone?: boolean;
  /** What our server sends for this call; anything else is a captive portal's page. Null where there is no body. */
  expects?: RegExp | null;
}

const PATIENCE_MS = 20_000;
export const JSON_TYPE = /^application\/json/;
export const TEXT_TYPE = /^text\/plain/;

/** The language of the screens, in which the server's sentences are wanted; not the browser's, which may be another. */
let languageOfScreens: () => string = () => "zh-Hans";

export function answerIn(language: () => string): void {
  languageOfScreens = language;
}

/** The server's clock as its `Date` header told it; `rtt` bounds the error. Milliseconds. */
export interface Contact {
  server_ms: number;
  phone_ms: number;
  rtt_ms: number;
}
const contacts = new Set<(contact: Contact) => void>();

export function onContact(called: (contact: Contact) => void): void {
  contacts.add(called);
}

let steps = 0;

/** Grows whenever a request begins or ends: by this it is known that sending still lives. */
export function requestSteps(): number {
  return steps;
}

/** The answer, whose status is below 400; throws NetError otherwise. */
export async function send(path: string, ask: Ask = {}): Promise<Response> {
  return carryMethod(ask.method ?? "GET", (method, headers) =>
    request(path, { ...ask, method, headers: { ...ask.headers, ...headers } }),
  );
}

async function request(path: string, ask: Ask): Promise<Response> {
  const { method = "GET", token, headers = {}, body, timeoutMs = PATIENCE_MS, knowsPhone = false } = ask;
  const abort = new AbortController();
  let isLate = false;
  const limit = setTimeout(() => ((isLate = true), abort.abort()), timeoutMs);
  const started = Date.now();
  steps++;
  try {
    // A redirect or a foreign page is a captive portal's: our API never redirects.
    const answer = await fetch(path, {
      method,
      signal: abort.signal,
      cache: "no-store",
      credentials: knowsPhone ? "same-origin" : "omit",
      redirect: "manual",
      headers: { "Accept-Language": languageOfScreens(), ...headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body }),
    });
    return await checked(answer, ask, started);
  } catch (error) {
    if (error instanceof NetError) throw error;
    throw offline(isLate ? "timeout" : "no_answer");
  } finally {
    clearTimeout(limit);
    steps++;
  }
}

async function checked(answer: Response, ask: Ask, started: number): Promise<Response> {
  if (answer.type === "opaqueredirect" || (answer.status >= 300 && answer.status < 400)) throw offline("portal");
  if (answer.status >= 400) {
    const problem = await problemOf(answer);
    if (isForeign(answer, problem)) throw offline(answer.status === 511 ? "portal" : "blocked", answer.status);
    noteContact(answer, started);
    throw problem;
  }
  if (!isExpected(answer, ask)) throw offline("portal", answer.status);
  // The body is read within the time limit, so that a line that dies half-way is noticed.
  const whole = answer.body && ask.expects !== null ? new Response(await answer.arrayBuffer(), answer) : answer;
  noteContact(answer, started);
  return whole;
}

/** A proxy's or a portal's page with an error status says nothing about our work; what stands before our own server speaks of its health. */
function isForeign(answer: Response, problem: NetError): boolean {
  if (!problem.code.startsWith("http_") || answer.headers.get("Tus-Resumable")) return false;
  return [501, 511].includes(answer.status) || (answer.status < 500 && ![408, 429].includes(answer.status));
}

/** Where our answer has no body, its status or the protocol's own header must show that it is ours. */
function isExpected(answer: Response, { expects = JSON_TYPE, headers = {} }: Ask): boolean {
  if (expects) return expects.test(answer.headers.get("Content-Type") ?? "");
  return "Tus-Resumable" in headers ? answer.headers.has("Tus-Resumable") : answer.status === 204;
}

function noteContact(answer: Response, started: number): void {
  const date = Date.parse(answer.headers.get("Date") ?? "");
  const ended = Date.now();
  if (Number.isNaN(date)) return;
  // The header has whole seconds: half a second is the best guess of what it left out.
  const contact = { server_ms: date + 500, phone_ms: (started + ended) / 2, rtt_ms: ended - started };
  for (const called of contacts) called(contact);
}
