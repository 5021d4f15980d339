/** The phone's clocks, read together so that a changed wall clock shows against the monotonic one. */

import { timeText, within } from "../domain/measured";
import type { ClockReading } from "../domain/capture";

const MAX_MS = 1e13;

/** `serverOffset` is server minus phone in milliseconds at the last contact, or null before the first. */
export function readClock(serverOffset: number | null): ClockReading {
  return {
    wall: new Date().toISOString(),
    monotonic_ms: within(Math.round(performance.now() * 10) / 10, 0, MAX_MS),
    // Older browsers do not say when their monotonic clock began.
    time_origin: timeText(performance.timeOrigin),
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone || "Asia/Shanghai",
    server_offset_ms: serverOffset === null ? null : within(Math.round(serverOffset), -MAX_MS, MAX_MS),
  };
}
