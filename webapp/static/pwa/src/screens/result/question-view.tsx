/** One question of a result with its answers. */

import type { Outcome } from "../../domain/codes";
import { PAST_DAYS, type Known } from "../../domain/rules";
import { t, word } from "../../i18n";
import { calendarWords } from "../../i18n/dates";
import { Choices, Field, type Choice } from "../../ui/inputs";
import { chooseOutcome, OUTCOMES_ASKED, type Draft } from "../../domain/draft";
import { asksMore, faultOf, type Ask, type Question } from "../model/questions";
import { ContactStep } from "./contact";
import { LadderStep } from "./ladder";
import { PicturesStep } from "./pictures";
import type { StepProps } from "./step";

export function QuestionView({ question, ...props }: StepProps & { question: Question }) {
  switch (question.kind) {
    case "met":
      return <MetStep {...props} />;
    case "outcome":
      return <OutcomeStep {...props} />;
    case "pictures":
      return <PicturesStep {...props} need={question.need} />;
    case "ladder":
      return <LadderStep {...props} />;
    case "contact":
      return <ContactStep {...props} />;
    case "choice":
      return <ChoiceStep {...props} question={question} />;
    case "fields":
      return <FieldsStep {...props} question={question} />;
    default:
      return <NoteStep {...props} />;
  }
}

type MetAnswer = "eligible" | "in_care" | "attempt" | "other";

function MetStep({ draft, answer }: StepProps) {
  const choices: Choice<MetAnswer>[] = [
    { value: "eligible", words: t("met_step.home"), more: t("met_step.home_more"), icon: "person" },
    { value: "in_care", words: t("met_step.care"), more: t("met_step.care_more"), icon: "hospital" },
    { value: "attempt", words: t("met_step.not_found"), more: t("met_step.not_found_more"), icon: "steps" },
    { value: "other", words: t("met_step.other"), more: t("met_step.other_more"), icon: "note" },
  ];
  const chosen = draft.outcome === "eligible" || draft.outcome === "in_care" ? draft.outcome : draft.outcome && "other";
  const choose = (value: MetAnswer): void => {
    if (value === "attempt") answer({ step: "attempt" });
    else if (value === "other") answer({ ...chooseOutcome(draft, null), step: "outcome" });
    else answer({ ...chooseOutcome(draft, value), step: "met" });
  };
  return (
    <>
      <h2 class="question">{t("question.met")}</h2>
      <Choices label={t("question.met")} choices={choices} chosen={chosen} onChoose={choose} />
    </>
  );
}

function OutcomeStep({ draft, answer }: StepProps) {
  const choices = OUTCOMES_ASKED.map((outcome) => ({ value: outcome, words: word("outcome", outcome) }));
  return (
    <>
      <h2 class="question">{t("question.outcome")}</h2>
      <Choices<Outcome>
        label={t("question.outcome")}
        choices={choices}
        chosen={draft.outcome}
        onChoose={(outcome) => answer(chooseOutcome(draft, outcome))}
      />
    </>
  );
}

type ChoiceQuestion = Extract<Question, { kind: "choice" }>;

function ChoiceStep({ question, draft, change, answer }: StepProps & { question: ChoiceQuestion }) {
  const { field, choices, id } = question;
  const value = draft.details[field] ?? null;
  const offered = choices.map((choice) => ({ value: choice, words: word(field, choice) }));
  const set = (part: Record<string, string>): Partial<Draft> => ({ details: { ...draft.details, ...part } });
  return (
    <>
      <h2 class="question">{word("question", id)}</h2>
      <Choices
        label={word("question", id)}
        choices={offered}
        chosen={value}
        stays={!question.required}
        onChoose={(chosen) => (question.required ? answer(set({ [field]: chosen })) : change(set({ [field]: chosen })))}
      />
      {asksMore(question, draft) && (
        <Field
          label={t("field.optional", { field: word("field", question.more.field) })}
          value={draft.details[question.more.field] ?? ""}
          maxLength={4}
          onValue={(typed) => change(set({ [question.more.field]: typed.toUpperCase() }))}
        />
      )}
    </>
  );
}

type FieldsQuestion = Extract<Question, { kind: "fields" }>;

function FieldsStep({ question, item, draft, today, change }: StepProps & { question: FieldsQuestion }) {
  const set = (field: string, value: string): void => change({ details: { ...draft.details, [field]: value } });
  return (
    <>
      <h2 class="question">{word("question", question.id)}</h2>
      {question.asks.map((ask) => (
        <AskField
          key={ask.field}
          ask={ask}
          draft={draft}
          today={today}
          known={item.person}
          onValue={(value) => set(ask.field, value)}
        />
      ))}
    </>
  );
}

function AskField({
  ask,
  draft,
  today,
  known,
  onValue,
}: {
  ask: Ask;
  draft: Draft;
  today: string;
  known: Known;
  onValue: (value: string) => void;
}) {
  const label = ask.required ? word("field", ask.field) : t("field.optional", { field: word("field", ask.field) });
  const value = draft.details[ask.field] ?? "";
  const past = draft.outcome && PAST_DAYS[draft.outcome]?.includes(ask.field);
  const fault = faultOf(ask.field, draft, today, known);
  const error = fault && word("lack", fault);
  // The browser writes dates in its own way; the words say the same day as everywhere else.
  const hint = ask.kind === "date" && /^\d{4}-\d\d-\d\d$/.test(value) ? { hint: calendarWords(value) } : {};
  if (ask.kind === "long") return <Field label={label} value={value} onValue={onValue} long maxLength={1000} />;
  return (
    <Field
      label={label}
      value={value}
      onValue={onValue}
      type={ask.kind}
      error={error}
      {...hint}
      {...(past ? { max: today } : {})}
    />
  );
}

function NoteStep({ draft, change }: StepProps) {
  return (
    <>
      <h2 class="question">{t("question.note")}</h2>
      <Field
        label={t("field.note")}
        value={draft.note}
        onValue={(note) => change({ note })}
        long
        maxLength={2000}
        hint={t("field.note_hint")}
      />
    </>
  );
}
