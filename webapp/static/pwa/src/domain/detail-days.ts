/** The days that a result's details name: the same rules as `webapp/visits/detail_days.py`. */

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?$/;
const FIRST_YEAR = 1900;

/** Whether a calendar holds the date; the day, or month and day, may be unknown. One that nobody can read counts as missing. */
export function isDate(text: string): boolean {
  return firstDay(text) !== null;
}

/** The first day (YYYY-MM-DD) that the words may mean; null where no calendar holds them. */
export function firstDay(text: string): string | null {
  const found = DATE.exec(text);
  if (!found) return null;
  const [year, month, day] = [found[1], found[2], found[3]].map((part) => Number(part ?? 1)) as [number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day));
  const isHeld = year >= FIRST_YEAR && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return isHeld ? at.toISOString().slice(0, 10) : null;
}

/** Whether the whole of a readable date lies after `today` (YYYY-MM-DD). */
export function isAfter(text: string, today: string): boolean {
  return (firstDay(text) ?? "") > today;
}

/** Whether the whole of a readable date lies before `day` (YYYY-MM-DD), as far as it is known. */
export function isBefore(text: string, day: string): boolean {
  const known = Math.min(text.length, day.length);
  return text.slice(0, known) < day.slice(0, known);
}

/** Whether a span does not end before it begins, as far as both dates are known. */
export function areInOrder(begin: string, end: string): boolean {
  const known = Math.min(begin.length, end.length, "YYYY-MM-DD".length);
  return begin.slice(0, known) <= end.slice(0, known);
}
