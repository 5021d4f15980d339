/** A file from the phone's own camera app or gallery: the marked fallback when the camera cannot be opened in the page. */

import { brightnessOfFile, redrawPicture } from "../../device/picture";
import type { CaptureUse } from "../route";
import { pictureShot, type Shot } from "./shot";

const VIDEO_TYPES: readonly string[] = ["video/mp4", "video/webm"];

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
  const mime = file.type.split(";")[0] ?? "";
  if (!VIDEO_TYPES.includes(mime)) throw new Error("picked_type");
  const facts = await videoFacts(file);
  // The bytes are copied: Safari may hand out an empty file once the picker is closed.
  const blob = new Blob([await file.arrayBuffer()], { type: mime });
  return { kind: "video", blob, mime, ...facts, source: "picker", flags: ["picker"], recording_id: null };
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
