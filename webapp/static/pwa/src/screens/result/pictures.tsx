/** The step of photos and videos: what is asked and what is already on this phone. */

import { t } from "../../i18n";
import { Notice } from "../../ui/parts";
import { factOf, hasNeeded, type Need } from "../questions";
import { CaptureRow } from "../visit";
import type { StepProps } from "./result";

export function PicturesStep({ need, captures }: StepProps & { need: Need }) {
  const enough = hasNeeded(need, captures.map(factOf));
  return (
    <>
      <h2 class="question">{t(`question.pictures_${need}`)}</h2>
      <p class="quiet">{t(`question.pictures_${need}_words`)}</p>
      {captures.length > 0 && <CaptureRow captures={captures} />}
      {captures.length > 0 && !enough && <Notice tone="amber">{t("pictures.not_yet")}</Notice>}
    </>
  );
}
