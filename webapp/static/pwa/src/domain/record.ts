/** Capture records: bytes made once, hashed, signed and sent as those bytes for ever (evidence §1.4). */

import { joined, sha256Hex, toBase64Url, utf8, type Bytes } from "./bytes";
import type { CaptureInput, MediaFact } from "./capture";

export const FIRST_PREV = "0".repeat(64);
const SIGNATURE_PREFIX = "anzai-capture-v1\n";

/** What the store knows and the screen does not: who, which phone, and the place in its chain. */
export interface RecordFrame {
  capture_id: string;
  worker_id: string;
  device_kid: string;
  /** 1 for the first record of a device. */
  seq: number;
  prev: string;
  media: MediaFact[];
}

/** What records of every version say in the same way, and what their makers give for it. */
export type SharedInput = Omit<CaptureInput, "visit_id" | "subject_ref" | "media">;
export type SharedFrame = Omit<RecordFrame, "worker_id">;

export function buildRecord(input: CaptureInput, frame: RecordFrame): Bytes {
  return utf8(
    JSON.stringify({
      v: 1,
      kind: input.kind,
      capture_id: frame.capture_id,
      visit_id: input.visit_id,
      subject_ref: input.subject_ref,
      worker_id: frame.worker_id,
      ...sharedMembers(input, frame),
    }),
  );
}

/** The members that records of every version end with, in their order. */
export function sharedMembers(input: SharedInput, frame: SharedFrame): object {
  const { challenge } = input;
  const flags = challenge || input.flags.includes("no_ticket") ? input.flags : [...input.flags, "no_ticket"];
  return {
    device_kid: frame.device_kid,
    seq: frame.seq,
    prev: frame.prev,
    ticket: challenge && { id: challenge.ticket.id, sha256: challenge.ticket.sha256 },
    challenge: challenge && { code: challenge.code, action: challenge.action },
    media: frame.media,
    clock: input.clock,
    position: input.position,
    app_build: input.app_build,
    flags,
  };
}

/** What ES256 signs: a line that no other protocol begins with, then the record's bytes. */
export function signedBytes(record: Bytes): Bytes {
  return joined(utf8(SIGNATURE_PREFIX), record);
}

/** Raw r‖s in base64url. WebCrypto gives that form already; DER would be longer than 64 bytes. */
export async function signRecord(key: CryptoKey, record: Bytes): Promise<string> {
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, signedBytes(record));
  if (signature.byteLength !== 64) throw new Error("signature_not_raw");
  return toBase64Url(new Uint8Array(signature));
}

/** The RFC 7638 thumbprint of a P-256 public key: the phone's name among devices. */
export async function thumbprint(jwk: JsonWebKey): Promise<string> {
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(canonical))));
}

export const recordHash = sha256Hex;
