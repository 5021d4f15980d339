/** Visits as the screens show them: the office's list, with what was begun and done on this phone. */

import { mayBeCorrected } from "../domain/outbox";
import type { OutboxItem } from "../domain/sending";
import { attemptsOf, listCases, listDrafts, listOutbox, readCase } from "../store";
import type { VisitView } from "./ports";
import { stageOf } from "./visit-stage";

export async function listVisits(): Promise<VisitView[]> {
  const [cases, drafts, items] = await Promise.all([listCases(), listDrafts(), listOutbox()]);
  const begun = new Set(drafts.map(({ visit_id }) => visit_id));
  const results = resultsByVisit(items);
  return cases
    .filter(({ removed }) => !removed)
    .map((row) => ({
      ...row,
      stage: stageOf(row.visit, results.get(row.visit.visit_id) ?? []),
      refused: refusalOf(results.get(row.visit.visit_id)),
      attempts: row.visit.attempts ?? [],
      begun: begun.has(row.visit.visit_id),
    }));
}

export async function oneVisit(visitId: string): Promise<VisitView | null> {
  const row = await readCase(visitId);
  if (!row) return null;
  const [attempts, drafts, items] = await Promise.all([attemptsOf(visitId), listDrafts(), listOutbox()]);
  const begun = drafts.some(({ visit_id }) => visit_id === visitId);
  const results = resultsByVisit(items).get(visitId);
  return { ...row, stage: stageOf(row.visit, results ?? []), refused: refusalOf(results), attempts, begun };
}

/** Why a result that is to be answered anew did not arrive. */
function refusalOf(results: readonly OutboxItem[] = []): OutboxItem["error"] {
  return results.filter(mayBeCorrected).at(-1)?.error ?? null;
}

function resultsByVisit(items: readonly OutboxItem[]): Map<string, OutboxItem[]> {
  const found = new Map<string, OutboxItem[]>();
  const results = items
    .filter(({ type }) => type === "result")
    .sort((one, other) => one.created_at.localeCompare(other.created_at));
  for (const item of results) found.set(item.visit_id, [...(found.get(item.visit_id) ?? []), item]);
  return found;
}
