/** Whether address and phone still hold; corrections travel as proposals that the office decides. */

import { t } from "../../i18n";
import { Choices, Field } from "../../ui/inputs";
import type { ContactAnswers } from "../../domain/draft";
import type { StepProps } from "./step";

export function ContactStep({ item, draft, change, answer }: StepProps) {
  const { person } = item;
  const set = (part: ContactAnswers): void => change({ changes: { ...draft.changes, ...part } });
  const choose = (value: "same" | "changed"): void => {
    if (value === "same") answer({ contact_check: "same", changes: {} });
    else change({ contact_check: "changed" });
  };
  const choices = [
    { value: "same" as const, words: t("contact.same") },
    { value: "changed" as const, words: t("contact.changed") },
  ];
  return (
    <>
      <h2 class="question">{t("question.contact")}</h2>
      <dl class="facts card">
        <dt>{t("visit.address")}</dt>
        <dd>{person.address || t("visit.no_address")}</dd>
        <dt>{t("visit.phones")}</dt>
        <dd class="figures">{person.phones.join("、") || t("contact.none")}</dd>
      </dl>
      <Choices label={t("question.contact")} choices={choices} chosen={draft.contact_check} onChoose={choose} />
      {draft.contact_check === "changed" && (
        <>
          <Field label={t("contact.address")} value={draft.changes.address ?? ""} onValue={(address) => set({ address })} long />
          <Field label={t("contact.phone")} value={draft.changes.phone ?? ""} onValue={(phone) => set({ phone })} type="tel" />
          <Field label={t("contact.person")} value={draft.changes.contact ?? ""} onValue={(contact) => set({ contact })} />
        </>
      )}
    </>
  );
}
