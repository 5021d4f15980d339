/** Taking the photo, the video or the picture of a paper: viewfinder, shutter, one question if something looks wrong, and then "on this phone". */

import { useEffect, useRef, useState } from "preact/hooks";

import { MIN_VIDEO_MS } from "../../domain/rules";
import { useLocation } from "../attempt";
import { useLoad, usePorts } from "../model/context";
import { newDraft } from "../../domain/draft";
import { guardLeaving } from "../../ui/navigation";
import type { CaptureView, Ports } from "../../app/ports";
import type { CaptureUse } from "../model/route";
import { holdUnsaved } from "../../app/unsaved";
import { Doubtful } from "./doubtful";
import { Finder } from "./finder";
import { Kept } from "./kept";
import { Leaving } from "./leaving";
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
  const [leave, setLeave] = useState<(() => void) | null>(null);
  const saving = useRef(false);
  const isOpen = phase.name === "doubt" || phase.name === "saving" || phase.name === "failed";
  useHold(isOpen);
  useEffect(() => (isOpen ? guardLeaving((go) => setLeave(() => go)) : undefined), [isOpen]);

  /** Settles when it is known whether the shot is kept; one that was kept in the meantime is not kept twice. */
  const save = async (shot: Shot, before: Phase = { name: "saving", shot }): Promise<void> => {
    if (saving.current) return;
    saving.current = true;
    setPhase(before);
    try {
      const capture = await ports.saveCapture(orderOf(visitId, shot, watch.reading(), challenge ?? null));
      navigator.vibrate?.(30);
      setLeave(null);
      setPhase({ name: "kept", shot, capture });
    } catch (error) {
      setPhase({ name: "failed", shot, code: troubleOf(error) });
    } finally {
      saving.current = false;
    }
  };
  const take = (shot: Shot): void => {
    const doubt = shot.flags.includes("recording_recovered") ? null : doubtOf(shot, MIN_VIDEO_MS);
    if (!doubt) return void save(shot);
    setPhase({ name: "doubt", shot, doubt });
    // A call that comes in may end the app: what was not decided about is offered again.
    if (!shot.recording_id)
      void keepUndecided(ports, visitId, shot).then((kept) =>
        setPhase((now) => (now.name === "doubt" && now.shot === shot ? { ...now, shot: kept } : now)),
      );
  };
  const again = (): void => setPhase({ name: "live" });
  useQuietRetry(phase.name === "failed" ? () => void save(phase.shot, phase) : null);

  if (phase.name === "kept")
    return <Kept visitId={visitId} use={use} shot={phase.shot} capture={phase.capture} onAgain={again} />;
  if (phase.name === "doubt" || phase.name === "failed") {
    const { shot } = phase;
    const why = phase.name === "doubt" ? phase.doubt : phase.code;
    const drop = (): void => {
      if (shot.recording_id) void ports.dropVideo(shot.recording_id).catch(() => undefined);
    };
    const redo = (): void => {
      drop();
      again();
    };
    const go = leave && (() => (drop(), leave()));
    return (
      <>
        <Doubtful shot={shot} why={why} failed={phase.name === "failed"} onRedo={redo} onKeep={() => void save(shot)} />
        {go && <Leaving shot={shot} onKeep={() => void save(shot)} onLeave={go} onStay={() => setLeave(null)} />}
      </>
    );
  }
  return (
    <>
      <Finder
        visitId={visitId}
        use={use}
        ready={ready}
        saving={phase.name === "saving"}
        challenge={challenge}
        place={place}
        onShot={take}
      />
      {phase.name === "live" && <Recovered visitId={visitId} use={use} onShot={take} />}
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
      .then((found) => (found ? undefined : ports.keepDraft(newDraft(visitId, new Date()), null)))
      .catch(() => undefined)
      .then(() => setReady(true));
  }, [visitId]);
  return ready;
}

/** What could not be kept is tried again by itself when the app is left or looked at again, and when an upload has made room. */
function useQuietRetry(again: (() => void) | null): void {
  const ports = usePorts();
  const latest = useRef(again);
  latest.current = again;
  const isWanted = again !== null;
  useEffect(() => {
    if (!isWanted) return undefined;
    const retry = (): void => latest.current?.();
    document.addEventListener("visibilitychange", retry);
    const unwatch = ports.watch(["captures"], retry);
    return () => {
      document.removeEventListener("visibilitychange", retry);
      unwatch();
    };
  }, [isWanted]);
}

/** The same shot, by the name under which it outlives the app; where there is no room for that, as it was. */
async function keepUndecided(ports: Ports, visitId: string, shot: Shot): Promise<Shot> {
  const { blob, mime, kind, width, height, duration_ms, source, flags } = shot;
  const recording_id = await ports
    .keepUndecided(visitId, { blob, mime, kind, width, height, duration_ms, source, flags })
    .catch(() => null);
  return { ...shot, recording_id };
}

function useHold(held: boolean): void {
  useEffect(() => (held ? holdUnsaved() : undefined), [held]);
}

function troubleOf(error: unknown): string {
  const trouble = (error as { trouble?: unknown } | null)?.trouble;
  return typeof trouble === "string" ? trouble : "unknown";
}
