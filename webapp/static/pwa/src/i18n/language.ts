/** Which language the screens speak, and how a text is filled in; the choice is kept outside the database so that the first paint is right. */

export type Language = "zh-Hans" | "en";

/** A text in both languages: Simplified Chinese first, then English. */
export type Pair = readonly [zh: string, en: string];
export type Facts = Record<string, string | number>;

const KEPT_AS = "anzai.language";
const COLUMN: Record<Language, 0 | 1> = { "zh-Hans": 0, en: 1 };

let current: Language = readLanguage();

export function language(): Language {
  return current;
}

export function keepLanguage(chosen: Language): void {
  current = chosen;
  try {
    localStorage.setItem(KEPT_AS, chosen);
  } catch {
    // A browser that refuses storage still speaks the chosen language until it is closed.
  }
}

function readLanguage(): Language {
  try {
    return localStorage.getItem(KEPT_AS) === "en" ? "en" : "zh-Hans";
  } catch {
    return "zh-Hans";
  }
}

/** Fills `{name}`, and `{count:visit|visits}` by whether the count is one. Unknown names stay visible, so that a test or an eye finds them. */
export function fill(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one, many) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    if (many === undefined) return String(fact);
    return Number(fact) === 1 ? String(one) : String(many);
  });
}

export function pick(pair: Pair, facts: Facts = {}): string {
  return fill(pair[COLUMN[current]], facts);
}
