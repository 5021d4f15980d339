/** Signed notes, checkpoints, verifier keys and receipts (c2sp.org signed-note, tlog-checkpoint, tlog-proof@v1). */

import { fromBase64, joined, sameBytes, sha256, toHex, utf8, type Bytes } from "./bytes";
import { HASH_BYTES, leafHash, verifyInclusion, type TreeHead } from "./merkle";

const PROOF_HEADER = "c2sp.org/tlog-proof@v1";
const ED25519 = 1;

/** Checks one Ed25519 signature; handed in, so that the curve's code is loaded only when a note comes. */
export type VerifyEd25519 = (signature: Bytes, message: Bytes, publicKey: Bytes) => Promise<boolean>;

export interface VerifierKey {
  name: string;
  key_id: string;
  public_key: Bytes;
}

export interface Checkpoint extends TreeHead {
  origin: string;
  note: string;
}

/** A receipt taken apart; `entry` is the journal entry's bytes, whose hash is the leaf. */
export interface Receipt {
  entry: Bytes;
  index: number;
  proof: Bytes[];
  note: string;
}

/** Reads a vkey: name+hex(key id)+base64(0x01 ‖ public key). Throws unless the id is that of name and key. */
export async function parseVerifierKey(text: string): Promise<VerifierKey> {
  const [, name, key_id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  if (!name || !key_id || !encoded) throw new Error("bad_vkey");
  const bytes = fromBase64(encoded);
  const own = toHex((await sha256(joined(utf8(`${name}\n`), bytes))).slice(0, 4));
  if (bytes.length !== 33 || bytes[0] !== ED25519 || own !== key_id) throw new Error("bad_vkey");
  return { name, key_id, public_key: bytes.slice(1) };
}

/** The text of a note whose signature by `key` is right; throws otherwise. Signatures by others, such as witnesses, are let be. */
export async function openNote(note: string, key: VerifierKey, verify: VerifyEd25519): Promise<string> {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 1 || !note.endsWith("\n")) throw new Error("bad_note");
  const text = note.slice(0, cut + 1);
  for (const line of note.slice(cut + 2, -1).split("\n")) {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (!name || !encoded) throw new Error("bad_note");
    const signed = fromBase64(encoded);
    if (name !== key.name || toHex(signed.slice(0, 4)) !== key.key_id) continue;
    if (await verify(signed.slice(4), utf8(text), key.public_key)) return text;
  }
  throw new Error("note_not_signed");
}

/** A checkpoint with a right signature; throws for any other text. */
export async function openCheckpoint(note: string, key: VerifierKey, verify: VerifyEd25519): Promise<Checkpoint> {
  const lines = (await openNote(note, key, verify)).split("\n");
  const [origin, size, root] = lines;
  if (!origin || !root || lines.length < 4) throw new Error("bad_checkpoint");
  return { origin, size: parseSize(size), root: parseHash(root), note };
}

export function parseReceipt(text: string): Receipt {
  const cut = text.indexOf("\n\n");
  const [header, extra, index, ...proof] = text.slice(0, cut).split("\n");
  if (cut < 0 || header !== PROOF_HEADER || !extra?.startsWith("extra ") || !index?.startsWith("index "))
    throw new Error("bad_receipt");
  return {
    entry: fromBase64(extra.slice(6)),
    index: parseSize(index.slice(6)),
    proof: proof.map(parseHash),
    note: text.slice(cut + 2),
  };
}

export interface OpenReceipt {
  checkpoint: Checkpoint;
  /** The journal entry: `type`, `at`, ids and hashes. */
  entry: Record<string, unknown>;
}

/** What a receipt proves, after its signature and its inclusion have been checked; throws otherwise. */
export async function openReceipt(text: string, key: VerifierKey, verify: VerifyEd25519): Promise<OpenReceipt> {
  const receipt = parseReceipt(text);
  const checkpoint = await openCheckpoint(receipt.note, key, verify);
  const place = { index: receipt.index, size: checkpoint.size };
  const leaf = await leafHash(receipt.entry);
  if (!(await verifyInclusion(place, leaf, receipt.proof, checkpoint.root))) throw new Error("not_included");
  return {
    checkpoint,
    entry: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(receipt.entry)) as Record<string, unknown>,
  };
}

/** Whether two heads alone prove that one log told two histories. */
export function contradict(one: Checkpoint, other: Checkpoint): boolean {
  return one.origin !== other.origin || (one.size === other.size && !sameBytes(one.root, other.root));
}

function parseSize(text: string | undefined): number {
  if (!text || !/^(0|[1-9][0-9]{0,14})$/.test(text)) throw new Error("bad_number");
  return Number(text);
}

function parseHash(text: string): Bytes {
  const bytes = fromBase64(text);
  if (bytes.length !== HASH_BYTES) throw new Error("bad_hash");
  return bytes;
}
