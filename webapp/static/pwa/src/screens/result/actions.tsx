/** What lies under the thumb for each kind of question; choices go on by themselves and need nothing. */

import { ladder } from "../../domain/rules";
import { t } from "../../i18n";
import { go } from "../../ui/navigation";
import { Button } from "../../ui/parts";
import { factOf, hasNeeded, isAnswered, type Need, type Question } from "../questions";
import { attemptPath, capturePath, type CaptureUse } from "../route";
import type { StepProps } from "./result";

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

function Next({ question, draft, captures, answer }: StepProps & { question: Question }) {
  const answered = isAnswered(question, draft, captures.map(factOf));
  return (
    <Button look="main" disabled={!answered} onClick={() => answer({})}>
      {t(answered ? "action.next" : "result.fill_first")}
    </Button>
  );
}

function PicturesActions({ need, draft, captures, answer }: StepProps & { need: Need }) {
  const open = (use: CaptureUse): void => go(capturePath(draft.visit_id, use));
  const done = captures.length > 0 && hasNeeded(need, captures.map(factOf));
  const next = (
    <Button look="main" onClick={() => answer({})}>
      {t("action.next")}
    </Button>
  );
  if (need === "none") {
    return (
      <>
        {done && next}
        <Button look={done ? "wide" : "main"} icon="note" onClick={() => open("document")}>
          {t("pictures.document")}
        </Button>
        <div class="row">
          <Button onClick={() => open("photo")}>{t("pictures.place_photo")}</Button>
          {!done && <Button onClick={() => answer({})}>{t("pictures.skip")}</Button>}
        </div>
      </>
    );
  }
  return (
    <>
      {done && next}
      <Button look={done ? "wide" : "main"} icon="camera" onClick={() => open("photo")}>
        {t(done ? "pictures.more_photo" : "pictures.photo")}
      </Button>
      <Button look="wide" icon="video" onClick={() => open("video")}>
        {t("pictures.video")}
      </Button>
      {need === "person_or_document" && (
        <Button look="wide" icon="note" onClick={() => open("document")}>
          {t("pictures.form")}
        </Button>
      )}
    </>
  );
}

function LadderActions({ item, draft, answer }: StepProps) {
  if (ladder(item.attempts).every(({ done }) => done)) {
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
