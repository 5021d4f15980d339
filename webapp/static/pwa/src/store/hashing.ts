/** SHA-256 of a file of any size with little memory. */

import { sha256Hex, toHex, type Bytes } from "../domain/bytes";

/** Up to this size WebCrypto takes the whole, which is fastest and native; a 15-second video stays below it. */
const WHOLE_BYTES = 16 * 1024 * 1024;
const SLICE_BYTES = 4 * 1024 * 1024;

/** Hex. Larger files go slice by slice through a script: WebCrypto cannot stream, and WebAssembly is against our content policy. */
export async function hashBlob(blob: Blob): Promise<string> {
  if (blob.size <= WHOLE_BYTES) return sha256Hex(new Uint8Array(await blob.arrayBuffer()) as Bytes);
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const hash = sha256.create();
  for (let at = 0; at < blob.size; at += SLICE_BYTES)
    hash.update(new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
  return toHex(hash.digest());
}
