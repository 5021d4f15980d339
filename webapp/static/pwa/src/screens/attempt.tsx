/** "Not found yet? Record this try": what happened, what was done, a few words; kept even when it is not finished. */

import { useEffect, useRef, useState } from "preact/hooks";

import { LocationWatch, type LocationState } from "../device/location";
import { CALLS, type Action, type Met } from "../domain/codes";
import { numberEnd } from "../domain/rules";
import type { Person } from "../domain/pack";
import type { Attempt } from "../domain/report";
import { uuid7 } from "../domain/uuid7";
import { t, word } from "../i18n";
import { announce } from "../ui/announce";
import { Frame } from "../ui/frame";
import { Choices, Field } from "../ui/inputs";
import { cameFrom, returnTo } from "../ui/navigation";
import { Button, Loading } from "../ui/parts";
import { signalOf, useLoad, usePorts, useSync } from "./model/context";
import { ACTIONS_ASKED, METS_ASKED, type AttemptAnswers } from "../domain/draft";
import { PlaceLine } from "./place-line";
import { resultPath, visitPath } from "./model/route";
import { useDraft, type DraftHold } from "./model/use-draft";

export function AttemptScreen({ visitId }: { visitId: string }) {
  const { draft, change, keep } = useDraft(visitId);
  const { value: item } = useLoad(["session", "cases"], (from) => from.visit(visitId));
  const sync = useSync();
  const { watch, place } = useLocation();
  const { saving, save } = useSave(visitId, keep);

  useEffect(() => {
    if (draft && !draft.attempt) change({ attempt: emptyAttempt(new Date()) });
  }, [draft === null]);

  const answers = draft?.attempt;
  return (
    <Frame
      title={t("attempt.title")}
      backTo={visitPath(visitId)}
      signal={signalOf(sync)}
      actions={
        answers?.met && (
          <SaveButton
            saving={saving}
            lacking={lacksNumber(answers, item?.person)}
            onSave={() => answers.met && void save(finished(answers, answers.met, item?.person, watch))}
          />
        )
      }
    >
      {!answers && <Loading words={t("day.loading")} />}
      {answers && (
        <AttemptQuestions
          answers={answers}
          person={item?.person}
          change={(part) => change({ attempt: { ...answers, ...part } })}
        />
      )}
      <PlaceLine place={place} />
    </Frame>
  );
}

function useSave(visitId: string, keep: DraftHold["keep"]) {
  const ports = usePorts();
  const [saving, setSaving] = useState(false);
  const save = async (attempt: Attempt): Promise<void> => {
    if (saving) return;
    setSaving(true);
    try {
      await ports.saveAttempt(visitId, attempt);
      await keep({ attempt: null });
      announce(t("attempt.saved"));
      // Whoever came from the ladder goes on with it; everybody else is done with this door for now.
      returnTo(cameFrom() === resultPath(visitId, "ladder") ? cameFrom() : visitPath(visitId));
    } catch {
      setSaving(false);
      announce(t("attempt.failed"));
    }
  };
  return { saving, save };
}

function SaveButton({ saving, lacking, onSave }: { saving: boolean; lacking: boolean; onSave: () => void }) {
  return (
    <Button look="main" icon="check" disabled={saving || lacking} onClick={onSave}>
      {t(lacking ? "attempt.number_first" : "attempt.save")}
    </Button>
  );
}

/** The numbers that may have been dialled: the person's own, then those of contacts. */
function numbersOf(person: Person | undefined): string[] {
  const contacts = person?.contacts.map(({ phone }) => phone ?? "") ?? [];
  return [...new Set([...(person?.phones ?? []), ...contacts])].filter(Boolean);
}

/** Asked only where there is a choice. */
function lacksNumber({ met, number_end }: AttemptAnswers, person: Person | undefined): boolean {
  return met !== null && CALLS.includes(met) && numbersOf(person).length > 1 && number_end === null;
}

interface AttemptQuestionsProps {
  answers: AttemptAnswers;
  person: Person | undefined;
  change: (part: Partial<AttemptAnswers>) => void;
}

function AttemptQuestions({ answers, person, change }: AttemptQuestionsProps) {
  if (!answers.met) {
    const mets = METS_ASKED.map((met) => ({ value: met, words: word("met", met) }));
    return (
      <>
        <h2 class="question">{t("attempt.what")}</h2>
        <Choices<Met> label={t("attempt.what")} choices={mets} chosen={null} onChoose={(met) => change({ met })} />
      </>
    );
  }
  const actions = ACTIONS_ASKED.map((action) => ({ value: action, words: word("action", action) }));
  return (
    <>
      <div class="row">
        <p class="question">{word("met", answers.met)}</p>
        <Button look="plain" icon="edit" onClick={() => change({ met: null, number_end: null })}>
          {t("action.change")}
        </Button>
      </div>
      {CALLS.includes(answers.met) && (
        <WhichNumber answers={answers} numbers={numbersOf(person)} onChoose={(number_end) => change({ number_end })} />
      )}
      <Field label={t("attempt.note")} value={answers.note} onValue={(note) => change({ note })} long maxLength={2000} />
      <h2>{t("attempt.did")}</h2>
      <Choices<Action>
        label={t("attempt.did")}
        choices={actions}
        chosen={answers.action}
        stays
        onChoose={(action) => change({ action: action === answers.action ? null : action })}
      />
    </>
  );
}

function WhichNumber({
  answers,
  numbers,
  onChoose,
}: {
  answers: AttemptAnswers;
  numbers: string[];
  onChoose: (end: string) => void;
}) {
  if (numbers.length < 2) return null;
  const choices = numbers.map((number) => ({ value: numberEnd(number), words: number }));
  return (
    <>
      <h2>{t("attempt.which_number")}</h2>
      <Choices
        label={t("attempt.which_number")}
        choices={[...choices, { value: "", words: t("attempt.other_number") }]}
        chosen={answers.number_end}
        onChoose={onChoose}
        stays
      />
    </>
  );
}

/** A location watch that lives as long as the screen. */
export function useLocation(): { watch: LocationWatch; place: LocationState } {
  const [place, setPlace] = useState<LocationState>({ latest: null, trouble: null });
  const held = useRef<LocationWatch | null>(null);
  held.current ??= new LocationWatch(setPlace);
  useEffect(() => {
    held.current?.start();
    return () => held.current?.stop();
  }, []);
  return { watch: held.current, place };
}

function emptyAttempt(now: Date): AttemptAnswers {
  return { attempt_id: uuid7(), started_at: now.toISOString(), met: null, action: null, number_end: null, note: "" };
}

function finished(answers: AttemptAnswers, met: Met, person: Person | undefined, watch: LocationWatch): Attempt {
  const [only] = numbersOf(person);
  const number_end = answers.number_end ?? (only === undefined ? null : numberEnd(only));
  return {
    // A form that an older version began has none yet.
    attempt_id: answers.attempt_id ?? uuid7(),
    started_at: answers.started_at,
    ended_at: new Date().toISOString(),
    met,
    action: answers.action,
    ...(CALLS.includes(met) ? { number_end } : {}),
    note: answers.note.trim(),
    position: watch.reading(),
  };
}
