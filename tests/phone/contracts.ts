/** Reads the contract files that pytest reads as well. */

import { readFileSync } from "node:fs";

export function contract<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(`tests/contracts/${name}.json`, "utf8")) as Shape;
}
