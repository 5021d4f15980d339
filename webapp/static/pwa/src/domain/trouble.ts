/** Telling apart what keeps the phone from the office, so that each has its own sentence. */

import type { Trouble } from "./sending";

const DAY_MS = 86_400_000;
/** Certificates are renewed at least every few months: a clock this far ahead of the last contact is wrong, or the phone lay still. */
const AHEAD_MS = 200 * DAY_MS;

export interface Hindrance {
  kind: "offline" | "problem";
  code: string;
  status: number;
}

/** What is known of the phone besides the failure. */
export interface PhoneFacts {
  /** Whether the phone has a network at all, as far as the browser knows. */
  has_network: boolean;
  /** Milliseconds since 1970. */
  now: number;
  /** The newest time that the office's clock has shown this phone, or null. */
  server_seen: number | null;
}

/** Null where nothing more can be said than that there is no signal. */
export function troubleOf({ kind, code, status }: Hindrance, phone: PhoneFacts): Trouble | null {
  if (kind === "problem") return troubleOfStatus(status);
  if (code === "portal" || code === "blocked") return code;
  if (!phone.has_network) return null;
  return isClockWrong(phone) ? "clock" : "unreachable";
}

export function troubleOfStatus(status: number): Trouble {
  if (status === 429) return "busy";
  if (status === 507) return "office_full";
  return status >= 502 && status <= 504 ? "maintenance" : "server";
}

/** A secure line is refused, without a word why, when the phone's date lies outside the certificate's days. */
export function isClockWrong({ now, server_seen }: PhoneFacts): boolean {
  return server_seen !== null && (now < server_seen - DAY_MS || now > server_seen + AHEAD_MS);
}
