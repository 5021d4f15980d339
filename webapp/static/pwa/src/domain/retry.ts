/** When to try again, and how much to send at once: pure, with chance and time as arguments; cases in `tests/contracts/retry.json`. */

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** The longest that a server's or a box's `Retry-After` is obeyed: what asks for more is mistaken, and work would lie still. */
export const LONGEST_PUT_OFF_MS = 3_600_000;

/**
 * Milliseconds to wait after `tries` failures in a row: doubling from 2 s to 5 min, of which chance (0 ≤ `chance` < 1)
 * takes away up to a half, so that a street of phones does not come back in one second. A server's own `Retry-After`
 * (seconds) is the least, up to an hour.
 */
export function waitMs(tries: number, chance: number, retryAfter: number | null = null): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1));
  return Math.max(Math.round(whole * (1 - chance / 2)), Math.min(LONGEST_PUT_OFF_MS, (retryAfter ?? 0) * 1000));
}

export type Verdict = "again" | "sign_in" | "pause" | "refused" | "conflict";

/** Another offset, a damaged chunk, a request of ours that the server still works on, an upload that ran out, two writers at once: the same may pass a moment later. */
export const TRANSIENT_CODES: readonly string[] = [
  "upload_offset",
  "checksum_mismatch",
  "upload_locked",
  "upload_ended",
  "body_cut",
  "media_mismatch",
  "changed_meanwhile",
];

/** The one refusal under which the office has kept both: whatever else clashes was not written, and must not be taken for sent. */
export const BOTH_KEPT = "other_result_stands";

/** What an answer means for the work that met it. Nothing here ever means: throw the work away. */
export function verdictOf(status: number, code = ""): Verdict {
  if (TRANSIENT_CODES.includes(code)) return "again";
  if (status === 401) return "sign_in";
  if (status === 403) return "pause";
  if (status === 409) return code === BOTH_KEPT ? "conflict" : "refused";
  if ([408, 423, 425, 429, 460].includes(status) || status >= 500) return "again";
  return status >= 400 ? "refused" : "again";
}

/** What is known of a line: `ceiling` bytes is the largest chunk worth risking on it. */
export interface Line {
  chunk: number;
  ceiling: number;
  /** Bytes that got through since the line was last cut. */
  since_cut: number;
}

export const SMALLEST_CHUNK = 16_384;
export const LARGEST_CHUNK = 4_194_304;
/** An unknown line starts small and doubles: four good chunks later it sends half a megabyte at a time. */
export const NEW_LINE: Line = { chunk: 65_536, ceiling: LARGEST_CHUNK, since_cut: 0 };
/** A chunk should take about this long: progress is then seen, and a cut costs little. */
const TARGET_MS = 3_000;

/** After a chunk of `bytes` that took `ms`: towards what the line carries in three seconds, at most doubled, at most the ceiling. */
export function afterChunk(line: Line, bytes: number, ms: number): Line {
  const since_cut = line.since_cut + bytes;
  const carried = (bytes / Math.max(1, ms)) * TARGET_MS;
  // A line that has carried far more than it did before its last cut has become better.
  const ceiling = since_cut / 32 > line.ceiling ? Math.min(LARGEST_CHUNK, line.ceiling * 2) : line.ceiling;
  return { chunk: bounded(Math.min(carried, line.chunk * 2), ceiling), ceiling, since_cut };
}

/**
 * After a cut: a whole chunk may have been lost, for the server keeps only chunks whose checksum it could compare. What
 * got through since the last cut says how long this line lives; a sixteenth of it bounds the loss at about six per cent.
 * A cut before the first byte says nothing of that, and only makes the next chunk smaller.
 */
export function afterCut(line: Line): Line {
  if (!line.since_cut) return { ...line, chunk: bounded(line.chunk / 4, line.ceiling) };
  const ceiling = Math.max(SMALLEST_CHUNK, roundDown(line.since_cut / 16));
  return { chunk: bounded(line.chunk / 4, ceiling), ceiling, since_cut: 0 };
}

const bounded = (bytes: number, ceiling: number): number => Math.max(SMALLEST_CHUNK, Math.min(roundDown(bytes), ceiling));

/** Down to a power of two, so that phone and server agree on few sizes. */
function roundDown(bytes: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(SMALLEST_CHUNK, bytes)));
}
