/** Zibo's wall clock: UTC+8 the whole year, without the phone's own zone, which may be set wrongly. */

const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** The calendar day (YYYY-MM-DD) and the hour in Zibo at an instant in milliseconds since 1970. */
export function zibo(at: number): { day: string; hour: number } {
  const text = new Date(at + OFFSET_MS).toISOString();
  return { day: text.slice(0, 10), hour: Number(text.slice(11, 13)) };
}
