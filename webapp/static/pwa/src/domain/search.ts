/** Searching the pack by name, address, building, unit, room, phone or masked number, while the worker types. */

import type { Case } from "./pack";

export interface SearchIndex<Row> {
  rows: readonly Row[];
  texts: readonly string[];
}

/** Full-width and other compatibility forms; most rows have none, and normalising is the slowest part. */
const HAS_VARIANTS = /[\u00a0-\u00bf\u2000-\u2fff\u3000\u3200-\u33ff\uf900-\uffef]/;

/** Half-width, lower case, digits without their Chinese forms and without what people leave out or type differently. */
export function plain(text: string): string {
  const even = HAS_VARIANTS.test(text) ? text.normalize("NFKC") : text;
  return even.toLowerCase().replace(/[\s\-—–·.,，。、()（）#号*]/g, "");
}

/** What of a case can be found; parts stand apart so that no query matches across them. */
export function textOf({ person, visit }: Pick<Case, "person" | "visit">): string {
  const contacts = person.contacts.flatMap(({ name, phone }) => [name, phone ?? ""]);
  // One pass over the whole is many times quicker than one a part: ten thousand rows are indexed while a phone starts.
  return plain(
    [person.name, person.address, person.area, ...person.phones, person.masked_number, ...contacts, visit.note].join("|"),
  );
}

export function buildIndex<Row extends Pick<Case, "person" | "visit">>(rows: readonly Row[]): SearchIndex<Row> {
  return { rows, texts: rows.map(textOf) };
}

/** The rows in which every word of the query stands, in their given order; names that begin with the query first. */
export function search<Row extends Pick<Case, "person" | "visit">>(index: SearchIndex<Row>, query: string): Row[] {
  const words = query.split(/\s+/).map(plain).filter(Boolean);
  const first = words[0];
  if (!first) return [...index.rows];
  const [named, others]: [Row[], Row[]] = [[], []];
  index.texts.forEach((text, at) => {
    if (words.every((word) => text.includes(word))) (text.startsWith(first) ? named : others).push(index.rows[at]!);
  });
  return [...named, ...others];
}
