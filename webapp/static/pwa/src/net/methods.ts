/**
 * Getting PATCH, HEAD and DELETE past boxes that let only GET and POST through: the method travels in the header
 * `X-HTTP-Method-Override` of a POST, as tus 1.0.0 ("X-HTTP-Method-Override") provides. What the line did is remembered.
 */

import { NetError } from "./errors";
export type Method = "GET" | "POST" | "PATCH" | "HEAD" | "DELETE";
type Attempt = (method: Method, headers: Record<string, string>) => Promise<Response>;

let isBoxed = false;
let told: (isBoxed: boolean) => void = () => undefined;

/** What was learned of this phone's line before, and who is told when it turns out otherwise. */
export function recallMethods(wasBoxed: boolean, changed: (isBoxed: boolean) => void): void {
  isBoxed = wasBoxed;
  told = changed;
}

/** Sends by the way that last went through; where a foreign answer comes back, by the other. */
export async function carryMethod(method: Method, attempt: Attempt): Promise<Response> {
  if (method === "GET" || method === "POST") return attempt(method, {});
  const ways = { plain: () => attempt(method, {}), boxed: () => attempt("POST", { "X-HTTP-Method-Override": method }) };
  const [first, other] = isBoxed ? [ways.boxed, ways.plain] : [ways.plain, ways.boxed];
  try {
    return await first();
  } catch (error) {
    if (!isForeignAnswer(error)) throw error;
  }
  try {
    const answer = await other();
    learn(!isBoxed);
    return answer;
  } catch (error) {
    // A refusal of our own server has come through as well.
    if (error instanceof NetError && error.kind === "problem") learn(!isBoxed);
    throw error;
  }
}

/** Some boxes break the line off instead of answering: whoever finds that nothing ever comes through tries the other way next. */
export function tryOtherWay(): void {
  learn(!isBoxed);
}

function isForeignAnswer(error: unknown): boolean {
  return error instanceof NetError && error.kind === "offline" && (error.code === "portal" || error.code === "blocked");
}

function learn(now: boolean): void {
  isBoxed = now;
  told(now);
}
