/** One picture or video between shutter and store, and what is noted about it in the record. */

import type { CaptureFlag, CaptureKind } from "../../domain/codes";
import { isOdd } from "../../domain/measured";
import { accuracyOf, COARSE_M, OLD_FIX_MS } from "../../domain/places";
import type { CaptureOrder, Challenge, PositionReading } from "../../domain/capture";
import { isBlank, isDark, type Brightness, type Picture } from "../../device/picture";

export interface Shot {
  kind: CaptureKind;
  blob: Blob;
  mime: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: "camera" | "picker";
  flags: CaptureFlag[];
  /** The stored slices that the video was made of. */
  recording_id: string | null;
}

/** Why a shot is shown once more before it is kept. */
export type Doubt = "blank" | "short";

export function pictureShot(kind: "photo" | "document", picture: Picture, source: Shot["source"], light: Brightness): Shot {
  const flags: CaptureFlag[] = source === "picker" ? ["picker"] : [];
  if (isBlank(light)) flags.push("looks_blank");
  else if (isDark(light)) flags.push("looks_dark");
  return {
    kind,
    blob: picture.blob,
    mime: "image/jpeg",
    width: picture.width,
    height: picture.height,
    duration_ms: null,
    source,
    flags,
    recording_id: null,
  };
}

export function doubtOf(shot: Shot, shortestVideoMs: number): Doubt | null {
  if (shot.flags.includes("looks_blank")) return "blank";
  return shot.kind === "video" && (shot.duration_ms ?? 0) < shortestVideoMs ? "short" : null;
}

export function positionFlags(position: PositionReading): CaptureFlag[] {
  if ("error" in position) return ["no_position"];
  const flags: CaptureFlag[] = [];
  if (position.samples.every((sample) => accuracyOf(sample) > COARSE_M)) flags.push("position_coarse");
  if (position.age_ms > OLD_FIX_MS) flags.push("position_old");
  if (isOdd(position)) flags.push("position_odd");
  return flags;
}

export function orderOf(visitId: string, shot: Shot, position: PositionReading, challenge: Challenge | null): CaptureOrder {
  const { kind, flags, recording_id, ...media } = shot;
  return {
    visit_id: visitId,
    kind,
    media: [media],
    recording_id,
    position,
    // A paper does not answer a challenge: the record of a document names the ticket all the same.
    challenge,
    flags: [...flags, ...positionFlags(position)],
  };
}
