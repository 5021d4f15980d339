/** What goes to the office in one request, and how much is risked so: pure, with the line, the time and the limits as arguments. */

import { LARGEST_CHUNK, SMALLEST_CHUNK, type Line } from "./retry";

/** A record, a file or a result that may be sent now, with its size in bytes. */
export interface Part {
  item_id: string;
  bytes: number;
}

export interface RecordPart extends Part {
  capture_id: string;
  /** The files that it promises and that are still to be sent. */
  files: Part[];
}

export interface ResultPart extends Part {
  /** The captures that it rests on and that the office has not committed yet. */
  awaits: string[];
}

export interface Waiting {
  /** An unbroken run of the chain from the first unsent record. */
  records: RecordPart[];
  results: ResultPart[];
}

/** Twenty visits: the header that describes the parts stays within the 8 kB that servers in between take. */
export const MOST_PARTS = 60;

/**
 * The parts of the next delivery in their order, at most `limit` bytes together: each record with its files behind it, each
 * result as soon as all that it rests on stands before it. A visit that does not fit any more waits for the next delivery;
 * a file that fits none is left to the way that can go on after a cut. Fewer than two parts are no delivery.
 */
export function packDelivery({ records, results }: Waiting, limit: number): Part[] {
  const load = new Load(limit, results);
  load.takeResults();
  for (const record of records) {
    const files = record.files.filter(({ bytes }) => record.bytes + bytes <= limit);
    if (!load.take([record, ...files])) break;
    load.has.add(record.capture_id);
    load.takeResults();
  }
  return load.parts.length < 2 ? [] : load.parts;
}

class Load {
  readonly parts: Part[] = [];
  readonly has = new Set<string>();
  #left: number;
  #results: readonly ResultPart[];

  constructor(limit: number, results: readonly ResultPart[]) {
    this.#left = limit;
    this.#results = results;
  }

  /** All of these, or none. */
  take(parts: Part[]): boolean {
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (bytes > this.#left || this.parts.length + parts.length > MOST_PARTS) return this.#takeFirstAlone(parts);
    this.parts.push(...parts);
    this.#left -= bytes;
    return true;
  }

  /** A record whose files fit one by one and not together begins a delivery with those that fit. */
  #takeFirstAlone([record, ...files]: Part[]): boolean {
    if (this.parts.length || !record || !files.length) return false;
    return this.take([record, ...files.slice(0, -1)]);
  }

  takeResults(): void {
    this.#results = this.#results.filter((result) => {
      const isReady = result.awaits.every((capture_id) => this.has.has(capture_id));
      return !(isReady && this.take([result]));
    });
  }
}

/** What a whole delivery met with, and what is therefore not tried for a while. */
export interface DeliveryRoad {
  /** No delivery is larger, in bytes, until then (milliseconds since 1970). */
  largest: number;
  until: number;
}

export const OPEN_ROAD: DeliveryRoad = { largest: LARGEST_CHUNK, until: 0 };
/** How long a box or an office without deliveries is believed to stay so, and how long a line that lost one to stay bad. */
const CLOSED_MS = 6 * 3_600_000;
const BAD_LINE_MS = 10 * 60_000;
/** In chunks of three seconds: a delivery takes about half a minute, for nobody sees it move and a cut loses all of it. */
const CHUNKS = 8;
/** Of the life that the line showed when it was last cut, its ceiling is a sixteenth: a delivery may risk a quarter. */
const CEILINGS = 4;

/** How many bytes the next delivery may have; 0 is none. `most` is the office's own limit, 0 of an office without deliveries. */
export function deliveryLimit(line: Line, road: DeliveryRoad, most: number, now: number): number {
  const wait = road.until - now;
  // An end further off than it was ever set was reckoned by another clock.
  const isHeld = wait > 0 && wait <= CLOSED_MS;
  const limit = Math.min(most, line.chunk * CHUNKS, line.ceiling * CEILINGS, isHeld ? road.largest : Infinity);
  return limit < SMALLEST_CHUNK ? 0 : limit;
}

/** After a box or the office refused a body of `bytes` whole: half of it where it was too large, else none at all. */
export function afterRefusal(status: number, bytes: number, now: number): DeliveryRoad {
  return { largest: status === 413 ? Math.floor(bytes / 2) : 0, until: now + CLOSED_MS };
}

/** After a delivery was lost on a line that then carried something by single requests, or met a fault: only what is small goes together. */
export function afterLoss(now: number): DeliveryRoad {
  return { largest: SMALLEST_CHUNK, until: now + BAD_LINE_MS };
}
