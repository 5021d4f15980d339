/** What lies under the thumb for each kind of question; choices go on by themselves and need nothing. */

import { t, type Key } from "../../i18n";
import { go } from "../../ui/navigation";
import { Button } from "../../ui/parts";
import { factOf, hasFault, hasNeeded, isAnswered, type Need, type Question } from "../model/questions";
import { attemptPath, capturePath, type CaptureUse } from "../model/route";
import { rungsOf } from "./ladder";
import type { StepProps } from "./step";

export function StepActions({ question, ...props }: StepProps & { question: Question }) {
  switch (question.kind) {
    case "pictures":
      return <PicturesActions {...props} need={question.need} />;
    case "ladder":
      return <LadderActions {...props} />;
    case "met":
    case "outcome":
      return null;
    case "contact":
      return props.draft.contact_check === "changed" ? <Next {...props} question={question} /> : null;
    default:
      return <Next {...props} question={question} />;
  }
}

function Next({ question, item, draft, captures, today, answer }: StepProps & { question: Question }) {
  const answered = isAnswered(question, draft, captures.map(factOf), today, item.person);
  const wanting = hasFault(question, draft, today, item.person) ? "result.mend_first" : "result.fill_first";
  return (
    <Button look="main" disabled={!answered} onClick={() => answer({})}>
      {t(answered ? "action.next" : wanting)}
    </Button>
  );
}

type Open = (use: CaptureUse) => void;

function PicturesActions({ need, item, draft, captures, answer }: StepProps & { need: Need }) {
  const open: Open = (use) => go(capturePath(draft.visit_id, use));
  const enough = captures.length > 0 && hasNeeded(need, captures.map(factOf));
  // After a return the old pictures may still do, but a new one is what was probably asked for.
  const done = enough && !areAllOlder(item, captures);
  const onNext = (): void => answer({});
  if (need === "none") return <PaperActions done={done} open={open} onNext={onNext} />;
  return (
    <>
      {done && <NextButton words="action.next" look="main" onNext={onNext} />}
      <Button look={done ? "wide" : "main"} icon="camera" onClick={() => open("photo")}>
        {t(enough ? "pictures.more_photo" : "pictures.photo")}
      </Button>
      <Button look="wide" icon="video" onClick={() => open("video")}>
        {t("pictures.video")}
      </Button>
      {need === "person_or_document" && (
        <Button look="wide" icon="note" onClick={() => open("document")}>
          {t("pictures.form")}
        </Button>
      )}
      {enough && !done && <NextButton words="pictures.keep_old" look="wide" onNext={onNext} />}
    </>
  );
}

function NextButton({ words, look, onNext }: { words: Key; look: "main" | "wide"; onNext: () => void }) {
  return (
    <Button look={look} onClick={onNext}>
      {t(words)}
    </Button>
  );
}

function PaperActions({ done, open, onNext }: { done: boolean; open: Open; onNext: () => void }) {
  return (
    <>
      {done && <NextButton words="action.next" look="main" onNext={onNext} />}
      <Button look={done ? "wide" : "main"} icon="note" onClick={() => open("document")}>
        {t("pictures.document")}
      </Button>
      <div class="row">
        <Button onClick={() => open("photo")}>{t("pictures.place_photo")}</Button>
        {!done && <Button onClick={onNext}>{t("pictures.skip")}</Button>}
      </div>
    </>
  );
}

/** Whether every picture was there before the office sent the visit back. */
export function areAllOlder({ visit }: StepProps["item"], captures: StepProps["captures"]): boolean {
  return visit.returned !== null && captures.every(({ is_older }) => is_older);
}

function LadderActions({ item, draft, answer }: StepProps) {
  if (rungsOf(item).every(({ done }) => done)) {
    return (
      <Button look="main" onClick={() => answer({})}>
        {t("action.next")}
      </Button>
    );
  }
  return (
    <Button look="main" icon="steps" onClick={() => go(attemptPath(draft.visit_id))}>
      {t("ladder.record")}
    </Button>
  );
}
