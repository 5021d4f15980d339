/** Leaving with a shot that is not kept yet: the worker is asked, and may hand the picture to the phone's own album. */

import { useState } from "preact/hooks";

import { saveFile, stampOf } from "../../device/save-file";
import { t } from "../../i18n";
import { Button, Notice, Sheet } from "../../ui/parts";
import type { Shot } from "./shot";

interface LeavingProps {
  shot: Shot;
  onKeep: () => void;
  onLeave: () => void;
  onStay: () => void;
}

export function Leaving({ shot, onKeep, onLeave, onStay }: LeavingProps) {
  const [saved, setSaved] = useState(false);
  const album = (): void => {
    toAlbum(shot);
    setSaved(true);
  };
  return (
    <Sheet title={t("leaving.title")} onClose={onStay}>
      {saved ? (
        <Notice icon="download" live>
          {t("leaving.in_album")}
        </Notice>
      ) : (
        <p>{t("leaving.words")}</p>
      )}
      <Button look="main" icon="refresh" onClick={onKeep}>
        {t("capture.try_save")}
      </Button>
      <Button look="wide" icon="download" onClick={album}>
        {t("leaving.album")}
      </Button>
      <Button look="wide" onClick={onStay}>
        {t("leaving.stay")}
      </Button>
      <Button look="grave" icon="leave" onClick={onLeave}>
        {t("leaving.drop")}
      </Button>
    </Sheet>
  );
}

const ENDINGS: Record<string, string> = { "image/jpeg": "jpg", "video/webm": "webm", "video/mp4": "mp4" };

/** The bytes as they were taken; the name says nothing of whom they show. */
export function toAlbum({ blob, mime }: Shot): void {
  saveFile(blob, `anzai-${stampOf(new Date())}.${ENDINGS[mime] ?? "bin"}`);
}
