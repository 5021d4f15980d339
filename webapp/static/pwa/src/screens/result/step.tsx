/** What every step of a result is given, and the dots that say where it stands. */

import type { CaptureView, VisitView } from "../../app/ports";
import type { Draft } from "../../domain/draft";
import { t } from "../../i18n";
import type { DraftHold } from "../model/use-draft";

export interface StepProps {
  item: VisitView;
  draft: Draft;
  captures: readonly CaptureView[];
  today: string;
  change: DraftHold["change"];
  /** Keeps the answer and goes on. */
  answer: (part: Partial<Draft>) => void;
}

export function StepDots({ at, count }: { at: number; count: number }) {
  return (
    <div class="steps" role="img" aria-label={t("result.step_of", { step: at + 1, count })}>
      {Array.from({ length: count }, (_, number) => (
        <i key={number} class={number <= at ? "is-done" : ""} />
      ))}
    </div>
  );
}
