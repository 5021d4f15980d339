/** Answers that the phone had no room for: held in memory, so that stepping back loses no word, until they can be stored. */

import type { Draft } from "../../domain/draft";
import { holdUnsaved } from "../../app/unsaved";

export interface Unkept {
  draft: Draft;
  /** What it was changed from, or null. */
  base: Draft | null;
}

interface Held extends Unkept {
  release: () => void;
}

const held = new Map<string, Held>();

/** A visit may pass to somebody else who uses the same phone: answers are their author's alone. */
const keyOf = (owner: string, visitId: string): string => `${owner}/${visitId}`;

/** While anything is held, closing the tab asks first. */
export function holdUnkept(owner: string, { draft, base }: Unkept): void {
  const key = keyOf(owner, draft.visit_id);
  held.set(key, { draft, base, release: held.get(key)?.release ?? holdUnsaved() });
}

export function unkeptOf(owner: string, visitId: string): Unkept | null {
  return held.get(keyOf(owner, visitId)) ?? null;
}

/** They are stored now. */
export function releaseUnkept(owner: string, visitId: string): void {
  const key = keyOf(owner, visitId);
  held.get(key)?.release();
  held.delete(key);
}
