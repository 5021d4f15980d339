/** A file from the phone's own camera app or gallery: the marked fallback when the camera cannot be opened in the page. */

import { brightnessOfFile, redrawPicture } from "../../device/picture";
import { HEAD_BYTES, isOfType } from "../../domain/container";
import type { CaptureUse } from "../model/route";
import { pictureShot, type Shot } from "./shot";

const VIDEO_TYPES = ["video/mp4", "video/webm"] as const;

/** Throws `picked_unreadable` for a file that this phone cannot read, and `picked_type` for a kind of video that the office cannot. */
export async function readPicked(file: File, use: CaptureUse): Promise<Shot> {
  if (use === "video") return readVideo(file);
  try {
    const picture = await redrawPicture(file);
    return pictureShot(use, picture, "picker", await brightnessOfFile(picture.blob));
  } catch {
    throw new Error("picked_unreadable");
  }
}

async function readVideo(file: File): Promise<Shot> {
  const mime = await videoType(file);
  if (mime === null) throw new Error("picked_type");
  const facts = await videoFacts(file);
  // The bytes are copied: Safari may hand out an empty file once the picker is closed.
  const blob = new Blob([await file.arrayBuffer()], { type: mime });
  return { kind: "video", blob, mime, ...facts, source: "picker", flags: ["picker"], recording_id: null };
}

/** What the office will take a film for, by the same bytes: galleries call an iPhone's film video/quicktime, and some call theirs nothing at all. */
async function videoType(file: File): Promise<(typeof VIDEO_TYPES)[number] | null> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return VIDEO_TYPES.find((mime) => isOfType(head, mime)) ?? null;
}

function videoFacts(file: File): Promise<Pick<Shot, "width" | "height" | "duration_ms">> {
  const url = URL.createObjectURL(file);
  const video = document.createElement("video");
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      URL.revokeObjectURL(url);
      act();
    };
    video.onloadedmetadata = () => {
      const duration_ms = Number.isFinite(video.duration) ? Math.round(video.duration * 1000) : null;
      settle(() => resolve({ width: video.videoWidth, height: video.videoHeight, duration_ms }));
    };
    video.onerror = () => settle(() => reject(new Error("picked_unreadable")));
    video.preload = "metadata";
    video.src = url;
  });
}
