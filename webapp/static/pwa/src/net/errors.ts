/** What can go wrong on the way to the server, and what the server itself refused. */

/** offline: nothing that is ours answered; problem: the server did, with a stable code. */
export type NetKind = "offline" | "problem";

export class NetError extends Error {
  constructor(
    readonly kind: NetKind,
    readonly code: string,
    readonly status: number = 0,
    readonly detail: string = "",
    readonly facts: Readonly<Record<string, unknown>> = {},
    /** Seconds that the server asks to wait, or null. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${kind} ${status} ${code}`);
    this.name = "NetError";
  }
}

/**
 * `portal`: a page of the network's own stood in for our answer; `blocked`: a box on the way refused the request; both are
 * known by their status, or 0 for a redirect.
 */
export function offline(code: "no_answer" | "timeout" | "portal" | "blocked", status = 0): NetError {
  return new NetError("offline", code, status);
}

/** Reads an RFC 9457 answer; whatever else answers with an error is known by its status alone. */
export async function problemOf(answer: Response): Promise<NetError> {
  const retryAfter = secondsOf(answer.headers.get("Retry-After") ?? "");
  const isProblem = /^application\/(problem\+)?json/.test(answer.headers.get("Content-Type") ?? "");
  const body = isProblem ? ((await answer.json().catch(() => ({}))) as Record<string, unknown>) : {};
  const code = typeof body["code"] === "string" ? body["code"] : `http_${answer.status}`;
  return new NetError("problem", code, answer.status, String(body["detail"] ?? ""), body, retryAfter);
}

/** RFC 9110 §10.2.3: seconds, or a date; null when it says neither or a time that has passed. */
function secondsOf(text: string): number | null {
  const wait = /^\s*\d+\s*$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(wait) && wait > 0 ? wait : null;
}
