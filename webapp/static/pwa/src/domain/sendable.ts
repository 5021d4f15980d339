/** What was typed, in characters that the office can store. */

/** With the flag `u` a pair is one character: only halves of one are met. */
const HALF_CHARACTER = /[\ud800-\udfff]/gu;
const NUL = /\0/g;

/**
 * The same value with every text in it sendable: half a character (a keyboard or a paste may leave one) becomes U+FFFD, and
 * NUL goes. Neither can be written as UTF-8 into a database, so that the office would refuse all that stands beside it.
 */
export function sendable<Value>(value: Value): Value {
  if (typeof value === "string") return value.replace(NUL, "").replace(HALF_CHARACTER, "\ufffd") as Value;
  if (Array.isArray(value)) return value.map(sendable) as Value;
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sendable(inner)])) as Value;
}
