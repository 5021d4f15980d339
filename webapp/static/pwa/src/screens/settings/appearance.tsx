/** Language, size of the text, light or dark: each takes effect at once. */

import { keepLanguage, language, t, type Language } from "../../i18n";
import { Card, Chips } from "../../ui/inputs";
import { applyLook, keepLook, readLook, type TextSize, type Theme } from "../../ui/look";

const TEXT_SIZES: readonly TextSize[] = ["normal", "large", "double"];
const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function AppearanceCard({ onChange }: { onChange: () => void }) {
  const look = readLook();
  const speak = (chosen: Language): void => {
    keepLanguage(chosen);
    applyLook();
    onChange();
  };
  const change = (part: Partial<ReturnType<typeof readLook>>): void => {
    keepLook({ ...readLook(), ...part });
    onChange();
  };
  return (
    <Card title={t("settings.look")}>
      <h3 class="quiet">{t("settings.language")}</h3>
      <Chips<Language>
        label={t("settings.language")}
        chosen={language()}
        onChoose={speak}
        choices={[
          { value: "zh-Hans", words: "简体中文" },
          { value: "en", words: "English" },
        ]}
      />
      <h3 class="quiet">{t("settings.text")}</h3>
      <Chips<TextSize>
        label={t("settings.text")}
        chosen={look.text}
        onChoose={(text) => change({ text })}
        choices={TEXT_SIZES.map((size) => ({ value: size, words: t(`text_size.${size}`) }))}
      />
      <h3 class="quiet">{t("settings.theme")}</h3>
      <Chips<Theme>
        label={t("settings.theme")}
        chosen={look.theme}
        onChoose={(theme) => change({ theme })}
        choices={THEMES.map((theme) => ({ value: theme, words: t(`theme.${theme}`) }))}
      />
    </Card>
  );
}
