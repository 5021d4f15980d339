/** Proofs, notes and receipts against the public vectors and the journal's own samples. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, utf8, type Bytes } from "../../../webapp/static/pwa/src/domain/bytes";
import { leafHash, verifyConsistency, verifyInclusion } from "../../../webapp/static/pwa/src/domain/merkle";
import {
  openCheckpoint,
  openNote,
  openReceipt,
  parseReceipt,
  parseVerifierKey,
} from "../../../webapp/static/pwa/src/domain/notes";
import { verifyEd25519 } from "../../../webapp/static/pwa/src/sync/ed25519";
import { contract } from "../contracts";

interface Tree {
  empty_root: string;
  leaves: string[];
  roots: string[];
  inclusion: { index: number; size: number; proof: string[] }[];
  consistency: { from: number; to: number; proof: string[] }[];
}
interface Tlog {
  golang: { verifier_key: string; note: string };
  verifier_key: string;
  entries: string[];
  checkpoints: { size: number; note: string }[];
  receipt: { index: number; entry: string; text: string };
}
const tree = contract<Tree>("rfc6962");
const tlog = contract<Tlog>("tlog");
const leaf = (at: number): Promise<Bytes> => leafHash(fromHex(tree.leaves[at]!));
const root = (size: number): Bytes => fromHex(size ? tree.roots[size - 1]! : tree.empty_root);

/** Every proof, and every way to spoil it by one bit, one hash too many or too few. */
function spoilt(proof: Bytes[]): Bytes[][] {
  const flipped = proof.map((_, at) =>
    proof.map((hash, other) => (at === other ? Uint8Array.from(hash, (byte, i) => (i ? byte : byte ^ 1)) : hash)),
  );
  return [...flipped, [...proof, root(1)], ...(proof.length ? [proof.slice(1), proof.slice(0, -1)] : [])];
}

test("inclusion: the public proofs hold, spoilt ones do not", async () => {
  for (const { index, size, proof } of tree.inclusion) {
    const hashes = proof.map(fromHex);
    assert.ok(await verifyInclusion({ index, size }, await leaf(index), hashes, root(size)));
    for (const wrong of spoilt(hashes))
      assert.ok(!(await verifyInclusion({ index, size }, await leaf(index), wrong, root(size))));
    assert.ok(!(await verifyInclusion({ index: size, size }, await leaf(index), hashes, root(size))));
  }
});

test("consistency: the public proofs hold, spoilt ones do not", async () => {
  for (const { from, to, proof } of tree.consistency) {
    const [older, newer] = [
      { size: from, root: root(from) },
      { size: to, root: root(to) },
    ];
    const hashes = proof.map(fromHex);
    assert.ok(await verifyConsistency(older, newer, hashes), `${from} ${to}`);
    for (const wrong of spoilt(hashes)) assert.ok(!(await verifyConsistency(older, newer, wrong)));
    if (from && from !== to) assert.ok(!(await verifyConsistency({ size: from, root: root(from === 1 ? 2 : 1) }, newer, hashes)));
  }
});

test("a tree of one size has one root, and a smaller one does not continue a larger", async () => {
  assert.ok(await verifyConsistency({ size: 3, root: root(3) }, { size: 3, root: root(3) }, []));
  assert.ok(!(await verifyConsistency({ size: 3, root: root(3) }, { size: 3, root: root(4) }, [])));
  assert.ok(!(await verifyConsistency({ size: 4, root: root(4) }, { size: 3, root: root(3) }, [])));
});

test("notes are opened with the right key only", async () => {
  const golang = await parseVerifierKey(tlog.golang.verifier_key);
  const own = await parseVerifierKey(tlog.verifier_key);
  assert.match(await openNote(tlog.golang.note, golang, verifyEd25519), /./);
  for (const { size, note } of tlog.checkpoints) {
    assert.equal((await openCheckpoint(note, own, verifyEd25519)).size, size);
    await assert.rejects(openCheckpoint(note, golang, verifyEd25519), /note_not_signed/);
    await assert.rejects(openCheckpoint(note.replace(`\n${size}\n`, `\n${size + 1}\n`), own, verifyEd25519), /note_not_signed/);
  }
  await assert.rejects(parseVerifierKey(tlog.verifier_key.replace("+20", "+21")), /bad_vkey/);
});

test("a receipt proves its entry, and nothing else", async () => {
  const key = await parseVerifierKey(tlog.verifier_key);
  const { entry } = await openReceipt(tlog.receipt.text, key, verifyEd25519);
  assert.deepEqual(entry, JSON.parse(tlog.receipt.entry));
  const forged = btoa(tlog.receipt.entry.replace("capture", "captura"));
  await assert.rejects(
    openReceipt(tlog.receipt.text.replace(/extra \S+/, `extra ${forged}`), key, verifyEd25519),
    /not_included/,
  );
  const elsewhere = tlog.receipt.index ? 0 : 1;
  await assert.rejects(
    openReceipt(tlog.receipt.text.replace(/index \d+/, `index ${elsewhere}`), key, verifyEd25519),
    /not_included/,
  );
  assert.throws(() => parseReceipt("c2sp.org/tlog-proof@v2\nextra \nindex 0\n\nx\n"), /bad_receipt/);
});

test("Ed25519: the library answers as the browser does", async () => {
  const key = await parseVerifierKey(tlog.verifier_key);
  const { verifyAsync } = await import("@noble/ed25519");
  const { note } = tlog.checkpoints[tlog.checkpoints.length - 1]!;
  const cut = note.lastIndexOf("\n\n");
  const signed = Uint8Array.from(
    atob(
      note
        .slice(cut + 2)
        .trim()
        .split(" ")[2]!,
    ),
    (c) => c.charCodeAt(0),
  ).slice(4);
  assert.ok(await verifyAsync(signed, utf8(note.slice(0, cut + 1)), key.public_key, { zip215: false }));
});
