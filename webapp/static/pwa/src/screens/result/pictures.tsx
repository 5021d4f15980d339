/** The step of photos and videos: what is asked and what is already on this phone. */

import { t } from "../../i18n";
import { Notice } from "../../ui/parts";
import { useLoad } from "../model/context";
import { factOf, hasNeeded, type Need } from "../model/questions";
import { CaptureRow } from "../visit";
import type { StepProps } from "./step";

export function PicturesStep({ need, captures, draft }: StepProps & { need: Need }) {
  const refused = useRefused(draft.visit_id);
  const enough = hasNeeded(need, captures.map(factOf));
  return (
    <>
      <h2 class="question">{t(`question.pictures_${need}`)}</h2>
      <p class="quiet">{t(`question.pictures_${need}_words`)}</p>
      {refused > 0 && <Notice tone="seal">{t("pictures.refused", { count: refused })}</Notice>}
      {captures.length > 0 && <CaptureRow captures={captures} />}
      {captures.length > 0 && !enough && <Notice tone="amber">{t("pictures.not_yet")}</Notice>}
    </>
  );
}

/** How many of this visit's records the office did not take: their pictures are not shown here, and must not vanish without a word. */
function useRefused(visitId: string): number {
  const { value: rows } = useLoad(["session", "outbox"], (ports) => ports.outbox());
  return (rows ?? []).filter(({ item }) => item.visit_id === visitId && item.type === "record" && item.state === "refused")
    .length;
}
