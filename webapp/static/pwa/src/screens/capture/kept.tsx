/** After the shutter: the picture, the stamp, and the next step. */

import { t } from "../../i18n";
import { stopwatch } from "../../i18n/dates";
import { useBlobAddress } from "../../ui/blob-image";
import { Title } from "../../ui/frame";
import { Icon } from "../../ui/icon";
import { returnTo } from "../../ui/navigation";
import { Button, Stamp } from "../../ui/parts";
import { useLoad } from "../model/context";
import type { CaptureView } from "../../app/ports";
import { resultPath, type CaptureUse } from "../model/route";
import type { Shot } from "./shot";

interface KeptProps {
  visitId: string;
  use: CaptureUse;
  shot: Shot;
  capture: CaptureView;
  onAgain: () => void;
}

export function Kept({ visitId, use, shot, capture, onAgain }: KeptProps) {
  const { value: captures } = useLoad(["captures", "outbox"], (ports) => ports.captures(visitId));
  const verified = captures?.find((other) => other.capture_id === capture.capture_id)?.verified === true;
  return (
    <main class="finder">
      <header class="finder__top">
        <Title>{t("capture.kept")}</Title>
      </header>
      <ShotView shot={shot} />
      <div class="finder__bottom">
        <p class="finder__stamp">
          <Stamp double={verified}>{t(verified ? "stamp.verified" : "stamp.kept")}</Stamp>
        </p>
        <Button look="main" icon="check" onClick={() => returnTo(resultPath(visitId))}>
          {t("action.next")}
        </Button>
        <button type="button" class="glass" onClick={onAgain}>
          <Icon name="retake" />
          {t(use === "video" ? "capture.again_video" : "capture.again")}
        </button>
      </div>
    </main>
  );
}

export function ShotView({ shot }: { shot: Shot }) {
  const address = useBlobAddress(() => Promise.resolve(shot.blob));
  if (!address) return null;
  const label = t(shot.kind === "video" ? "capture.your_video" : "capture.your_picture");
  if (shot.kind !== "video") return <img class="finder__view finder__view--still" src={address} alt={label} />;
  const words = `${label} ${stopwatch(shot.duration_ms ?? 0)}`;
  return <video class="finder__view finder__view--still" src={address} aria-label={words} controls muted playsInline />;
}
