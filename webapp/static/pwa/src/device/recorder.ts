/** Recording a short video in slices of a second, so that a crash costs one second at most. */

/** WebM first: any prefix of it plays. MP4, which Safari offers, is only whole at the end. */
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const SLICE_MS = 1000;
const VIDEO_BITS = 1_500_000;
const SOUND_BITS = 48_000;

export const LONGEST_VIDEO_MS = 15_000;

export interface RecorderEvents {
  /** Called in order, one slice at a time: the next waits until the promise is settled. */
  slice: (blob: Blob, number: number) => Promise<void>;
  ended: (durationMs: number) => void;
  failed: (error: unknown) => void;
}

export function videoType(): string | null {
  const Recorder = globalThis.MediaRecorder as typeof MediaRecorder | undefined;
  if (!Recorder) return null;
  return TYPES.find((type) => Recorder.isTypeSupported(type)) ?? null;
}

/** The type without its codecs, as the server's allow list knows it. */
export function plainType(type: string): "video/webm" | "video/mp4" {
  return type.startsWith("video/mp4") ? "video/mp4" : "video/webm";
}

export class VideoRecorder {
  readonly #recorder: MediaRecorder;
  readonly #events: RecorderEvents;
  #kept: Promise<void> = Promise.resolve();
  #slices = 0;
  #startedAt = 0;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor(stream: MediaStream, type: string, events: RecorderEvents) {
    this.#events = events;
    this.#recorder = new MediaRecorder(stream, {
      mimeType: type,
      videoBitsPerSecond: VIDEO_BITS,
      audioBitsPerSecond: SOUND_BITS,
    });
    this.#recorder.ondataavailable = (event) => this.#keep(event.data);
    this.#recorder.onstop = () => this.#finish();
    this.#recorder.onerror = (event) => this.#events.failed(event);
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#recorder.start(SLICE_MS);
    this.#limit = setTimeout(() => this.stop(), LONGEST_VIDEO_MS);
  }

  stop(): void {
    clearTimeout(this.#limit);
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  elapsed(): number {
    return Math.min(LONGEST_VIDEO_MS, performance.now() - this.#startedAt);
  }

  #keep(blob: Blob): void {
    if (!blob.size) return;
    const number = this.#slices++;
    this.#kept = this.#kept.then(() => this.#events.slice(blob, number));
    this.#kept.catch((error: unknown) => {
      this.stop();
      this.#events.failed(error);
    });
  }

  #finish(): void {
    const duration = Math.round(this.elapsed());
    this.#kept.then(() => this.#events.ended(duration)).catch(() => undefined);
  }
}
