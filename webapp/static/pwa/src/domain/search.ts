/** Searching the pack by name, address, building, unit, room, phone or masked number, while the worker types. */

import type { Case } from "./types";

export interface SearchIndex<Row> {
  rows: readonly Row[];
  texts: readonly string[];
}

/** Half-width, lower case, digits without their Chinese forms and without what people leave out or type differently. */
export function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[\s\-—–·.,，。、()（）#号*]/g, "");
}

/** What of a case can be found; parts stand apart so that no query matches across them. */
export function textOf({ person, visit }: Pick<Case, "person" | "visit">): string {
  const contacts = person.contacts.flatMap(({ name, phone }) => [name, phone ?? ""]);
  return [person.name, person.address, person.area, ...person.phones, person.masked_number, ...contacts, visit.note].map(plain).join("|");
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
