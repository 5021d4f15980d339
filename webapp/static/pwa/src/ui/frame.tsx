/** The frame of a screen: where I am, whether there is signal, how much is unsent, and the action at the bottom. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../i18n";
import { Icon, type IconName } from "./icon";
import { back, currentPath, Link, scrollOf } from "./navigation";

export interface SignalFacts {
  online: boolean;
  unsent: number;
  /** Unsent work of others on the same phone: it is told apart, and "all sent" is not said over it. */
  of_others: number;
}

interface FrameProps {
  title: string;
  /** Where "back" leads when the app was opened on this very screen. */
  backTo?: string;
  signal?: SignalFacts;
  actions?: ComponentChildren;
  tabs?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ title, backTo, signal, actions, tabs, children }: FrameProps) {
  return (
    <div class="frame">
      <header class="bar">
        {backTo && <BackButton to={backTo} />}
        <Title>{title}</Title>
        {signal && <Signal {...signal} />}
      </header>
      <main class="content">{children}</main>
      {actions && <div class="actions">{actions}</div>}
      {tabs}
    </div>
  );
}

/** The heading takes the focus when the screen opens, so that a screen reader says where one has come. */
export function Title({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · ${t("app.name")}`;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, scrollOf(currentPath()));
  }, [children]);
  return (
    <h1 class="bar__title" tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}

export function BackButton({ to }: { to: string }) {
  return (
    <button type="button" class="bar__back" onClick={() => back(to)}>
      <Icon name="back" />
      <span>{t("action.back")}</span>
    </button>
  );
}

/** Both facts in a few words, where there is no room for the mark. */
export function signalWords(facts: SignalFacts): string {
  return `${t(facts.online ? "signal.online" : "signal.offline")} · ${unsentWords(facts)}`;
}

function unsentWords({ unsent, of_others }: SignalFacts): string {
  if (unsent) return t("signal.unsent", { count: unsent });
  return of_others ? t("signal.of_others", { count: of_others }) : t("signal.all_sent");
}

function Signal(facts: SignalFacts) {
  const { online, unsent, of_others } = facts;
  return (
    <Link href="/app/outbox" class={unsent ? "signal signal--unsent" : "signal"}>
      <span class="signal__mark">
        <Icon name={online ? "online" : "offline"} small />
        {online ? t("signal.online") : t("signal.offline")}
      </span>
      <span class="signal__mark">
        <Icon name={unsent || of_others ? "upload" : "check"} small />
        {unsentWords(facts)}
      </span>
    </Link>
  );
}

export interface Tab {
  href: string;
  icon: IconName;
  words: string;
}

export function Tabs({ tabs }: { tabs: Tab[] }) {
  return (
    <nav class="tabs" aria-label={t("nav.main")}>
      {tabs.map((tab) => (
        <Link class="tabs__tab" href={tab.href} key={tab.href} current={tab.href === currentPath()}>
          <Icon name={tab.icon} />
          {tab.words}
        </Link>
      ))}
    </nav>
  );
}
