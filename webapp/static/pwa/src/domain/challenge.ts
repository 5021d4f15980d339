/** The challenge of a capture: a code and an action that nobody knew before the ticket (`webapp/evidence/records/challenge.py`). */

import { CHALLENGE_ACTIONS, type ChallengeAction } from "./codes";
import { fromBase64Url, utf8 } from "./bytes";

/**
 * HMAC-SHA256 under the ticket's seed (base64url, 32 bytes) over the visit's id as lower-case text: bytes 0–3,
 * big-endian, modulo 10,000 are the code; byte 4 modulo 4 picks the action.
 */
export async function deriveChallenge(seed: string, visit_id: string): Promise<{ code: string; action: ChallengeAction }> {
  const key = await crypto.subtle.importKey("raw", fromBase64Url(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, utf8(visit_id.toLowerCase()));
  const view = new DataView(digest);
  const action = CHALLENGE_ACTIONS[view.getUint8(4) % CHALLENGE_ACTIONS.length]!;
  return { code: String(view.getUint32(0) % 10_000).padStart(4, "0"), action };
}
