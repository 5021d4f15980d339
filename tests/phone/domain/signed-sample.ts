/** A sample of the contract: a record's very bytes, its hash and its signature. */

import assert from "node:assert/strict";
import { fromBase64Url, sha256Hex, utf8, type Bytes } from "../../../webapp/static/pwa/src/domain/bytes";
import { signedBytes } from "../../../webapp/static/pwa/src/domain/record";

export const CURVE = { name: "ECDSA", namedCurve: "P-256" };

export interface SignedSample {
  name: string;
  record: string;
  sha256: string;
  signature: string;
}

/** Demands that a record is the sample, byte for byte, and that the sample's signature fits its key. */
export async function assertIsSample(record: Bytes, sample: SignedSample, publicKey: JsonWebKey): Promise<void> {
  assert.equal(new TextDecoder().decode(record), sample.record);
  assert.equal(await sha256Hex(record), sample.sha256);
  const key = await crypto.subtle.importKey("jwk", publicKey, CURVE, false, ["verify"]);
  const signed = signedBytes(utf8(sample.record));
  assert.ok(await crypto.subtle.verify({ ...CURVE, hash: "SHA-256" }, key, fromBase64Url(sample.signature), signed));
}
