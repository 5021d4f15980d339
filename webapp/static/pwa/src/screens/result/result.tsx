/** The result, one question a screen; the address holds the step and the draft holds the answers, so a reload changes nothing. */

import { useEffect } from "preact/hooks";

import { t } from "../../i18n";
import { Frame } from "../../ui/frame";
import { go } from "../../ui/navigation";
import { Empty, Loading } from "../../ui/parts";
import { signalOf, todayOf, useLoad, useSync } from "../model/context";
import type { Draft } from "../../domain/draft";
import { questionsOf, type Question } from "../model/questions";
import { attemptPath, resultPath, visitPath } from "../model/route";
import { tellFailure, useDraft, type DraftHold } from "../model/use-draft";
import { StepActions } from "./actions";
import { QuestionView } from "./question-view";
import { ReviewStep } from "./review";
import { StepDots, type StepProps } from "./step";

export function ResultScreen({ visitId, step }: { visitId: string; step: string | null }) {
  const { draft, change, keep } = useDraft(visitId);
  const { value: item } = useLoad(["session", "cases", "outbox"], (ports) => ports.visit(visitId));
  const { value: captures } = useLoad(["captures", "outbox"], (ports) => ports.captures(visitId));
  const title = item?.person.name ?? t("visit.title");
  const done = item?.stage === "done";
  useEffect(() => {
    // Stepping back into a result that is already kept must not begin another one.
    if (done) go(visitPath(visitId), { replace: true });
  }, [done]);
  if (!draft || !item || !captures) {
    const gone = (
      <Empty icon="home" title={t("visit.gone")}>
        {t("visit.gone_words")}
      </Empty>
    );
    return (
      <Frame title={title} backTo={visitPath(visitId)}>
        {item === null ? gone : <Loading words={t("day.loading")} />}
      </Frame>
    );
  }
  return (
    <Steps key={step ?? ""} step={step ?? draft.step} item={item} draft={draft} captures={captures} change={change} keep={keep} />
  );
}

type StepsProps = Omit<StepProps, "answer" | "today"> & { step: string; keep: DraftHold["keep"] };

function Steps({ step, item, draft, captures, change, keep }: StepsProps) {
  const sync = useSync();
  const visitId = draft.visit_id;
  const questions = questionsOf({ ...draft, step });
  const at = Math.max(
    0,
    questions.findIndex((question) => question.id === step),
  );
  const question = questions[at] ?? questions[0];
  useEffect(() => {
    if (question && draft.step !== question.id) void keep({ step: question.id }).catch(tellFailure);
    if (question) go(resultPath(visitId, question.id), { replace: true });
  }, [question?.id]);
  if (!question) return null;

  const answer = (part: Partial<Draft>): void => {
    const after = { ...draft, ...part };
    const next = nextStep(question, after);
    const open = (): void => go(next === "attempt" ? attemptPath(visitId) : resultPath(visitId, next));
    void keep({ ...part, step: next }).then(open, tellFailure);
  };
  const props: StepProps = { item, draft, captures, today: todayOf(sync), change, answer };
  const position = { at, count: Math.max(questions.length, 4) };
  const signal = signalOf(sync);
  if (question.kind === "review")
    return <ReviewStep {...props} questions={questions} position={position} signal={signal} keep={keep} />;
  return (
    <Frame
      title={item.person.name}
      backTo={at === 0 ? visitPath(visitId) : resultPath(visitId, questions[at - 1]?.id)}
      signal={signal}
      actions={<StepActions question={question} {...props} />}
    >
      <StepDots {...position} />
      <QuestionView question={question} {...props} />
    </Frame>
  );
}

/** The question after this one; `attempt` leaves the result for the record of a try. */
function nextStep(question: Question, draft: Draft): string {
  if (draft.step === "attempt") return "attempt";
  if (question.kind === "met" && !draft.outcome) return "outcome";
  const questions = questionsOf(draft);
  const at = questions.findIndex(({ id }) => id === question.id);
  return questions[at + 1]?.id ?? "review";
}
