/** Settings: how the app looks and speaks, what is safe on this phone, and what may be used. */

import { useState } from "preact/hooks";

import { saveFile, stampOf } from "../../device/save-file";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { Frame } from "../../ui/frame";
import { Card } from "../../ui/inputs";
import { go, ROOT } from "../../ui/navigation";
import { Button, Notice, Sheet } from "../../ui/parts";
import { signalOf, useLoad, usePorts, useSync } from "../model/context";
import { MainTabs } from "../day";
import { nothingWaits } from "../model/outbox-list";
import { PASSWORD_PATH } from "../model/route";
import { InstallHint } from "../sign-in";
import { AppearanceCard } from "./appearance";
import { PermissionsCard } from "./permissions";
import { SpaceCard } from "./space-card";

export function SettingsScreen() {
  const ports = usePorts();
  const sync = useSync();
  const [, redraw] = useState({});
  return (
    <Frame title={t("settings.title")} signal={signalOf(sync)} tabs={<MainTabs />}>
      <AppearanceCard onChange={() => redraw({})} />
      <SpaceCard />
      <ExportCard />
      <PermissionsCard />
      <InstallHint />
      <AccountCard />
      <p class="quiet small figures">{t("settings.version", { version: ports.build })}</p>
    </Frame>
  );
}

function ExportCard() {
  const ports = usePorts();
  const sync = useSync();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      saveFile(await ports.exportUnsent(), `anzai-${stampOf(new Date())}.zip`);
      announce(t("export.done"));
    } catch {
      announce(t("export.failed"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t("export.title")}>
      <p class="quiet">{sync.unsent ? t("export.words", { count: sync.unsent }) : nothingWaits(sync, "export.nothing")}</p>
      <Button icon="download" disabled={busy || !sync.unsent} onClick={() => void save()}>
        {t("export.save")}
      </Button>
    </Card>
  );
}

function AccountCard() {
  const { value: session } = useLoad(["session"], (ports) => ports.session());
  const sync = useSync();
  const [asking, setAsking] = useState(false);
  if (!session) {
    return (
      <Button look="main" onClick={() => go(ROOT)}>
        {t("sign_in.submit")}
      </Button>
    );
  }
  return (
    <Card title={t("account.title")}>
      <p>{[session.name, session.area].filter(Boolean).join(" · ")}</p>
      {(!session.signed_in || sync.trouble === "signed_out") && (
        <>
          <Notice tone="amber">{t("account.expired")}</Notice>
          <Button look="main" onClick={() => go("/app/sign-in")}>
            {t("account.again")}
          </Button>
        </>
      )}
      <Button icon="edit" onClick={() => go(PASSWORD_PATH)}>
        {t("password.title")}
      </Button>
      <Button look="grave" icon="leave" onClick={() => setAsking(true)}>
        {t("account.sign_out")}
      </Button>
      {asking && <SignOutSheet onClose={() => setAsking(false)} />}
    </Card>
  );
}

function SignOutSheet({ onClose }: { onClose: () => void }) {
  const ports = usePorts();
  const sync = useSync();
  const leave = (): void => {
    void ports.signOut().then(
      () => {
        onClose();
        go(ROOT, { replace: true });
      },
      // A full phone cannot even write that down; whoever hands the phone on must know.
      () => announce(t("account.not_signed_out")),
    );
  };
  return (
    <Sheet title={t("account.sure")} onClose={onClose}>
      {sync.unsent > 0 ? (
        <Notice tone="amber">{t("account.unsent_stays", { count: sync.unsent })}</Notice>
      ) : (
        <p>{nothingWaits(sync, "account.all_sent")}</p>
      )}
      <Button look="wide" onClick={onClose}>
        {t("account.stay")}
      </Button>
      <Button look="grave" onClick={leave}>
        {t("account.sign_out")}
      </Button>
    </Sheet>
  );
}
