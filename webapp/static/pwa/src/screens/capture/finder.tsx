/** The live viewfinder: the picture fills the screen, the challenge stands on it, the shutter lies under the thumb. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { LocationState } from "../../device/location";
import { isDark, measureBrightness } from "../../device/picture";
import { isNearlyFull, readSpace } from "../../device/space";
import { t } from "../../i18n";
import { stopwatch } from "../../i18n/dates";
import { announce } from "../../ui/announce";
import { signalWords, Title } from "../../ui/frame";
import { Icon } from "../../ui/icon";
import { back, go } from "../../ui/navigation";
import type { Camera } from "../../device/camera";
import { signalOf, useSync } from "../model/context";
import { usePlaceWords } from "../place-line";
import { capturePath, resultPath, type CaptureUse } from "../model/route";
import { ChallengeWords } from "./challenge-words";
import type { FinderProps } from "./finder-props";
import { NoCamera } from "./no-camera";
import { pictureShot } from "./shot";
import { useCamera } from "./use-camera";
import { useRecording, VIDEO_SECONDS } from "./use-recording";

export function Finder(props: FinderProps) {
  const { visitId, use, ready, saving, onShot } = props;
  const { camera, trouble, retry } = useCamera(use === "video" ? "video" : "photo", ready);
  const view = useRef<HTMLVideoElement>(null);
  const recording = useRecording(visitId, { done: onShot, failed: () => announce(t("capture.record_failed")) });
  useStream(view, camera);
  const full = useNearlyFull();
  const dark = useDarkness(view, camera, recording.elapsed !== null);

  const shoot = async (): Promise<void> => {
    if (!camera || !view.current || use === "video") return;
    const light = measureBrightness(view.current);
    onShot(pictureShot(use, await camera.takePhoto(view.current), "camera", light));
  };
  const press = (): void => {
    if (use !== "video") return void shoot().catch(() => announce(t("capture.shot_failed")));
    if (recording.elapsed === null && camera) recording.start(camera);
    else recording.stop();
  };

  if (trouble) return <NoCamera {...props} trouble={trouble} onRetry={retry} />;
  return (
    <main class="finder">
      <video class="finder__view" ref={view} autoplay playsInline muted aria-label={t("capture.view")} />
      <FinderTop {...props} elapsed={recording.elapsed} />
      <div class="finder__bottom">
        {full && <Warning words={t("space.nearly_full")} />}
        {dark && <Warning words={t("capture.dark")} />}
        <FinderControls visitId={visitId} use={use} camera={camera} busy={saving} elapsed={recording.elapsed} onPress={press} />
        <FinderFacts place={props.place} />
      </div>
    </main>
  );
}

/** What the bar of other screens says, in one line, so that nothing of it is hidden here either. */
function FinderFacts({ place }: { place: LocationState }) {
  const signal = signalOf(useSync());
  return (
    <p class="finder__place">
      <span class="signal__mark" aria-live="polite">
        <Icon name="pin" small />
        {usePlaceWords(place)}
      </span>
      <span class="signal__mark">
        <Icon name={signal.online ? "online" : "offline"} small />
        {signalWords(signal)}
      </span>
    </p>
  );
}

function FinderTop({ visitId, use, challenge, elapsed }: FinderProps & { elapsed: number | null }) {
  return (
    <header class="finder__top">
      <div class="finder__head">
        <button type="button" class="glass" onClick={() => back(resultPath(visitId))}>
          <Icon name="back" />
          {t("action.back")}
        </button>
        <Title>{t(`capture.title_${use}`)}</Title>
        {elapsed !== null && (
          <span class="recording" role="timer" aria-label={t("capture.elapsed")}>
            {t("capture.of", { elapsed: stopwatch(elapsed), longest: stopwatch(VIDEO_SECONDS * 1000) })}
          </span>
        )}
      </div>
      {use !== "document" && <ChallengeWords challenge={challenge} use={use} />}
      {use === "document" && <p>{t("capture.document_words")}</p>}
    </header>
  );
}

function Warning({ words }: { words: string }) {
  return (
    <p class="finder__warning" role="status">
      <Icon name="warning" />
      {words}
    </p>
  );
}

interface ControlsProps {
  visitId: string;
  use: CaptureUse;
  camera: Camera | null;
  busy: boolean;
  elapsed: number | null;
  onPress: () => void;
}

function FinderControls({ visitId, use, camera, busy, elapsed, onPress }: ControlsProps) {
  const looks = ["shutter", use === "video" && "shutter--video", elapsed !== null && "shutter--recording"]
    .filter(Boolean)
    .join(" ");
  const label = use !== "video" ? "capture.shoot" : elapsed === null ? "capture.record" : "capture.stop";
  return (
    <div class="finder__controls">
      <OtherUse visitId={visitId} use={use} hidden={elapsed !== null} />
      <button type="button" class={looks} aria-label={t(label)} disabled={!camera || busy} onClick={onPress} />
      <Torch camera={camera} />
    </div>
  );
}

function OtherUse({ visitId, use, hidden }: { visitId: string; use: CaptureUse; hidden: boolean }) {
  if (hidden || use === "document") return <span />;
  const other = use === "photo" ? "video" : "photo";
  return (
    <button type="button" class="glass" onClick={() => go(capturePath(visitId, other), { replace: true })}>
      <Icon name={other === "video" ? "video" : "camera"} />
      {t(`capture.use_${other}`)}
    </button>
  );
}

function Torch({ camera }: { camera: Camera | null }) {
  const [on, setOn] = useState(false);
  useEffect(() => setOn(false), [camera]);
  if (!camera?.canTorch) return <span />;
  const turn = (): void => {
    void camera.setTorch(!on);
    setOn(!on);
  };
  return (
    <button type="button" class="glass" aria-pressed={on} onClick={turn}>
      <Icon name="torch" />
      {t("capture.torch")}
    </button>
  );
}

function useStream(view: { current: HTMLVideoElement | null }, camera: Camera | null): void {
  useEffect(() => {
    if (view.current) view.current.srcObject = camera?.stream ?? null;
  }, [camera]);
}

function useNearlyFull(): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => void readSpace().then((space) => setFull(isNearlyFull(space))), []);
  return full;
}

const LOOK_EVERY_MS = 1500;

function useDarkness(view: { current: HTMLVideoElement | null }, camera: Camera | null, paused: boolean): boolean {
  const [dark, setDark] = useState(false);
  useEffect(() => {
    if (!camera || paused) return undefined;
    const timer = setInterval(() => {
      if (view.current?.videoWidth) setDark(isDark(measureBrightness(view.current)));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [camera, paused]);
  return dark;
}
