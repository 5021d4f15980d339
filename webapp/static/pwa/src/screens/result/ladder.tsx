/** "Cannot be reached" rests on a ladder of tries: what is done, what is still to do, and the way to record it. */

import { ladder } from "../../domain/rules";
import { t, word } from "../../i18n";
import { Icon } from "../../ui/icon";
import { go } from "../../ui/navigation";
import { Button } from "../../ui/parts";
import { attemptPath } from "../route";
import type { StepProps } from "./result";

export function LadderStep({ item, draft, answer }: StepProps) {
  const steps = ladder(item.attempts);
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
      {complete ? (
        <Button look="main" onClick={() => answer({})}>
          {t("action.next")}
        </Button>
      ) : (
        <Button look="main" icon="steps" onClick={() => go(attemptPath(draft.visit_id))}>
          {t("ladder.record")}
        </Button>
      )}
    </>
  );
}
