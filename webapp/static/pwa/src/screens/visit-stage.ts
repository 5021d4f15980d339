/** Whether a visit is still to do, by what the office says and by what this phone has recorded since. */

import type { OutboxItem, PackVisit } from "../domain/types";
import type { VisitStage } from "./ports";

/**
 * A result on this phone counts as done until the office returns it or refuses it by its rules; a return older than the
 * result is already answered.
 */
export function stageOf(visit: PackVisit, result: OutboxItem | undefined): VisitStage {
  const answered = result && result.state !== "returned" && result.state !== "refused" && (!visit.returned || result.created_at > visit.returned.at);
  if (answered) return "done";
  if (visit.status === "returned") return "returned";
  if (result?.state === "refused") return "todo";
  return visit.status === "reported" || visit.status === "accepted" ? "done" : "todo";
}
