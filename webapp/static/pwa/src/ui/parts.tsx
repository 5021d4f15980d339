/** Small parts that most screens share: buttons, notices, badges, stamps, a sheet. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Icon, type IconName } from "./icon";

export type ButtonLook = "main" | "wide" | "plain" | "grave" | "small";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon" | "look"> & {
  look?: ButtonLook;
  icon?: IconName;
  children: ComponentChildren;
};

export function Button({ look = "small", icon, children, ...rest }: ButtonProps) {
  const looks = look === "grave" ? "button button--wide button--grave" : `button button--${look}`;
  return (
    <button type="button" {...rest} class={looks}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export type Tone = "blue" | "amber" | "seal" | "pine";

interface NoticeProps {
  tone?: Tone;
  icon?: IconName;
  title?: string;
  /** Read out at once when it appears later than the screen itself. */
  live?: boolean;
  children?: ComponentChildren;
}

const TONE_ICONS: Record<Tone, IconName> = { blue: "info", amber: "warning", seal: "alert", pine: "done" };

export function Notice({ tone = "blue", icon, title, live = false, children }: NoticeProps) {
  return (
    <div class={`notice notice--${tone}`} role={live ? "status" : undefined}>
      <Icon name={icon ?? TONE_ICONS[tone]} />
      <div class="notice__words">
        {title && <b>{title}</b>}
        {children}
      </div>
    </div>
  );
}

export function Badge({ look, icon, children }: { look: string; icon: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge badge--${look}`}>
      <Icon name={icon} small />
      {children}
    </span>
  );
}

/** The one flourish: a single seal for "on this phone", a double one for "verified". */
export function Stamp({ double = false, children }: { double?: boolean; children: ComponentChildren }) {
  return (
    <span class={double ? "stamp stamp--double" : "stamp"} role="status">
      <Icon name={double ? "verified" : "done"} />
      {children}
    </span>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="center">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <div class="quiet">{children}</div>}
    </div>
  );
}

export function Loading({ words }: { words: string }) {
  return (
    <div class="loading" role="status">
      <span class="unseen">{words}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

interface SheetProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A question over the screen; Escape closes it, and the focus stays inside while it is open. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const paper = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    paper.current?.focus();
    return () => before?.focus();
  }, []);
  return (
    <div class="sheet" onKeyDown={(event) => guardKeys(event, paper.current, onClose)}>
      <div class="sheet__paper rise" role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={paper}>
        <h2 class="question">{title}</h2>
        {children}
      </div>
    </div>
  );
}

function guardKeys(event: KeyboardEvent, paper: HTMLElement | null, close: () => void): void {
  if (event.key === "Escape") return close();
  if (event.key !== "Tab" || !paper) return;
  const stops = [...paper.querySelectorAll<HTMLElement>("button, a, input, textarea, select")];
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
}

export function ProgressBar({ share, words }: { share: number; words: string }) {
  const percent = Math.round(share * 100);
  return (
    <div class="progress" role="progressbar" aria-label={words} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <div class="progress__done" style={{ width: `${percent}%` }} />
    </div>
  );
}
