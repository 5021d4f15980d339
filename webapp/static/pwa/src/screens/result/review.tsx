/** The last look: everything that was said, each with a way back to it, and the one button that keeps the result. */

import { useState } from "preact/hooks";

import type { Met, Outcome } from "../../domain/codes";
import { judgeResult, numberEnd } from "../../domain/rules";
import type { Attempt } from "../../domain/report";
import { uuid7 } from "../../domain/uuid7";
import { t, word } from "../../i18n";
import { calendarWords } from "../../i18n/dates";
import type { LocationWatch } from "../../device/location";
import { announce } from "../../ui/announce";
import { Frame, type SignalFacts } from "../../ui/frame";
import { Card } from "../../ui/inputs";
import { go, Link, ROOT } from "../../ui/navigation";
import { Button, Notice } from "../../ui/parts";
import { useLocation } from "../attempt";
import { usePorts } from "../model/context";
import type { Draft } from "../../domain/draft";
import { PlaceLine } from "../place-line";
import { detailsOf, factOf, type Question } from "../model/questions";
import { resultPath } from "../model/route";
import { holdUnsaved } from "../../app/unsaved";
import type { DraftHold } from "../model/use-draft";
import { CaptureRow } from "../visit";
import { StepDots, type StepProps } from "./step";

interface ReviewProps extends StepProps {
  questions: readonly Question[];
  position: { at: number; count: number };
  signal: SignalFacts;
  keep: DraftHold["keep"];
}

export function ReviewStep(props: ReviewProps) {
  const { item, draft, captures, questions, position, signal } = props;
  const { watch, place } = useLocation();
  const { saving, trouble, save } = useSave(props, watch);
  const before = questions[questions.length - 2]?.id;
  const lacking = trouble ?? lackOf(props);
  const actions = (
    <Button look="main" icon="check" disabled={saving || (lacking !== null && !trouble)} onClick={() => void save()}>
      {t(saving ? "review.saving" : "review.save")}
    </Button>
  );
  return (
    <Frame title={item.person.name} backTo={resultPath(draft.visit_id, before)} signal={signal} actions={actions}>
      <StepDots {...position} />
      <h2 class="question">{t("question.review")}</h2>
      {lacking && (
        <Notice tone="amber" live>
          {word("lack", lacking)}
        </Notice>
      )}
      <Card title={t("review.outcome")} aside={<ChangeLink draft={draft} step="met" />}>
        <p class="person__name">{draft.outcome && word("outcome", draft.outcome)}</p>
      </Card>
      <DetailsCard draft={draft} questions={questions} />
      <Card title={t("review.pictures")} aside={<ChangeLink draft={draft} step="pictures" questions={questions} />}>
        {captures.length ? <CaptureRow captures={captures} /> : <p class="quiet">{t("review.no_pictures")}</p>}
      </Card>
      <NoteCard draft={draft} />
      <PlaceLine place={place} />
    </Frame>
  );
}

function useSave({ item, draft, keep }: ReviewProps, watch: LocationWatch) {
  const ports = usePorts();
  const [saving, setSaving] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    setSaving(true);
    const release = holdUnsaved();
    try {
      await keep({});
      await ports.saveResult(draft, detailsOf(draft), lastAttempt(draft, watch));
      announce(t("review.saved", { name: item.person.name }));
      go(ROOT, { replace: true });
    } catch (error) {
      setTrouble((error as { code?: string }).code ?? "not_saved");
      setSaving(false);
    } finally {
      release();
    }
  };
  return { saving, trouble, save };
}

/** Whom a visit with this outcome has met. Where the outcome does not tell, nothing is made up: the tries stand as they were recorded. */
const MET_BY_OUTCOME: Partial<Record<Outcome, Met>> = {
  eligible: "person",
  in_care: "person",
  identity_doubt: "person",
  deceased: "deceased",
  refused: "refused",
  moved_away: "moved_address_known",
};

/** The visit that led to the result is itself an attempt: when it began, where it ended, whom it met. */
function lastAttempt(draft: Draft, watch: LocationWatch): Attempt | null {
  const met = draft.outcome && MET_BY_OUTCOME[draft.outcome];
  if (!met) return null;
  const span = { started_at: draft.arrived_at, ended_at: new Date().toISOString() };
  return { attempt_id: uuid7(), ...span, met, action: null, note: "", position: watch.reading() };
}

function lackOf({ item, draft, captures, today }: ReviewProps): string | null {
  if (!draft.outcome) return "outcome_missing";
  const { outcome } = draft;
  const numbers = item.person.phones.map(numberEnd);
  return judgeResult({
    kind: item.visit.kind,
    outcome,
    details: detailsOf(draft),
    captures: captures.map(factOf),
    attempts: item.attempts,
    numbers,
    today,
    known: item.person,
  }).code;
}

function ChangeLink({ draft, step, questions }: { draft: Draft; step: string; questions?: readonly Question[] }) {
  if (questions && !questions.some(({ id }) => id === step)) return null;
  return (
    <Link class="change" href={resultPath(draft.visit_id, step)}>
      {t("action.change")}
    </Link>
  );
}

function DetailsCard({ draft, questions }: { draft: Draft; questions: readonly Question[] }) {
  const details = Object.entries(detailsOf(draft));
  const first = questions.find(({ kind }) => kind === "fields" || kind === "choice");
  const changes = Object.entries(draft.contact_check === "changed" ? draft.changes : {}).filter(([, value]) => value);
  if (!details.length && !changes.length) return null;
  return (
    <Card title={t("review.details")} aside={first && <ChangeLink draft={draft} step={first.id} />}>
      <dl class="facts">
        {details.map(([field, value]) => [
          <dt key={field}>{word("field", field)}</dt>,
          <dd key={`${field}=`}>{valueWords(field, value)}</dd>,
        ])}
        {changes.map(([field, value]) => [
          <dt key={field}>{word("contact_change", field)}</dt>,
          <dd key={`${field}=`}>{value}</dd>,
        ])}
      </dl>
    </Card>
  );
}

function valueWords(field: string, value: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return calendarWords(value);
  const chosen = word(field, value);
  return chosen || value;
}

function NoteCard({ draft }: { draft: Draft }) {
  if (!draft.note.trim()) return null;
  return (
    <Card title={t("field.note")} aside={<ChangeLink draft={draft} step="note" />}>
      <p>{draft.note}</p>
    </Card>
  );
}
