/** Says plainly when the browser has thrown away what was kept on this phone. */

import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n";
import { Button, Notice } from "../ui/parts";
import { usePorts } from "./model/context";

export function VanishedNotice() {
  const ports = usePorts();
  const [lost, setLost] = useState<{ unsent: number } | null>(null);
  useEffect(() => void ports.vanished().then(setLost), [ports]);
  if (!lost) return null;
  const understood = (): void => {
    ports.forgetVanished();
    setLost(null);
  };
  return (
    <aside class="content content--aside" aria-label={t("vanished.title")}>
      <Notice tone="seal" title={t("vanished.title")}>
        <p>{lost.unsent ? t("vanished.words", { count: lost.unsent }) : t("vanished.nothing_lost")}</p>
        <Button onClick={understood}>{t("vanished.understood")}</Button>
      </Notice>
    </aside>
  );
}
