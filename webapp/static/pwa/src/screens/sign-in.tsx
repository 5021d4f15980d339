/** Signing in and enrolling this phone; in WeChat's browser first the way out of it. */

import { useEffect, useState } from "preact/hooks";

import { canInstall, install, readPlatform, readShell, watchInstallOffer } from "../device/browser";
import { hintsOnline } from "../device/link";
import { askToPersist } from "../device/space";
import { keepLanguage, language, t, TEXTS, word } from "../i18n";
import { announce } from "../ui/announce";
import { Frame } from "../ui/frame";
import { Field } from "../ui/inputs";
import { Button, Notice } from "../ui/parts";
import { go, ROOT } from "../ui/navigation";
import { usePorts, useSync } from "./model/context";
import { PASSWORD_PATH } from "./model/route";

export function SignInScreen() {
  const [stayed, setStayed] = useState(false);
  if (readShell() === "wechat" && !stayed) return <WeChatScreen onStay={() => setStayed(true)} />;
  return <SignInForm />;
}

function WeChatScreen({ onStay }: { onStay: () => void }) {
  const copy = (): void => {
    void navigator.clipboard?.writeText(location.origin + ROOT).then(() => announce(t("wechat.copied")));
  };
  const actions = (
    <>
      <Button look="main" icon="note" onClick={copy}>
        {t("wechat.copy")}
      </Button>
      <Button look="plain" onClick={onStay}>
        {t("wechat.stay")}
      </Button>
    </>
  );
  return (
    <Frame title={t("wechat.title")} actions={actions}>
      <Notice tone="amber">{t("wechat.why")}</Notice>
      <ol class="card">
        <li>{t("wechat.step_menu")}</li>
        <li>{t(readPlatform() === "ios" ? "wechat.step_safari" : "wechat.step_browser")}</li>
        <li>{t("wechat.step_sign_in")}</li>
      </ol>
    </Frame>
  );
}

function SignInForm() {
  const ports = usePorts();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [, speak] = useState(language());

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (!username.trim() || !password) return setTrouble("fields_empty");
    setBusy(true);
    setTrouble(null);
    try {
      await ports.enrol({ username: username.trim(), password, name: deviceName() });
      void askToPersist();
      const session = await ports.session();
      go(session?.password_due ? PASSWORD_PATH : ROOT, { replace: true });
    } catch (error) {
      setTrouble(codeOf(error));
    } finally {
      setBusy(false);
    }
  };

  const switchLanguage = (): void => {
    keepLanguage(language() === "en" ? "zh-Hans" : "en");
    document.documentElement.lang = language();
    speak(language());
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Frame title={t("app.name")} actions={<SubmitButton busy={busy} />}>
        <p class="question">{t("sign_in.title")}</p>
        <p class="quiet">{t("sign_in.words")}</p>
        <KeptWork />
        {trouble && (
          <Notice tone="seal" live>
            {word("trouble", trouble)}
          </Notice>
        )}
        <Field label={t("sign_in.username")} value={username} onValue={setUsername} autocomplete="username" />
        <PasswordField label={t("sign_in.password")} value={password} onValue={setPassword} autocomplete="current-password" />
        <InstallHint />
        <Button look="plain" icon="language" onClick={switchLanguage}>
          {t("language.other")}
        </Button>
      </Frame>
    </form>
  );
}

/** Whose work it is, is nobody else's business: only that it is there, and safe. */
function KeptWork() {
  const { unsent, of_others } = useSync();
  const count = unsent + of_others;
  return count > 0 ? <Notice icon="device">{t("sign_in.kept", { count })}</Notice> : null;
}

/** Long passwords on small keys go wrong unseen. */
export function PasswordField({
  label,
  value,
  onValue,
  autocomplete,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  autocomplete: string;
}) {
  const [shown, setShown] = useState(false);
  const reveal = (
    <Button look="plain" icon="eye" aria-pressed={shown} onClick={() => setShown(!shown)}>
      {t(shown ? "sign_in.hide" : "sign_in.show")}
    </Button>
  );
  return (
    <Field
      label={label}
      value={value}
      onValue={onValue}
      type={shown ? "text" : "password"}
      autocomplete={autocomplete}
      aside={reveal}
    />
  );
}

function SubmitButton({ busy }: { busy: boolean }) {
  return (
    <Button look="main" type="submit" disabled={busy}>
      {t(busy ? "sign_in.busy" : "sign_in.submit")}
    </Button>
  );
}

/** Installed apps keep their storage better; the hint says how, in the words of this phone's browser. */
export function InstallHint() {
  const [ready, setReady] = useState(canInstall());
  useEffect(() => watchInstallOffer(() => setReady(canInstall())), []);
  if (readShell() !== "browser") return null;
  return (
    <Notice icon="device" title={t("install.title")}>
      <p>{t(readPlatform() === "ios" ? "install.ios" : "install.android")}</p>
      {ready && <Button onClick={() => void install()}>{t("install.now")}</Button>}
    </Notice>
  );
}

/** A name by which the office tells phones apart; the model if the browser says it. */
function deviceName(): string {
  const model = /;\s*([^;)]+?)\s+Build\//.exec(navigator.userAgent)?.[1];
  const names = { ios: "iPhone", android: "Android", harmony: "HarmonyOS", other: navigator.platform || "Web" };
  return (model ?? names[readPlatform()]).slice(0, 60);
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (!hintsOnline()) return "offline";
  return typeof code === "string" && `trouble.${code}` in TEXTS ? code : "unknown";
}
