/** All texts of the phone app by key, and the one function that the screens ask for them. */

import * as capture from "./capture";
import * as codes from "./codes";
import * as day from "./day";
import { pick, type Facts, type Pair } from "./language";
import * as result from "./result";
import * as settings from "./settings";
import * as shell from "./shell";
import * as visit from "./visit";

export { keepLanguage, language, type Facts, type Language } from "./language";

export const TEXTS = {
  ...shell.TEXTS,
  ...day.TEXTS,
  ...visit.TEXTS,
  ...capture.TEXTS,
  ...result.TEXTS,
  ...settings.TEXTS,
  ...codes.TEXTS,
};

export type Key = keyof typeof TEXTS;

export function t(key: Key, facts?: Facts): string {
  return pick(TEXTS[key], facts);
}

/** The text of a code that came from the server or the pack; an unknown code is shown as it is rather than hidden. */
export function word(family: string, code: string): string {
  const pair = (TEXTS as Record<string, Pair | undefined>)[`${family}.${code}`];
  return pair ? pick(pair) : code;
}
