/** The step of photos and videos: what is asked, what is already on this phone, and the way to the camera. */

import { t } from "../../i18n";
import { go } from "../../ui/navigation";
import { Button, Notice } from "../../ui/parts";
import { factOf, hasNeeded } from "../questions";
import { capturePath, type CaptureUse } from "../route";
import { CaptureRow } from "../visit";
import type { StepProps } from "./result";

type Need = "person" | "person_or_document" | "none";

export function PicturesStep({ need, draft, captures, answer }: StepProps & { need: Need }) {
  const enough = hasNeeded(need, captures.map(factOf));
  const open = (use: CaptureUse): void => go(capturePath(draft.visit_id, use));
  const first: CaptureUse = need === "none" ? "document" : "photo";
  const done = captures.length > 0 && enough;
  return (
    <>
      <h2 class="question">{t(`question.pictures_${need}`)}</h2>
      <p class="quiet">{t(`question.pictures_${need}_words`)}</p>
      {captures.length > 0 && <CaptureRow captures={captures} />}
      {captures.length > 0 && !enough && <Notice tone="amber">{t("pictures.not_yet")}</Notice>}
      {done && (
        <Button look="main" onClick={() => answer({})}>
          {t("action.next")}
        </Button>
      )}
      <Button look={done ? "wide" : "main"} icon={first === "photo" ? "camera" : "note"} onClick={() => open(first)}>
        {t(first === "photo" ? (done ? "pictures.more_photo" : "pictures.photo") : "pictures.document")}
      </Button>
      <Button look="wide" icon={first === "photo" ? "video" : "camera"} onClick={() => open(first === "photo" ? "video" : "photo")}>
        {t(first === "photo" ? "pictures.video" : "pictures.place_photo")}
      </Button>
      {need === "person_or_document" && (
        <Button look="wide" icon="note" onClick={() => open("document")}>
          {t("pictures.form")}
        </Button>
      )}
      {need === "none" && !captures.length && (
        <Button look="plain" onClick={() => answer({})}>
          {t("pictures.skip")}
        </Button>
      )}
    </>
  );
}
