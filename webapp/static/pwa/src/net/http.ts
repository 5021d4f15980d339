/** One request to our own server: with a time limit, and with the proof that it was our server that answered. */

import { offline, problemOf } from "./errors";

export interface Ask {
  method?: "GET" | "POST" | "PATCH" | "HEAD" | "DELETE";
  token?: string | null;
  headers?: Record<string, string>;
  body?: BodyInit;
  timeoutMs?: number;
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

/** The answer, whose status is below 400; throws NetError otherwise. */
export async function send(path: string, ask: Ask = {}): Promise<Response> {
  const { method = "GET", token, headers = {}, body, timeoutMs = PATIENCE_MS, expects = JSON_TYPE } = ask;
  const abort = new AbortController();
  let isLate = false;
  const limit = setTimeout(() => ((isLate = true), abort.abort()), timeoutMs);
  const started = Date.now();
  try {
    // A redirect or a foreign page is a captive portal's: our API never redirects.
    const answer = await fetch(path, {
      method, signal: abort.signal, cache: "no-store", credentials: "omit", redirect: "error",
      headers: { "Accept-Language": languageOfScreens(), ...headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body }),
    });
    return await checked(answer, expects, started);
  } catch (error) {
    if (error instanceof Error && error.name === "NetError") throw error;
    throw offline(isLate ? "timeout" : "no_answer");
  } finally {
    clearTimeout(limit);
  }
}

async function checked(answer: Response, expects: RegExp | null, started: number): Promise<Response> {
  if (answer.status >= 400) {
    const problem = await problemOf(answer);
    // A proxy's or a portal's page with an error status says nothing about our work.
    if (problem.code.startsWith("http_") && answer.status < 500 && !answer.headers.get("Tus-Resumable")) throw offline("not_ours");
    noteContact(answer, started);
    throw problem;
  }
  if (expects && !expects.test(answer.headers.get("Content-Type") ?? "")) throw offline("not_ours");
  // The body is read within the time limit, so that a line that dies half-way is noticed.
  const whole = answer.body && expects ? new Response(await answer.arrayBuffer(), answer) : answer;
  noteContact(answer, started);
  return whole;
}

function noteContact(answer: Response, started: number): void {
  const date = Date.parse(answer.headers.get("Date") ?? "");
  const ended = Date.now();
  if (Number.isNaN(date)) return;
  // The header has whole seconds: half a second is the best guess of what it left out.
  const contact = { server_ms: date + 500, phone_ms: (started + ended) / 2, rtt_ms: ended - started };
  for (const called of contacts) called(contact);
}
