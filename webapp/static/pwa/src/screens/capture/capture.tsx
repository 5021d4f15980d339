/** Taking the photo, the video or the picture of a paper: viewfinder, shutter, one question if something looks wrong, and then "on this phone". */

import { useEffect, useState } from "preact/hooks";

import { MIN_VIDEO_MS } from "../../domain/rules";
import { useLocation } from "../attempt";
import { useLoad, usePorts } from "../context";
import { newDraft } from "../draft";
import type { CaptureView } from "../ports";
import type { CaptureUse } from "../route";
import { holdUnsaved } from "../unsaved";
import { Doubtful } from "./doubtful";
import { Finder } from "./finder";
import { Kept } from "./kept";
import { Recovered } from "./recovered";
import { doubtOf, orderOf, type Doubt, type Shot } from "./shot";

type Phase =
  | { name: "live" }
  | { name: "doubt"; shot: Shot; doubt: Doubt }
  | { name: "saving"; shot: Shot }
  | { name: "failed"; shot: Shot; code: string }
  | { name: "kept"; shot: Shot; capture: CaptureView };

export function CaptureScreen({ visitId, use }: { visitId: string; use: CaptureUse }) {
  const ports = usePorts();
  const ready = useStoredDraft(visitId);
  const { value: challenge } = useLoad(["session"], (from) => from.challenge(visitId));
  const { watch, place } = useLocation();
  const [phase, setPhase] = useState<Phase>({ name: "live" });
  useHold(phase.name === "doubt" || phase.name === "saving" || phase.name === "failed");

  const save = async (shot: Shot): Promise<void> => {
    setPhase({ name: "saving", shot });
    try {
      const capture = await ports.saveCapture(orderOf(visitId, shot, watch.reading(), challenge ?? null));
      navigator.vibrate?.(30);
      setPhase({ name: "kept", shot, capture });
    } catch (error) {
      setPhase({ name: "failed", shot, code: troubleOf(error) });
    }
  };
  const take = (shot: Shot): void => {
    const doubt = shot.flags.includes("recording_recovered") ? null : doubtOf(shot, MIN_VIDEO_MS);
    if (doubt) setPhase({ name: "doubt", shot, doubt });
    else void save(shot);
  };
  const again = (): void => setPhase({ name: "live" });

  if (phase.name === "kept") return <Kept visitId={visitId} use={use} shot={phase.shot} capture={phase.capture} onAgain={again} />;
  if (phase.name === "doubt" || phase.name === "failed") {
    const { shot } = phase;
    const why = phase.name === "doubt" ? phase.doubt : phase.code;
    const redo = (): void => {
      if (shot.recording_id) void ports.dropVideo(shot.recording_id).catch(() => undefined);
      again();
    };
    return <Doubtful shot={shot} why={why} failed={phase.name === "failed"} onRedo={redo} onKeep={() => void save(shot)} />;
  }
  return (
    <>
      <Finder visitId={visitId} use={use} ready={ready} saving={phase.name === "saving"} challenge={challenge} place={place} onShot={take} />
      {use === "video" && phase.name === "live" && <Recovered visitId={visitId} onShot={take} />}
    </>
  );
}

/** The visit is stored before the camera opens, so that a killed app comes back to this person. */
function useStoredDraft(visitId: string): boolean {
  const ports = usePorts();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void ports
      .draft(visitId)
      .then((found) => (found ? undefined : ports.keepDraft(newDraft(visitId, new Date()))))
      .catch(() => undefined)
      .then(() => setReady(true));
  }, [visitId]);
  return ready;
}

function useHold(held: boolean): void {
  useEffect(() => (held ? holdUnsaved() : undefined), [held]);
}

function troubleOf(error: unknown): string {
  const trouble = (error as { trouble?: unknown } | null)?.trouble;
  return typeof trouble === "string" ? trouble : "unknown";
}
