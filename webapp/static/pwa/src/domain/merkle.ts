/** Checking proofs of the journal's Merkle tree (RFC 9162 §2.1.3.2 and §2.1.4.2, hashes as in RFC 6962 §2.1). */

import { joined, sameBytes, sha256, type Bytes } from "./bytes";

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(joined(LEAF, entry));
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(joined(NODE, left, right));
}

/** Sizes stay below 2^53, where `>>` would cut at 2^31: halves are taken by division. */
const half = (number: number): number => Math.floor(number / 2);
const isOdd = (number: number): boolean => number % 2 === 1;

export async function verifyInclusion(
  place: { index: number; size: number },
  leaf: Bytes,
  proof: readonly Bytes[],
  root: Bytes,
): Promise<boolean> {
  let [at, last, hash] = [place.index, place.size - 1, leaf];
  if (!(at >= 0 && at <= last)) return false;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = await nodeHash(sibling, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = await nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(hash, root);
}

export interface TreeHead {
  size: number;
  root: Bytes;
}

/** Whether the tree of `older` is the beginning of that of `newer`. */
export async function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Bytes[]): Promise<boolean> {
  if (older.size > newer.size || older.size < 0) return false;
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0;
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : [...proof];
  return path.length > 0 && climb(older, newer, path);
}

async function climb(older: TreeHead, newer: TreeHead, path: readonly Bytes[]): Promise<boolean> {
  let [at, last] = [older.size - 1, newer.size - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [oldRoot, newRoot] = [path[0]!, path[0]!];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      [oldRoot, newRoot] = [await nodeHash(sibling, oldRoot), await nodeHash(sibling, newRoot)];
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else newRoot = await nodeHash(newRoot, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(oldRoot, older.root) && sameBytes(newRoot, newer.root);
}

function isPowerOfTwo(number: number): boolean {
  let rest = number;
  while (rest > 1 && !isOdd(rest)) rest = half(rest);
  return rest === 1;
}
