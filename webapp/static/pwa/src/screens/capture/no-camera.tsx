/** When the camera cannot be opened in the page: why, what to do, and the phone's own camera app as the marked fallback. */

import { useRef, useState } from "preact/hooks";

import type { CameraTrouble } from "../../device/camera";
import { t, word } from "../../i18n";
import { Frame } from "../../ui/frame";
import { Button, Notice } from "../../ui/parts";
import { signalOf, useSync } from "../model/context";
import { PlaceLine } from "../place-line";
import { resultPath } from "../model/route";
import { ChallengeWords } from "./challenge-words";
import type { FinderProps } from "./finder-props";
import { readPicked } from "./picked";

type NoCameraProps = Pick<FinderProps, "visitId" | "use" | "challenge" | "place" | "onShot"> & {
  trouble: CameraTrouble;
  onRetry: () => void;
};

export function NoCamera({ visitId, use, challenge, place, trouble, onRetry, onShot }: NoCameraProps) {
  const sync = useSync();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = (file: File | undefined): void => {
    if (!file) return;
    setProblem(null);
    readPicked(file, use).then(onShot, (error: unknown) => setProblem(error instanceof Error ? error.message : "unknown"));
  };
  const actions = (
    <>
      <Button look="main" icon="camera" onClick={() => input.current?.click()}>
        {t(use === "video" ? "no_camera.pick_video" : "no_camera.pick")}
      </Button>
      <Button look="wide" icon="refresh" onClick={onRetry}>
        {t("no_camera.retry")}
      </Button>
    </>
  );
  return (
    <Frame title={t(`capture.title_${use}`)} backTo={resultPath(visitId)} signal={signalOf(sync)} actions={actions}>
      {use !== "document" && <ChallengeWords challenge={challenge} use={use} />}
      <Notice tone="amber" icon="camera-off" title={t(`no_camera.${trouble}`)}>
        <p>{t(`no_camera.${trouble}_words`)}</p>
      </Notice>
      <p class="quiet">{t("no_camera.fallback")}</p>
      <PlaceLine place={place} />
      {problem && (
        <Notice tone="seal" live>
          {word("trouble", problem)}
        </Notice>
      )}
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        aria-label={t("no_camera.pick")}
        accept={use === "video" ? "video/mp4,video/webm,video/*" : "image/*"}
        capture="environment"
        onChange={(event) => read(event.currentTarget.files?.[0])}
      />
    </Frame>
  );
}
