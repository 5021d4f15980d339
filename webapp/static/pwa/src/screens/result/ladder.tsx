/** "Cannot be reached" rests on a ladder of tries: what is done and what is still to do. */

import { ladder, numberEnd, type LadderStep as Rung } from "../../domain/rules";
import { t, word } from "../../i18n";
import { Icon } from "../../ui/icon";
import type { VisitView } from "../../app/ports";
import type { StepProps } from "./step";

/** Every rung of this person: nobody is asked to call where there is no number. */
export function rungsOf({ attempts, person }: Pick<VisitView, "attempts" | "person">): Rung[] {
  return ladder(attempts, person.phones.map(numberEnd)).filter(({ need }) => need > 0);
}

export function LadderStep({ item }: StepProps) {
  const steps = rungsOf(item);
  const complete = steps.every(({ done }) => done);
  return (
    <>
      <h2 class="question">{t("question.ladder")}</h2>
      <p class="quiet">{t(complete ? "ladder.complete" : "ladder.words")}</p>
      <ul class="card">
        {steps.map(({ step, done, have, need }) => (
          <li class={done ? "rung rung--done" : "rung"} key={step}>
            <Icon name={done ? "done" : "clock"} />
            <span class="line__words">{word("ladder", step)}</span>
            <span class="figures nowrap">{done ? t("ladder.done") : t("ladder.have", { have, need })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
