/** Changing one's own password, on the phone; asked for first where somebody else set it. */

import { useState } from "preact/hooks";

import { t, TEXTS, word } from "../../i18n";
import { momentWords } from "../../i18n/dates";
import { announce } from "../../ui/announce";
import { Frame } from "../../ui/frame";
import { back, go, ROOT } from "../../ui/navigation";
import { Button, Notice } from "../../ui/parts";
import { signalOf, useLoad, usePorts, useSync } from "../model/context";
import { PASSWORD_PATH } from "../model/route";
import { PasswordField } from "../sign-in";

export function PasswordScreen() {
  const sync = useSync();
  const { value: session } = useLoad(["session"], (ports) => ports.session());
  const { present, wanted, setPresent, setWanted, busy, trouble, submit } = useChange();
  const actions = (
    <Button look="main" type="submit" disabled={busy}>
      {t(busy ? "password.saving" : "password.save")}
    </Button>
  );
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Frame title={t("password.title")} backTo="/app/settings" signal={signalOf(sync)} actions={actions}>
        {session?.password_due && (
          <Notice tone="amber" title={t("password.due_title")}>
            {t("password.due_words")}
          </Notice>
        )}
        {trouble && (
          <Notice tone="seal" live>
            {word("trouble", trouble)}
          </Notice>
        )}
        <PasswordField label={t("password.present")} value={present} onValue={setPresent} autocomplete="current-password" />
        <PasswordField label={t("password.wanted")} value={wanted} onValue={setWanted} autocomplete="new-password" />
        <p class="quiet">{t("password.hint")}</p>
      </Frame>
    </form>
  );
}

function useChange() {
  const ports = usePorts();
  const [present, setPresent] = useState("");
  const [wanted, setWanted] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (!present || !wanted) return setTrouble("passwords_empty");
    setBusy(true);
    setTrouble(null);
    try {
      await ports.changePassword(present, wanted);
      announce(t("password.done"));
      back(ROOT);
    } catch (error) {
      setTrouble(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { present, wanted, setPresent, setWanted, busy, trouble, submit };
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === "offline") return "no_signal";
  return typeof code === "string" && `trouble.${code}` in TEXTS ? code : "unknown";
}

/** Over the list: that the office waits for an own password, or that somebody set another one. */
export function PasswordNotices() {
  const ports = usePorts();
  const { value: session } = useLoad(["session"], (from) => from.session());
  const { value: notice } = useLoad(["session"], (from) => from.passwordNotice());
  if (session?.password_due) {
    return (
      <Notice tone="amber" title={t("password.due_title")}>
        <p>{t("password.due_words")}</p>
        <Button onClick={() => go(PASSWORD_PATH)}>{t("password.title")}</Button>
      </Notice>
    );
  }
  if (!notice) return null;
  return (
    <Notice tone="amber" title={t("password.notice_title", { by: notice.by ?? t("password.notice_server") })}>
      <p>{t("password.notice_words", { at: momentWords(notice.at) })}</p>
      <div class="answers">
        <Button onClick={() => void ports.putNoticeAway(notice)}>{t("password.notice_fine")}</Button>
        <Button onClick={() => go(PASSWORD_PATH)}>{t("password.title")}</Button>
      </div>
    </Notice>
  );
}
