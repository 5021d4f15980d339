/** "Not found yet? Record this try": what happened, what was done, a few words; kept even when it is not finished. */

import { useEffect, useRef, useState } from "preact/hooks";

import { LocationWatch, type LocationState } from "../device/location";
import type { Action, Met } from "../domain/codes";
import type { Attempt } from "../domain/types";
import { uuid7 } from "../domain/uuid7";
import { t, word } from "../i18n";
import { announce } from "../ui/announce";
import { Frame } from "../ui/frame";
import { Choices, Field } from "../ui/inputs";
import { cameFrom, returnTo } from "../ui/navigation";
import { Button, Loading } from "../ui/parts";
import { signalOf, usePorts, useSync } from "./context";
import { ACTIONS_ASKED, METS_ASKED, type AttemptAnswers } from "./draft";
import { PlaceLine } from "./place-line";
import { resultPath, visitPath } from "./route";
import { useDraft } from "./use-draft";

export function AttemptScreen({ visitId }: { visitId: string }) {
  const { draft, change, keep } = useDraft(visitId);
  const sync = useSync();
  const { watch, place } = useLocation();
  const ports = usePorts();
  const [saving, setSaving] = useState(false);

  useEffect(() => {
    if (draft && !draft.attempt) change({ attempt: emptyAttempt(new Date()) });
  }, [draft === null]);

  const answers = draft?.attempt;
  const save = async (): Promise<void> => {
    if (!answers?.met || saving) return;
    setSaving(true);
    try {
      await ports.saveAttempt(visitId, finished(answers, answers.met, watch));
      await keep({ attempt: null });
      announce(t("attempt.saved"));
      // Whoever came from the ladder goes on with it; everybody else is done with this door for now.
      returnTo(cameFrom() === resultPath(visitId, "ladder") ? cameFrom() : visitPath(visitId));
    } catch {
      setSaving(false);
      announce(t("attempt.failed"));
    }
  };

  return (
    <Frame
      title={t("attempt.title")}
      backTo={visitPath(visitId)}
      signal={signalOf(sync)}
      actions={answers?.met && <SaveButton saving={saving} onSave={() => void save()} />}
    >
      {!answers && <Loading words={t("day.loading")} />}
      {answers && <AttemptQuestions answers={answers} change={(part) => change({ attempt: { ...answers, ...part } })} />}
      <PlaceLine place={place} />
    </Frame>
  );
}

function SaveButton({ saving, onSave }: { saving: boolean; onSave: () => void }) {
  return (
    <Button look="main" icon="check" disabled={saving} onClick={onSave}>
      {t("attempt.save")}
    </Button>
  );
}

interface AttemptQuestionsProps {
  answers: AttemptAnswers;
  change: (part: Partial<AttemptAnswers>) => void;
}

function AttemptQuestions({ answers, change }: AttemptQuestionsProps) {
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
        <Button look="plain" icon="edit" onClick={() => change({ met: null })}>
          {t("action.change")}
        </Button>
      </div>
      <Field label={t("attempt.note")} value={answers.note} onValue={(note) => change({ note })} long maxLength={2000} />
      <h2>{t("attempt.did")}</h2>
      <Choices<Action>
        label={t("attempt.did")}
        choices={actions}
        chosen={answers.action}
        onChoose={(action) => change({ action: action === answers.action ? null : action })}
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
  return { started_at: now.toISOString(), met: null, action: null, note: "" };
}

function finished(answers: AttemptAnswers, met: Met, watch: LocationWatch): Attempt {
  return {
    attempt_id: uuid7(),
    started_at: answers.started_at,
    ended_at: new Date().toISOString(),
    met,
    action: answers.action,
    note: answers.note.trim(),
    position: watch.reading(),
  };
}
