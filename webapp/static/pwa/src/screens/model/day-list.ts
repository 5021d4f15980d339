/** What stands on today's list: how urgent, found by which words, in which order to walk. */

import { dueState, type DueState } from "../../domain/due";
import { distanceMetres, type LatLon } from "../../domain/places";
import { buildIndex, search, type SearchIndex } from "../../domain/search";
import type { VisitView } from "../../app/ports";

export type DayFilter = "open" | "overdue" | "near" | "done";
export type DayOrder = "due" | "route";
export type VisitIndex = SearchIndex<VisitView>;

const FILTERS: readonly DayFilter[] = ["open", "overdue", "near", "done"];

export function passes(item: VisitView, filter: DayFilter, today: string): boolean {
  if (filter === "done") return item.stage === "done";
  if (item.stage === "done") return false;
  return filter === "open" || group(dueState(item.visit.due_on, today)) === filter;
}

/** Today's visits stand with the near ones: three boxes are enough for a thumb. */
function group(state: DueState): DayFilter | "later" {
  return state === "due" ? "near" : state;
}

export function countBy(items: readonly VisitView[], today: string): Record<DayFilter, number> {
  const counts: Record<DayFilter, number> = { open: 0, overdue: 0, near: 0, done: 0 };
  for (const item of items) for (const filter of FILTERS) counts[filter] += Number(passes(item, filter, today));
  return counts;
}

export const indexOf = (items: readonly VisitView[]): VisitIndex => buildIndex(items);

/** Words as they are typed; "12-3-502" also finds "12号楼3单元502室". */
export function find(index: VisitIndex, query: string): VisitView[] {
  const words = query.normalize("NFKC").trim().split(/\s+/);
  const doors = words.filter(isDoor).map(doorPattern);
  const found = search(index, words.filter((word) => !isDoor(word)).join(" "));
  return found.filter(({ person }) => doors.every((door) => door.test(person.address)));
}

const isDoor = (word: string): boolean => /^\d+(-\d+)+$/.test(word);

function doorPattern(word: string): RegExp {
  return new RegExp(`(^|\\D)${word.split("-").join("\\D+")}(?!\\d)`);
}

/** Returned work first, then by due date; people at one address stay together. */
export function byDue(items: readonly VisitView[]): VisitView[] {
  const keyed = items.map((item) => ({ item, key: dueKey(item) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
  return keyed.map(({ item }) => item);
}

function dueKey({ stage, visit, person }: VisitView): string {
  return [stage === "returned" ? 0 : 1, visit.due_on, person.address, person.name].join("|");
}

/** The order of a walk: always the nearest next door; people without a known place come last. */
export function byRoute(items: readonly VisitView[], start: LatLon): VisitView[] {
  let left = items.filter(({ person }) => person.location);
  const lost = items.filter(({ person }) => !person.location);
  const walked: VisitView[] = [];
  let here = start;
  while (left.length) {
    const next = nearest(left, here);
    walked.push(next);
    left = left.filter((item) => item !== next);
    here = next.person.location ?? here;
  }
  return [...walked, ...byDue(lost)];
}

function nearest(items: readonly VisitView[], here: LatLon): VisitView {
  let best = items[0];
  let least = Infinity;
  for (const item of items) {
    const metres = item.person.location ? distanceMetres(here, item.person.location) : Infinity;
    if (metres < least) [best, least] = [item, metres];
  }
  if (!best) throw new Error("walk_empty");
  return best;
}
