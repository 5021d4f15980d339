/** Between the screens' draft and the store's: what the store does not need to understand travels as `answers`. */

import type { StoredDraft } from "../domain/report";
import { newDraft, type Draft } from "../domain/draft";

export function toKept(draft: Draft): StoredDraft {
  const { visit_id, step, arrived_at, updated_at, ...answers } = draft;
  return { visit_id, step, arrived_at, updated_at, answers: { ...answers }, attempts: [], capture_ids: [] };
}

/** An older draft may lack answers that are asked today; they are then still to be given. */
export function fromKept(kept: StoredDraft | null): Draft | null {
  if (!kept) return null;
  const { visit_id, step, arrived_at, updated_at, answers } = kept;
  const empty = newDraft(visit_id, new Date(updated_at));
  return { ...empty, ...(answers as Partial<Draft>), visit_id, step, arrived_at: arrived_at ?? empty.arrived_at, updated_at };
}
