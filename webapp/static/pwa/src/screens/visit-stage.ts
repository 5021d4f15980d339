/** Whether a visit is still to do, by what the office says and by what this phone has recorded since. */

import { mayBeCorrected } from "../domain/outbox";
import type { OutboxItem, PackVisit } from "../domain/types";
import type { VisitStage } from "./ports";

/**
 * A result on this phone counts as done until the office returns it or refuses it, or a record under it; a return older than the
 * result is already answered.
 */
export function stageOf(visit: PackVisit, result: OutboxItem | undefined): VisitStage {
  const answered = result && result.state !== "returned" && !mayBeCorrected(result) && (!visit.returned || result.created_at > visit.returned.at);
  if (answered) return "done";
  if (visit.status === "returned") return "returned";
  if (result && mayBeCorrected(result)) return "todo";
  return visit.status === "reported" || visit.status === "accepted" ? "done" : "todo";
}
