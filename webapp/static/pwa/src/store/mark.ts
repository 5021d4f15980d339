/** A mark outside the database, by which a database that the browser cleared is noticed. */

const KEPT_AS = "anzai.store";

export interface Mark {
  created_at: string;
  /** How much was unsent when it was last counted. */
  unsent: number;
  /** How much was unsent when the database was found cleared; null once the worker knows. */
  lost?: number | null;
}

export function readMark(): Mark | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS) ?? "null") as Mark | null;
  } catch {
    return null;
  }
}

export function writeMark(change: Partial<Mark>): void {
  try {
    const mark = { created_at: new Date().toISOString(), unsent: 0, ...readMark(), ...change };
    localStorage.setItem(KEPT_AS, JSON.stringify(mark));
  } catch {
    // Without the mark a cleared database cannot be told from a new phone; everything else works.
  }
}
