/** Every text exists in both languages, says the same facts, and keeps to the house's manner of speaking. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { ACTIONS, CAPTURE_KINDS, CHALLENGE_ACTIONS, MET, OUTCOMES } from "../../../webapp/static/pwa/src/domain/codes";
import { REQUIRED_DETAILS } from "../../../webapp/static/pwa/src/domain/rules";
import { TEXTS, t, word } from "../../../webapp/static/pwa/src/i18n";
import { fill, keepLanguage, type Pair } from "../../../webapp/static/pwa/src/i18n/language";

const SOURCE = "webapp/static/pwa/src";
const entries = Object.entries(TEXTS) as [string, Pair][];
const keys = new Set(Object.keys(TEXTS));

/** The names of the facts that a text is filled with, each once. */
function names(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!))].sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) ? [readFileSync(path, "utf8")] : [];
  });
}

test("every text is there in Chinese and in English, with the same facts", () => {
  for (const [key, [zh, en]] of entries) {
    assert.ok(zh.trim() && en.trim(), key);
    assert.deepEqual(names(zh), names(en), key);
  }
});

test("no text shouts, and none speaks of the machine's insides", () => {
  const jargon = /\b(blob|sync|tus|hash|upload queue|token|server error)\b|哈希|同步|队列|令牌/i;
  for (const [key, pair] of entries) {
    for (const text of pair) {
      assert.doesNotMatch(text, /[!！]/, key);
      assert.doesNotMatch(text, jargon, key);
    }
  }
});

test("Chinese texts are written with Chinese marks", () => {
  for (const [key, [zh]] of entries) {
    if (key === "language.other") continue;
    assert.doesNotMatch(zh, /[一-龥][,;:?]|[一-龥]\.(\s|$)/, key);
  }
});

test("every text that a screen asks for by name exists", () => {
  const asked = ["screens", "ui"]
    .flatMap((room) => sources(`${SOURCE}/${room}`))
    .flatMap((source) => [...source.matchAll(/["`]([a-z_]+\.[a-z_0-9]+)["`]/g)].map(([, key]) => key!));
  const families = new Set([...keys].map((key) => key.split(".")[0]!));
  const missing = asked.filter((key) => families.has(key.split(".")[0]!) && !keys.has(key) && !key.endsWith(".ts"));
  assert.deepEqual([...new Set(missing)], []);
});

test("every code that phone and server share has words", () => {
  const shared: Record<string, readonly string[]> = {
    outcome: OUTCOMES,
    met: MET,
    action: ACTIONS,
    kind: CAPTURE_KINDS,
    challenge: CHALLENGE_ACTIONS,
    field: Object.values(REQUIRED_DETAILS).flat(),
  };
  for (const [family, codes] of Object.entries(shared)) {
    for (const code of codes) assert.ok(keys.has(`${family}.${code}`), `${family}.${code}`);
  }
});

test("facts are filled in, and English counts", () => {
  assert.equal(fill("{n} {n:day|days}", { n: 1 }), "1 day");
  assert.equal(fill("{n} {n:day|days}", { n: 12 }), "12 days");
  assert.equal(fill("还有 {days} 天", {}), "还有 {days} 天");
  keepLanguage("zh-Hans");
  assert.equal(t("due.overdue", { days: 3 }), "逾期 3 天");
  keepLanguage("en");
  assert.equal(t("due.overdue", { days: 1 }), "1 day overdue");
  keepLanguage("zh-Hans");
});

test("an unknown code is shown as it is", () => {
  assert.equal(word("met", "on_the_moon"), "on_the_moon");
});
