/** Size of the text and theme, kept outside the database so that the first paint is right. */

import { language } from "../i18n";

export type TextSize = "normal" | "large" | "double";
export type Theme = "system" | "light" | "dark";

export interface Look {
  text: TextSize;
  theme: Theme;
}

const KEPT_AS = "anzai.look";
const FIRST: Look = { text: "normal", theme: "system" };
let current: Look = read();

export function readLook(): Look {
  return current;
}

export function keepLook(chosen: Look): void {
  current = chosen;
  applyLook();
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(chosen));
  } catch {
    // Without storage the choice lives until the app is closed.
  }
}

/** Puts language, size and theme on the page; called before the first paint and after each change. */
export function applyLook(): void {
  const root = document.documentElement;
  root.lang = language();
  root.dataset["text"] = current.text;
  if (current.theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = current.theme;
}

function read(): Look {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}") as Partial<Look>) };
  } catch {
    return FIRST;
  }
}
