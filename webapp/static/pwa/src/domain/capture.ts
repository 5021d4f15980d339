/** A capture: where and when it was made, its files, and what is kept of it. */

import type { CaptureFlag, CaptureKind, ChallengeAction } from "./codes";

export interface PositionSample {
  lat: number;
  lon: number;
  /** Null when the phone gave one beyond reason. */
  accuracy_m: number | null;
  altitude_m: number | null;
  speed: number | null;
  heading: number | null;
  /** RFC 3339; null when the phone gave no time or one outside 1970 to 2200. */
  at: string | null;
}

export type PositionReading = { samples: PositionSample[]; age_ms: number } | { error: "denied" | "unavailable" | "timeout" };

export interface ClockReading {
  wall: string;
  monotonic_ms: number | null;
  time_origin: string | null;
  tz: string;
  server_offset_ms: number | null;
}

/** The code and the action to ask for, with the ticket that they grew from. */
export interface Challenge {
  code: string;
  action: ChallengeAction;
  ticket: { id: string; sha256: string };
}

export interface MediaInput {
  blob: Blob;
  mime: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: "camera" | "picker" | "microphone";
}

/** One file as the record promises it; `bytes` is its size. */
export interface MediaFact {
  sha256: string;
  bytes: number;
  mime: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: MediaInput["source"];
}

/** What the screen of a capture hands over. */
export interface CaptureOrder {
  visit_id: string;
  kind: CaptureKind;
  media: MediaInput[];
  position: PositionReading;
  challenge: Challenge | null;
  flags: CaptureFlag[];
  /** The recording whose slices the video was made of; they go in the same transaction. */
  recording_id?: string | null;
}

/** An order with what the record says besides: whom it shows, when, and by which app. */
export interface CaptureInput extends CaptureOrder {
  subject_ref: string;
  clock: ClockReading;
  app_build: string;
}

/** What goes into the record of a shot besides its bytes. */
export interface ShotFacts {
  kind: CaptureKind;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: "camera" | "picker";
  flags: CaptureFlag[];
}

export interface SavedCapture {
  capture_id: string;
  visit_id: string;
  worker_id: string;
  kind: CaptureKind;
  seq: number;
  record_sha256: string;
  /** The phone's wall clock, RFC 3339. */
  saved_at: string;
  media: MediaFact[];
}
