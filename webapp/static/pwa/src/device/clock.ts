/** The phone's clocks, read together so that a changed wall clock shows against the monotonic one. */

import type { ClockReading } from "../domain/types";

/** `serverOffset` is server minus phone in milliseconds at the last contact, or null before the first. */
export function readClock(serverOffset: number | null): ClockReading {
  return {
    wall: new Date().toISOString(),
    monotonic_ms: Math.round(performance.now() * 10) / 10,
    time_origin: new Date(performance.timeOrigin).toISOString(),
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone || "Asia/Shanghai",
    server_offset_ms: serverOffset === null ? null : Math.round(serverOffset),
  };
}
