/** The camera of the phone inside the page: opened for a photo or a video, always released, and honest about why it could not be. */

import { drawPicture, redrawPicture, sizeOf, type Picture } from "./picture";

export type CameraTrouble = "refused" | "absent" | "busy" | "unsupported";
export type CameraUse = "photo" | "video";

export class CameraError extends Error {
  constructor(readonly trouble: CameraTrouble) {
    super(`camera_${trouble}`);
  }
}

interface Shooter {
  takePhoto(): Promise<Blob>;
}
type ShooterOf = new (track: MediaStreamTrack) => Shooter;

const SIZES: Record<CameraUse, MediaTrackConstraints> = {
  photo: { width: { ideal: 1920 }, height: { ideal: 1080 } },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } },
};
/** Below this a frame of the viewfinder is too coarse for a face, and the slower full picture is worth waiting for. */
const COARSE_FRAME = 1000;

export class Camera {
  readonly stream: MediaStream;
  /** False when the microphone was refused: the video is then without sound, and marked. */
  readonly hasSound: boolean;
  readonly #track: MediaStreamTrack;

  constructor(stream: MediaStream) {
    const track = stream.getVideoTracks()[0];
    if (!track) throw new CameraError("absent");
    this.stream = stream;
    this.#track = track;
    this.hasSound = stream.getAudioTracks().length > 0;
  }

  /** Pixels of the stream, or nulls when the browser does not say. */
  get size(): { width: number | null; height: number | null } {
    const { width, height } = this.#track.getSettings();
    return { width: width ?? null, height: height ?? null };
  }

  get canTorch(): boolean {
    const read = this.#track.getCapabilities as (() => { torch?: boolean }) | undefined;
    return read?.call(this.#track).torch === true;
  }

  async setTorch(on: boolean): Promise<void> {
    const wish = { advanced: [{ torch: on }] } as unknown as MediaTrackConstraints;
    await this.#track.applyConstraints(wish).catch(() => undefined);
  }

  /** Called once when the phone takes the camera away: a call, another app, a lost permission. */
  onEnded(ended: () => void): void {
    this.#track.addEventListener("ended", ended, { once: true });
  }

  /** The frame that the worker sees; only a coarse viewfinder is worth the slower full picture. */
  async takePhoto(view: HTMLVideoElement): Promise<Picture> {
    const { width, height } = sizeOf(view);
    if (Math.max(width, height) < COARSE_FRAME) {
      const full = await this.#takeFull();
      if (full) return full;
    }
    return drawPicture(view);
  }

  stop(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }

  async #takeFull(): Promise<Picture | null> {
    const Shooter = (globalThis as { ImageCapture?: ShooterOf }).ImageCapture;
    if (!Shooter) return null;
    try {
      return await redrawPicture(await new Shooter(this.#track).takePhoto());
    } catch {
      return null;
    }
  }
}

export async function openCamera(use: CameraUse): Promise<Camera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) throw new CameraError("unsupported");
  const video = { facingMode: { ideal: "environment" }, ...SIZES[use] };
  try {
    return new Camera(await ask(devices, video, use === "video"));
  } catch (error) {
    throw new CameraError(troubleOf(error));
  }
}

async function ask(devices: MediaDevices, video: MediaTrackConstraints, sound: boolean): Promise<MediaStream> {
  if (!sound) return devices.getUserMedia({ video });
  try {
    return await devices.getUserMedia({ video, audio: true });
  } catch {
    // The microphone may be refused alone: the picture still counts.
    return devices.getUserMedia({ video });
  }
}

function troubleOf(error: unknown): CameraTrouble {
  if (error instanceof CameraError) return error.trouble;
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "absent" : "unsupported";
}
