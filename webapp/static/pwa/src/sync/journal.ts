/** The phone as a witness: one pinned key, the newest checkpoint it saw, and a proof that every later one continues it. */

import {
  contradict,
  openCheckpoint,
  openReceipt,
  parseVerifierKey,
  type Checkpoint,
  type OpenReceipt,
  type VerifierKey,
} from "../domain/notes";
import { verifyConsistency } from "../domain/merkle";
import { getCheckpoint, getConsistency, getJournalKey, getRestores } from "../net/api";
import { readMeta, writeMeta } from "../store/meta";
import { verifyEd25519 } from "./ed25519";
import { correctedNow } from "../store/settings";
import { NetError } from "../net/errors";
import { sendAllAgain } from "../store/resending";
import { forgetCursors } from "../store/sessions";
import { report } from "./state";

/** The journal contradicts what this phone has seen. Kept for ever: it is evidence against the operator. */
export class JournalBroken extends Error {
  constructor(readonly reason: string) {
    super(`journal_broken ${reason}`);
  }
}

/** Runs a check of the journal; a broken journal is said aloud and stops no upload, for the evidence must get out. */
export async function guardJournal<Answer>(check: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof JournalBroken)) throw error;
    report({ trouble: "journal_broken" });
    return null;
  }
}

export interface Breach {
  at: string;
  reason: string;
  held: string;
  seen: string;
}

/** The key is pinned at the first contact; a server that shows another one later is not believed. */
async function pinnedKey(): Promise<VerifierKey> {
  const kept = await readMeta<string>("journal_key");
  if (kept) return parseVerifierKey(kept);
  const fresh = await getJournalKey();
  const key = await parseVerifierKey(fresh);
  await writeMeta("journal_key", fresh);
  return key;
}

/** Asks for the newest checkpoint and adopts it. Throws JournalBroken, NetError. */
export async function checkJournal(): Promise<void> {
  await adopt(await getCheckpoint());
}

/** Takes over a checkpoint after its signature and its consistency with the one held were verified. Throws JournalBroken, NetError. */
export async function adopt(note: string): Promise<void> {
  const key = await pinnedKey();
  const seen = await openCheckpoint(note, key, verifyEd25519).catch(() => null);
  const kept = await readMeta<string>("checkpoint");
  if (!seen) return breach("signature", kept ?? "", note);
  const held = kept ? await openCheckpoint(kept, key, verifyEd25519) : null;
  if (held && !(await continues(held, seen))) return setBack(held, seen);
  if (!held || seen.size > held.size) await writeMeta("checkpoint", note);
  await writeMeta("checkpoint_at", await correctedNow());
}

/**
 * The journal is not the one that this phone holds. Whatever the reason, all that had arrived goes again and the list is read
 * anew. Only a restore that the office has recorded in the journal itself ends the distrust; both checkpoints are kept.
 */
async function setBack(held: Checkpoint, seen: Checkpoint): Promise<void> {
  const restore = await recordedRestore(seen);
  // Once for a breach, and once more when it is explained: what came meanwhile may have been sent to either history.
  if (restore || !(await readBreach())) {
    await sendAllAgain();
    await forgetCursors();
  }
  if (!restore) return breach("consistency", held.note, seen.note);
  const known = (await readMeta<SetBack[]>("journal_restores")) ?? [];
  await writeMeta("journal_restores", [
    ...known,
    { at: new Date().toISOString(), held: held.note, receipt: restore.text, entry: restore.entry },
  ]);
  await writeMeta("checkpoint", restore.checkpoint);
  await writeMeta("checkpoint_at", await correctedNow());
  await writeMeta("journal_breach", null);
  report({ trouble: null });
}

/** A lawful end of a history that this phone had seen: what it held, and the journal's own entry about it. */
export interface SetBack {
  at: string;
  held: string;
  receipt: string;
  entry: string;
}

/** When this phone found the newest restore that the office recorded; null if there was none. */
export async function lastRestore(): Promise<string | null> {
  const known = (await readMeta<SetBack[]>("journal_restores")) ?? [];
  return known.at(-1)?.at ?? null;
}

interface Restore {
  text: string;
  entry: string;
  checkpoint: string;
}

/**
 * The entry that says that the journal was restored. It must have been made after this phone last saw its history go on, both
 * by the office's clock: an older entry belongs to that history and explains nothing.
 */
async function recordedRestore(seen: Checkpoint): Promise<Restore | null> {
  const last_seen = (await readMeta<number>("checkpoint_at")) ?? 0;
  for (const text of (await getRestores()).reverse()) {
    const { entry, checkpoint } = await provenBy(text);
    const name = JSON.stringify(entry);
    const isLater = entry["type"] === "journal_restored" && Date.parse(String(entry["at"])) > last_seen;
    if (isLater && (await continues(checkpoint, seen))) return { text, entry: name, checkpoint: checkpoint.note };
  }
  return null;
}

/** Whether two checkpoints belong to one history, whichever is the older. */
async function continues(held: Checkpoint, seen: Checkpoint): Promise<boolean> {
  if (contradict(held, seen)) return false;
  if (held.size === seen.size || held.size === 0 || seen.size === 0) return true;
  const [older, newer] = held.size < seen.size ? [held, seen] : [seen, held];
  const hashes = await getConsistency(older.size, newer.size).catch(unlessShorter);
  return hashes !== null && verifyConsistency(older, newer, hashes);
}

/** A journal that is shorter than a checkpoint of its own was set back, and no proof can be had. */
function unlessShorter(error: unknown): null {
  if (error instanceof NetError && error.code === "journal_size_unknown") return null;
  throw error;
}

async function breach(reason: string, held: string, seen: string): Promise<never> {
  const found: Breach = { at: new Date().toISOString(), reason, held, seen };
  if (!(await readBreach())) await writeMeta("journal_breach", found);
  throw new JournalBroken(reason);
}

/** The first contradiction that this phone saw, or null. */
export function readBreach(): Promise<Breach | null> {
  return readMeta<Breach>("journal_breach");
}

/** What a receipt proves by its own checkpoint; throws JournalBroken when it proves nothing. */
export async function provenBy(receipt: string): Promise<OpenReceipt> {
  const key = await pinnedKey();
  try {
    return await openReceipt(receipt, key, verifyEd25519);
  } catch (error) {
    throw new JournalBroken(`receipt ${error instanceof Error ? error.message : ""}`);
  }
}
