/** Offers a video that a crash has cut short: its slices are on this phone. */

import { useEffect, useState } from "preact/hooks";

import { t } from "../../i18n";
import { Button, Sheet } from "../../ui/parts";
import { usePorts } from "../context";
import type { UnfinishedVideo } from "../ports";
import type { Shot } from "./shot";

interface RecoveredProps {
  visitId: string;
  onShot: (shot: Shot) => void;
}

export function Recovered({ visitId, onShot }: RecoveredProps) {
  const ports = usePorts();
  const [video, setVideo] = useState<UnfinishedVideo | null>(null);
  // Read once, when the screen opens: what is recorded from then on is not a leftover.
  useEffect(() => void ports.unfinishedVideo(visitId).then(setVideo, () => undefined), []);
  if (!video?.slices) return null;
  const id = video.recording_id;
  const keep = async (): Promise<void> => {
    setVideo(null);
    const blob = await ports.takeVideo(id);
    const facts = { width: null, height: null, duration_ms: video.slices * 1000 };
    onShot({ kind: "video", blob, mime: video.mime, ...facts, source: "camera", flags: ["recording_recovered"], recording_id: id });
  };
  const drop = (): void => {
    setVideo(null);
    void ports.dropVideo(id);
  };
  return (
    <Sheet title={t("recovered.title")} onClose={() => setVideo(null)}>
      <p>{t("recovered.words", { seconds: video.slices })}</p>
      <Button look="main" icon="check" onClick={() => void keep()}>
        {t("recovered.keep")}
      </Button>
      <Button look="wide" onClick={drop}>
        {t("recovered.drop")}
      </Button>
    </Sheet>
  );
}
