/** What sensors and browsers measure, brought within the bounds that the server reads (`tests/contracts/record-values.json`); beyond them it is null and noted, for a record is signed once. */

import type { PositionReading, PositionSample } from "./capture";

const YEARS = { first: 1970, last: 2200 };
/** Half the earth's circumference in metres: a fix that may lie anywhere says nothing of the place. */
const MAX_ACCURACY_M = 20_037_508;
const MAX_OTHER = 1_000_000;
export const MAX_PIXELS = 100_000;
const MAX_DURATION_MS = 86_400_000;

/** The number if it is one within the bounds, else null. */
export function within(value: unknown, low: number, high: number): number | null {
  return typeof value === "number" && value >= low && value <= high ? value : null;
}

/** RFC 3339 of an instant in milliseconds since 1970; null for one that no clock of ours shows. */
export function timeText(at: unknown): string | null {
  const date = new Date(typeof at === "number" ? at : NaN);
  const year = date.getUTCFullYear();
  return year >= YEARS.first && year <= YEARS.last ? date.toISOString() : null;
}

export type RawCoordinates = Partial<Record<"latitude" | "longitude" | "accuracy" | "altitude" | "speed" | "heading", unknown>>;

/** One fix as the record has it; null without a place. */
export function toSample(coords: RawCoordinates, timestamp: unknown): PositionSample | null {
  const [lat, lon] = [within(coords.latitude, -90, 90), within(coords.longitude, -180, 180)];
  if (lat === null || lon === null) return null;
  return {
    lat,
    lon,
    accuracy_m: within(coords.accuracy, 0, MAX_ACCURACY_M),
    altitude_m: within(coords.altitude, -MAX_OTHER, MAX_OTHER),
    speed: within(coords.speed, -MAX_OTHER, MAX_OTHER),
    heading: within(coords.heading, -MAX_OTHER, MAX_OTHER),
    at: timeText(timestamp),
  };
}

/** Whether a fix had a time or an accuracy that made no sense. */
export function isOdd(position: PositionReading): boolean {
  return "samples" in position && position.samples.some(({ accuracy_m, at }) => accuracy_m === null || at === null);
}

/** A length in whole pixels, or null. */
export function pixels(value: number | null): number | null {
  const found = within(value, 0, MAX_PIXELS);
  return found === null ? null : Math.round(found);
}

export function duration(milliseconds: number | null): number | null {
  return within(milliseconds, 0, MAX_DURATION_MS);
}
