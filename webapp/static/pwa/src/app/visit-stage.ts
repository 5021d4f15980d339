/** Whether a visit is still to do, by what the office says and by what this phone has recorded since. */

import { isUnsent, mayBeCorrected } from "../domain/outbox";
import type { PackVisit } from "../domain/pack";
import type { OutboxItem } from "../domain/sending";
import type { VisitStage } from "./ports";

/** States in which the office holds a result as history only: the visit waits for another one. */
const SET_ASIDE: readonly string[] = ["returned", "superseded"];

/** A result on this phone counts as done until the office returns it, sets it aside or refuses it, or a record under it. */
export function stageOf(visit: PackVisit, results: readonly OutboxItem[]): VisitStage {
  if (results.some((result) => isAnswer(visit, result))) return "done";
  if (visit.status === "returned") return "returned";
  if (results.some(mayBeCorrected)) return "todo";
  return visit.status === "reported" || visit.status === "accepted" ? "done" : "todo";
}

/** Whether the office says of this result that it answers the visit no longer. */
export function isSetAside(visit: PackVisit | undefined, result_id: string): boolean {
  const known = visit?.results?.find((result) => result.result_id === result_id);
  return known !== undefined && SET_ASIDE.includes(known.state);
}

/** The office's own word on a result that it has decides, and no clock; what it says nothing of is on its way there. */
function isAnswer(visit: PackVisit, result: OutboxItem): boolean {
  if (result.state === "returned" || mayBeCorrected(result)) return false;
  const known = visit.results?.find(({ result_id }) => result_id === result.ref);
  if (known) return isUnsent(result) || !SET_ASIDE.includes(known.state);
  // A list that an office of before sent knows results by the time of their return alone.
  return visit.results !== undefined || !visit.returned || result.created_at > visit.returned.at;
}
