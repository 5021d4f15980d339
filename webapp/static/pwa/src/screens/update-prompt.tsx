/** Asks before a new version starts, and never while a capture is unsaved. */

import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n";
import { usePath } from "../ui/navigation";
import { Button, Sheet } from "../ui/parts";
import { usePorts } from "./model/context";
import { readRoute } from "./model/route";
import { hasUnsaved, watchUnsaved } from "../app/unsaved";

export function UpdatePrompt() {
  const ports = usePorts();
  const route = readRoute(usePath());
  const [waiting, setWaiting] = useState(false);
  const [busy, setBusy] = useState(hasUnsaved());
  useEffect(() => ports.onUpdate(() => setWaiting(true)), [ports]);
  useEffect(() => watchUnsaved(() => setBusy(hasUnsaved())), []);
  // A visit is not interrupted: the question waits until the worker is back on a list.
  if (!waiting || busy || "visitId" in route) return null;
  return (
    <Sheet title={t("update.title")} onClose={() => setWaiting(false)}>
      <p>{t("update.words")}</p>
      <Button look="main" icon="refresh" onClick={() => void ports.applyUpdate()}>
        {t("update.now")}
      </Button>
      <Button look="wide" onClick={() => setWaiting(false)}>
        {t("update.later")}
      </Button>
    </Sheet>
  );
}
