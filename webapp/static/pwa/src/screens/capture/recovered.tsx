/** Offers a video that a crash has cut short: its slices are on this phone. */

import { useEffect, useState } from "preact/hooks";

import type { ShotFacts } from "../../domain/capture";
import { t } from "../../i18n";
import { Button, Sheet } from "../../ui/parts";
import { usePorts } from "../model/context";
import type { Unfinished } from "../../app/ports";
import type { CaptureUse } from "../model/route";
import type { Shot } from "./shot";

interface RecoveredProps {
  visitId: string;
  use: CaptureUse;
  onShot: (shot: Shot) => void;
}

export function Recovered({ visitId, use, onShot }: RecoveredProps) {
  const ports = usePorts();
  const [video, setVideo] = useState<Unfinished | null>(null);
  // Read once, when the screen opens: what is recorded from then on is not a leftover.
  useEffect(() => void ports.unfinished(visitId, use).then(setVideo, () => undefined), []);
  if (!video?.slices) return null;
  const id = video.recording_id;
  const keep = async (): Promise<void> => {
    setVideo(null);
    const blob = await ports.takeVideo(id);
    onShot({ ...factsOf(video), blob, mime: video.mime, recording_id: id });
  };
  const drop = (): void => {
    setVideo(null);
    void ports.dropVideo(id);
  };
  return (
    <Sheet title={t(video.about ? "recovered.shot_title" : "recovered.title")} onClose={() => setVideo(null)}>
      <p>{video.about ? t("recovered.shot_words") : t("recovered.words", { seconds: video.slices })}</p>
      <Button look="main" icon="check" onClick={() => void keep()}>
        {t(video.about ? "recovered.shot_look" : "recovered.keep")}
      </Button>
      <Button look="wide" onClick={drop}>
        {t(video.about ? "capture.drop" : "recovered.drop")}
      </Button>
    </Sheet>
  );
}

/** Of a shot that was not decided about everything is known, and it is asked about again; of a broken recording only how long it was. */
function factsOf({ about, slices }: Unfinished): ShotFacts {
  return (
    about ?? {
      kind: "video",
      width: null,
      height: null,
      duration_ms: slices * 1000,
      source: "camera",
      flags: ["recording_recovered"],
    }
  );
}
