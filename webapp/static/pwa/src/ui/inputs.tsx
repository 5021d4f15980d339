/** Fields and choices, large enough for a thumb in a glove. */

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

import { t } from "../i18n";
import { Icon, type IconName } from "./icon";

interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  error?: string | null;
  /** Lies at the end of the field, such as the button that shows a password. */
  aside?: ComponentChildren;
  type?: "text" | "tel" | "date" | "password" | "search" | "number";
  long?: boolean;
  autocomplete?: string;
  maxLength?: number;
  /** The date after which nothing can have happened. */
  max?: string;
}

/** Shorter limits are those of codes and ends of numbers, whose length the label says. */
const LIMIT_WORTH_SAYING = 100;
const LONGEST = 500;

/** A browser leaves out what is pasted beyond the limit; nobody may believe that it was kept. */
export function fullField(value: string, most: number): string | null {
  return most >= LIMIT_WORTH_SAYING && value.length >= most ? t("field.full", { most }) : null;
}

export function Field({ label, value, onValue, hint, aside, type = "text", long = false, ...rest }: FieldProps) {
  const id = useId();
  const most = rest.maxLength ?? LONGEST;
  const error = rest.error ?? fullField(value, most);
  const common = {
    id,
    class: "field__input",
    value,
    maxLength: most,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": hint || error ? `${id}-more` : undefined,
  };
  const read = (event: Event): void => onValue((event.target as HTMLInputElement).value);
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <div class={aside ? "field__with-aside" : undefined}>
        {long ? <textarea {...common} onInput={read} /> : <input {...inputLook(type, rest)} {...common} onInput={read} />}
        {aside}
      </div>
      <FieldMore id={`${id}-more`} hint={hint} error={error} />
    </div>
  );
}

/** Preact types each kind of input apart; here the kind is only known at run time. */
function inputLook(type: FieldProps["type"], more: Pick<FieldProps, "autocomplete" | "max">): JSX.IntrinsicElements["input"] {
  return { type, ...more } as JSX.IntrinsicElements["input"];
}

function FieldMore({ id, hint, error }: { id: string; hint?: string | undefined; error?: string | null | undefined }) {
  if (error) {
    return (
      <p class="field__error" id={id} role="alert">
        <Icon name="alert" small />
        {error}
      </p>
    );
  }
  return hint ? (
    <p class="field__hint" id={id}>
      {hint}
    </p>
  ) : null;
}

export interface Choice<Value extends string> {
  value: Value;
  words: string;
  more?: string;
  icon?: IconName;
}

interface ChoicesProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  chosen: Value | null;
  onChoose: (value: Value) => void;
  /** True where choosing does not open the next screen: a ring instead of an arrow says so. */
  stays?: boolean;
}

export function Choices<Value extends string>({ label, choices, chosen, onChoose, stays = false }: ChoicesProps<Value>) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          type="button"
          class="choice"
          key={choice.value}
          aria-pressed={choice.value === chosen}
          onClick={() => onChoose(choice.value)}
        >
          {choice.icon && <Icon name={choice.icon} />}
          <span class="choice__words">
            <b>{choice.words}</b>
            {choice.more && <span class="quiet small">{choice.more}</span>}
          </span>
          <Icon name={choice.value === chosen ? "done" : stays ? "ring" : "next"} />
        </button>
      ))}
    </div>
  );
}

interface ChipsProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  chosen: Value;
  onChoose: (value: Value) => void;
}

export function Chips<Value extends string>({ label, choices, chosen, onChoose }: ChipsProps<Value>) {
  return (
    <div class="chips" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          type="button"
          class="chip"
          key={choice.value}
          aria-pressed={choice.value === chosen}
          onClick={() => onChoose(choice.value)}
        >
          {choice.value === chosen && <Icon name="check" small />}
          {choice.words}
        </button>
      ))}
    </div>
  );
}

export function Card({ title, aside, children }: { title?: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="card">
      {title && (
        <div class="card__head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
