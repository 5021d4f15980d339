/** Several records, files and results in one request (design §4): their bytes one after another, described by one header. */

import { fromBase64Url, fromHex, joined, toBase64, type Bytes } from "../domain/bytes";
import { NetError, offline } from "./errors";
import { send } from "./http";

/** `signature` is base64url, `sha256` hex, as the records have them. */
export type SentPart =
  | { kind: "record"; body: Bytes; signature: string }
  | { kind: "file"; body: Bytes; sha256: string }
  | { kind: "result"; body: Bytes };

/** What became of one part: what its own call would have answered. */
export type PartAnswer = Readonly<Record<string, unknown>> & { readonly status: number };

/** The slowest line that is still waited for, bytes a millisecond. */
const SLOWEST = 2;
/** Longer than this no body is waited for beside the half minute of an answer: the runner must not take it for standing still. */
const LONGEST_BODY_MS = 120_000;

/** The answers of the parts in their order; throws NetError when the delivery as a whole was not taken. */
export async function postDelivery(token: string, parts: readonly SentPart[]): Promise<PartAnswer[]> {
  const body = joined(...parts.map((part) => part.body));
  const answer = await send("/api/v1/deliveries", {
    method: "POST",
    token,
    body,
    timeoutMs: 30_000 + Math.min(LONGEST_BODY_MS, body.length / SLOWEST),
    headers: { "Content-Type": "application/vnd.anzai.delivery", "Delivery-Parts": parts.map(described).join(", ") },
  });
  const told: unknown = await answer.json().catch(() => null);
  const answers = (told as { parts?: unknown } | null)?.parts;
  if (!Array.isArray(answers) || answers.length !== parts.length || !answers.every(isAnswer))
    throw offline("portal", answer.status);
  return answers;
}

function isAnswer(told: unknown): told is PartAnswer {
  return typeof (told as { status?: unknown } | null)?.status === "number";
}

/** One member of a list of RFC 9651, whose byte sequences are base64 between colons. */
function described(part: SentPart): string {
  const start = `${part.kind};bytes=${part.body.length}`;
  if (part.kind === "record") return `${start};signature=:${toBase64(fromBase64Url(part.signature))}:`;
  return part.kind === "file" ? `${start};sha256=:${toBase64(fromHex(part.sha256))}:` : start;
}

/** The part's answer; throws the NetError that its own call would have thrown. */
export function accepted(answer: PartAnswer): PartAnswer {
  if (answer.status < 400) return answer;
  const code = typeof answer["code"] === "string" ? answer["code"] : `http_${answer.status}`;
  const seconds = answer["retry_after_seconds"];
  const retryAfter = typeof seconds === "number" && seconds > 0 ? seconds : null;
  throw new NetError("problem", code, answer.status, String(answer["detail"] ?? ""), answer, retryAfter);
}

/** The receipt that came with a part, or "" where there is none. */
export function receiptIn(answer: PartAnswer): string {
  return typeof answer["receipt"] === "string" ? answer["receipt"] : "";
}
