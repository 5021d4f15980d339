/** Dates, distances and sizes in words. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  calendarWords,
  dayWords,
  distanceWords,
  momentWords,
  sizeWords,
  stopwatch,
} from "../../../webapp/static/pwa/src/i18n/dates";
import { keepLanguage } from "../../../webapp/static/pwa/src/i18n/language";

const NOW = new Date(2027, 0, 12, 9, 12);

afterEach(() => keepLanguage("zh-Hans"));

test("a day of this year is said with its weekday", () => {
  assert.equal(momentWords(NOW, NOW), "1月12日 周二 09:12");
  keepLanguage("en");
  assert.equal(dayWords(NOW, NOW), "Tue 12 Jan");
});

test("a day of another year is said with its year", () => {
  assert.equal(calendarWords("2026-10-02", NOW), "2026年10月2日");
});

test("distances are as exact as they are useful", () => {
  assert.deepEqual([7.4, 384, 1_240, 23_400].map(distanceWords), ["7 米", "380 米", "1.2 公里", "23 公里"]);
});

test("seconds of a video are counted as mm:ss", () => {
  assert.deepEqual([0, 999, 14_900, 61_000].map(stopwatch), ["00:00", "00:00", "00:14", "01:01"]);
});

test("sizes are said in round numbers", () => {
  assert.deepEqual([512, 81_234, 2_400_000, 10_700_000_000].map(sizeWords), ["512 B", "81 kB", "2.4 MB", "10.7 GB"]);
});
