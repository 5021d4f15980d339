/** What does not fit into a field is said, and never left out without a word. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fullField } from "../../../webapp/static/pwa/src/ui/inputs";

test("a field that is full says that nothing more was taken", () => {
  assert.equal(fullField("字".repeat(1999), 2000), null);
  assert.match(fullField("字".repeat(2000), 2000) ?? "", /2000/);
});

test("a field for four digits says nothing of its length", () => {
  assert.equal(fullField("1234", 4), null);
});
