/** Reports that the office once had and has no longer: it went back to a backup of before they came. */

import type { VisitSection, PackVisit } from "../domain/pack";
import type { Attempt } from "../domain/report";
import type { OutboxItem } from "../domain/sending";
import { moveItem } from "../store/outbox";
import { readReport } from "../store/results";

const ARRIVED: readonly OutboxItem["state"][] = ["received", "accepted", "returned", "conflict"];

/**
 * Queues what a pack does not list although it had arrived. What came between a run's last checkpoint and a backup leaves no
 * contradiction in the journal; but the office lists every result of the worker's and every attempt of a visit.
 */
export async function sendLostReports(items: readonly OutboxItem[], { visits }: Pick<VisitSection, "visits">): Promise<void> {
  for (const visit of visits) {
    for (const item of items) {
      const isOfVisit = item.visit_id === visit.visit_id && ARRIVED.includes(item.state);
      if (isOfVisit && (await isLost(item, visit))) await moveItem(item.item_id, "lost");
    }
  }
}

/** An office of before, which does not say what it has, has lost nothing. */
async function isLost({ type, ref }: OutboxItem, { results, attempts }: PackVisit): Promise<boolean> {
  if (type === "result") return results !== undefined && !results.some(({ result_id }) => result_id === ref);
  if (type !== "attempts" || attempts === undefined) return false;
  const sent = await readReport<{ attempts: Attempt[] }>(ref).catch(() => null);
  const known = new Set(attempts.map(({ attempt_id }) => attempt_id));
  return sent?.attempts.some(({ attempt_id }) => !known.has(attempt_id)) ?? false;
}
