/** Asks about a phone that signed in with the worker's account elsewhere: whoever knows the password could. */

import { useState } from "preact/hooks";

import type { NewPhone } from "../domain/session";
import { t } from "../i18n";
import { momentWords } from "../i18n/dates";
import { Button, Notice } from "../ui/parts";
import { useLoad, usePorts } from "./model/context";

export function NewPhones() {
  const { value: phones } = useLoad(["session"], (ports) => ports.newPhones());
  const [stopped, setStopped] = useState(false);
  return (
    <>
      {stopped && (
        <Notice tone="seal" live title={t("phones.stopped")}>
          <p>{t("phones.password")}</p>
        </Notice>
      )}
      {phones?.map((phone) => (
        <Question key={phone.device_kid} phone={phone} onStopped={() => setStopped(true)} />
      ))}
    </>
  );
}

function Question({ phone, onStopped }: { phone: NewPhone; onStopped: () => void }) {
  const ports = usePorts();
  const [state, setState] = useState<"asked" | "telling" | "failed">("asked");
  const answer = async (isOwn: boolean): Promise<void> => {
    setState("telling");
    try {
      await ports.answerForPhone(phone.device_kid, isOwn);
      if (!isOwn) onStopped();
    } catch {
      setState("failed");
    }
  };
  return (
    <Notice tone="amber" title={t("phones.title")}>
      <p>{t("phones.words", { name: phone.name || t("phones.nameless"), at: momentWords(phone.enrolled_at) })}</p>
      {state === "failed" && <p role="alert">{t("phones.failed")}</p>}
      <div class="answers">
        <Button disabled={state === "telling"} onClick={() => void answer(true)}>
          {t("phones.mine")}
        </Button>
        <Button disabled={state === "telling"} onClick={() => void answer(false)}>
          {t("phones.not_mine")}
        </Button>
      </div>
    </Notice>
  );
}
