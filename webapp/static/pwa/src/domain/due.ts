/** How urgent a visit is, with the day as an argument. */

import { DAY_MS, zibo } from "./zibo";

export type DueState = "overdue" | "due" | "near" | "later";

/** A due date this close (days) is near. */
export const NEAR_DAYS = 3;

/** Today in Zibo, YYYY-MM-DD; `now` in milliseconds since 1970, already corrected by the server's offset if known. */
export function todayInZibo(now: number): string {
  return zibo(now).day;
}

/** Days from `today` to `due_on`, both YYYY-MM-DD; negative when the day has passed. */
export function daysLeft(due_on: string, today: string): number {
  return Math.round((Date.parse(`${due_on}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / DAY_MS);
}

export function dueState(due_on: string, today: string): DueState {
  const days = daysLeft(due_on, today);
  if (days < 0) return "overdue";
  if (days === 0) return "due";
  return days <= NEAR_DAYS ? "near" : "later";
}
