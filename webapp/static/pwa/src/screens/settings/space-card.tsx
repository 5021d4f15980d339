/** How much is kept on this phone and how safe it is there, without pretending to know the phone's free space. */

import { useEffect, useState } from "preact/hooks";

import { askToPersist, isNearlyFull, readSpace, type Space } from "../../device/space";
import { t } from "../../i18n";
import { sizeWords } from "../../i18n/dates";
import { announce } from "../../ui/announce";
import { Card } from "../../ui/inputs";
import { Badge, Button, Notice } from "../../ui/parts";

export function SpaceCard() {
  const [space, setSpace] = useState<Space | null>(null);
  const read = (): void => void readSpace().then(setSpace);
  useEffect(read, []);
  const ask = async (): Promise<void> => {
    const granted = await askToPersist();
    announce(t(granted ? "space.granted" : "space.not_granted"));
    read();
  };
  return (
    <Card title={t("space.title")}>
      {space && isNearlyFull(space) && <Notice tone="amber">{t("space.nearly_full")}</Notice>}
      <dl class="facts">
        <dt>{t("space.used")}</dt>
        <dd class="figures">{space?.used === null || !space ? t("space.unknown") : sizeWords(space.used)}</dd>
        <dt>{t("space.limit")}</dt>
        <dd class="figures">{space?.limit ? t("space.limit_words", { size: sizeWords(space.limit) }) : t("space.unknown")}</dd>
        <dt>{t("space.kept")}</dt>
        <dd>{space && <PersistBadge persisted={space.persisted} />}</dd>
      </dl>
      {space && space.persisted !== true && (
        <>
          <p class="quiet small">{t("space.why")}</p>
          <Button icon="shield" onClick={() => void ask()}>
            {t("space.ask")}
          </Button>
        </>
      )}
    </Card>
  );
}

function PersistBadge({ persisted }: { persisted: boolean | null }) {
  if (persisted)
    return (
      <Badge look="good" icon="shield">
        {t("space.persisted")}
      </Badge>
    );
  return (
    <Badge look="waiting" icon="warning">
      {t(persisted === false ? "space.not_persisted" : "space.unknown")}
    </Badge>
  );
}
