/** What the browser lets this app use; only the browser's own settings can change a refusal, and the words say so. */

import { useEffect, useState } from "preact/hooks";

import { readPermissions, type Permission, type PermissionState } from "../../device/permissions";
import { t } from "../../i18n";
import { Card } from "../../ui/inputs";
import { Badge } from "../../ui/parts";
import type { IconName } from "../../ui/icon";

const ICONS: Record<PermissionState, IconName> = { granted: "done", denied: "alert", prompt: "info", unknown: "info" };
const LOOKS: Record<PermissionState, string> = { granted: "good", denied: "refused", prompt: "waiting", unknown: "waiting" };

export function PermissionsCard() {
  const [states, setStates] = useState<[Permission, PermissionState][]>([]);
  useEffect(() => void readPermissions().then(setStates), []);
  return (
    <Card title={t("permissions.title")}>
      <dl class="facts">
        {states.map(([permission, state]) => [
          <dt key={permission}>{t(`permission.${permission}`)}</dt>,
          <dd key={`${permission}=`}>
            <Badge look={LOOKS[state]} icon={ICONS[state]}>
              {t(`permission_state.${state}`)}
            </Badge>
          </dd>,
        ])}
      </dl>
      {states.some(([, state]) => state === "denied") && <p class="quiet small">{t("permissions.how")}</p>}
    </Card>
  );
}
