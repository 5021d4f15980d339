/** The phone as a witness: one pinned key, the newest checkpoint it saw, and a proof that every later one continues it. */

import { contradict, openCheckpoint, openReceipt, parseVerifierKey, type Checkpoint, type OpenReceipt, type VerifierKey } from "../domain/notes";
import { verifyConsistency } from "../domain/merkle";
import { getCheckpoint, getConsistency, getJournalKey } from "../net/api";
import { readMeta, writeMeta } from "../store/meta";
import { verifyEd25519 } from "./ed25519";
import { report } from "./state";

/** The journal contradicts what this phone has seen. Kept for ever: it is evidence against the operator. */
export class JournalBroken extends Error {
  constructor(readonly reason: string) {
    super(`journal_broken ${reason}`);
  }
}

/** Runs a check of the journal; a broken journal is said aloud and stops no upload, for the evidence must get out. */
export async function believing<Answer>(check: () => Promise<Answer>): Promise<Answer | null> {
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
  if (held && !(await continues(held, seen))) return breach("consistency", held.note, note);
  if (!held || seen.size > held.size) await writeMeta("checkpoint", note);
}

/** Whether two checkpoints belong to one history, whichever is the older. */
async function continues(held: Checkpoint, seen: Checkpoint): Promise<boolean> {
  if (contradict(held, seen)) return false;
  if (held.size === seen.size || held.size === 0 || seen.size === 0) return true;
  const [older, newer] = held.size < seen.size ? [held, seen] : [seen, held];
  return verifyConsistency(older, newer, await getConsistency(older.size, newer.size));
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
