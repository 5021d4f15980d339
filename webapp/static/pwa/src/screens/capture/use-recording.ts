/** Recording a video on the screen: every slice is stored as it comes, and the time is counted aloud. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Camera } from "../../device/camera";
import { LONGEST_VIDEO_MS, plainType, VideoRecorder, videoType } from "../../device/recorder";
import { usePorts } from "../model/context";
import { holdUnsaved } from "../../app/unsaved";
import type { Shot } from "./shot";

const TICK_MS = 250;

export interface RecordingHold {
  /** Milliseconds since the start, or null when nothing is being recorded. */
  elapsed: number | null;
  start: (camera: Camera) => void;
  stop: () => void;
}

interface RecordingEvents {
  done: (shot: Shot) => void;
  failed: (error: unknown) => void;
}

export function useRecording(visitId: string, events: RecordingEvents): RecordingHold {
  const ports = usePorts();
  const [elapsed, setElapsed] = useState<number | null>(null);
  const recorder = useRef<VideoRecorder | null>(null);
  const latest = useRef(events);
  latest.current = events;

  useEffect(() => {
    if (elapsed === null) return undefined;
    const release = holdUnsaved();
    const timer = setInterval(() => setElapsed(recorder.current?.elapsed() ?? null), TICK_MS);
    return () => {
      clearInterval(timer);
      release();
    };
  }, [elapsed === null]);
  useEffect(() => () => recorder.current?.stop(), []);

  const end = (): void => {
    recorder.current = null;
    setElapsed(null);
  };
  const fail = (error: unknown): void => {
    end();
    latest.current.failed(error);
  };

  const record = async (camera: Camera): Promise<void> => {
    const type = videoType();
    if (!type) throw new Error("video_unsupported");
    const id = await ports.beginVideo(visitId, plainType(type));
    const finish = async (duration: number): Promise<void> => {
      end();
      const blob = await ports.takeVideo(id);
      latest.current.done({ ...videoShot(blob, plainType(type), duration, camera), recording_id: id });
    };
    recorder.current = new VideoRecorder(camera.stream, type, {
      slice: (blob, number) => ports.addSlice(id, number, blob),
      ended: (duration) => void finish(duration).catch(fail),
      failed: fail,
    });
    recorder.current.start();
  };

  return {
    elapsed,
    start: (camera) => {
      if (elapsed !== null) return;
      setElapsed(0);
      record(camera).catch(fail);
    },
    stop: () => recorder.current?.stop(),
  };
}

export const VIDEO_SECONDS = LONGEST_VIDEO_MS / 1000;

function videoShot(blob: Blob, mime: string, duration: number, camera: Camera): Shot {
  const { width, height } = camera.size;
  return {
    kind: "video",
    blob,
    mime,
    width,
    height,
    duration_ms: duration,
    source: "camera",
    flags: camera.hasSound ? [] : ["no_sound"],
    recording_id: null,
  };
}
