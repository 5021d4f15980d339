/** Bringing together what two tabs changed from one common beginning, so that neither writes over the other unseen. */

type Plain = Record<string, unknown>;

/**
 * What one tab changed since `base` on top of what another stored meanwhile, field by field. An empty answer is no answer:
 * it never stands against a given one, unless the one was there before and was taken away. Where both gave an answer, `mine`
 * holds, for it is the later one and somebody is looking at it.
 */
export function mergeChanges(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isSame(mine, base)) return theirs;
  if (isSame(theirs, base)) return mine;
  if (!isPlain(mine) || !isPlain(theirs)) return mine;
  const from = isPlain(base) ? base : {};
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  const merged = [...keys].map((key) => [key, mergeChanges(from[key], mine[key], theirs[key])] as const);
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

/** Whether two answers are the same; nothing, an empty text and an empty group of answers are. */
export function isSame(one: unknown, other: unknown): boolean {
  if (isEmpty(one) && isEmpty(other)) return true;
  if (!isPlain(one) || !isPlain(other)) return JSON.stringify(one) === JSON.stringify(other);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSame(one[key], other[key]));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return isPlain(value) ? Object.values(value).every(isEmpty) : Array.isArray(value) && value.length === 0;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
