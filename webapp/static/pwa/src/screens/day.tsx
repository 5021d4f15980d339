/** Today's work: who is due, near or overdue, found by a few words, in the order of a walk. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { LocationWatch } from "../device/location";
import type { LatLon } from "../domain/places";
import { t, word } from "../i18n";
import { dayWords, momentWords } from "../i18n/dates";
import { announce } from "../ui/announce";
import { Frame, Tabs } from "../ui/frame";
import { Icon } from "../ui/icon";
import { Chips } from "../ui/inputs";
import { Button, Empty, Loading, Notice } from "../ui/parts";
import { currentPath, go, scrollOf } from "../ui/navigation";
import { Windowed } from "../ui/windowed";
import { signalOf, todayOf, useLoad, usePorts, useSync } from "./model/context";
import { byDue, byRoute, countBy, find, indexOf, passes, type DayFilter, type DayOrder } from "./model/day-list";
import { NewPhones } from "./new-phones";
import { PasswordNotices } from "./settings/password";
import type { SyncView, VisitView } from "../app/ports";
import { VisitCard } from "./visit-card";

/** What the worker chose stays chosen when coming back from a visit. */
const chosen: { filter: DayFilter; order: DayOrder; query: string; here: LatLon | null } = {
  filter: "open",
  order: "due",
  query: "",
  here: null,
};

export function DayScreen() {
  const { value: visits, failed } = useLoad(["session", "cases"], (ports) => ports.visits());
  const { value: session } = useLoad(["session", "cases"], (ports) => ports.session());
  const sync = useSync();
  return (
    <Frame title={t("day.title", { date: dayWords(new Date()) })} signal={signalOf(sync)} tabs={<MainTabs />}>
      <SyncTrouble sync={sync} />
      <NewPhones />
      <PasswordNotices />
      {failed && <Notice tone="seal">{t("day.failed")}</Notice>}
      {!visits && !failed && <Loading words={t("day.loading")} />}
      {visits && <DayList visits={visits} sync={sync} hasList={session?.has_list !== false} />}
    </Frame>
  );
}

export function MainTabs() {
  return (
    <Tabs
      tabs={[
        { href: "/app/", icon: "list", words: t("nav.day") },
        { href: "/app/outbox", icon: "upload", words: t("nav.outbox") },
        { href: "/app/settings", icon: "settings", words: t("nav.settings") },
      ]}
    />
  );
}

function SyncTrouble({ sync }: { sync: SyncView }) {
  const waiting = sync.waiting_since ? Date.now() - Date.parse(sync.waiting_since) : 0;
  if (sync.trouble === "signed_out") {
    return (
      <Notice tone="amber">
        <p>{t("day.signed_out")}</p>
        <Button onClick={() => go("/app/sign-in")}>{t("account.again")}</Button>
      </Notice>
    );
  }
  if (waiting < 86_400_000 || !sync.waiting_since) return null;
  return (
    <Notice tone="amber" title={t("day.waiting_title", { count: sync.unsent })}>
      {t("day.waiting_words", { since: momentWords(sync.waiting_since) })}
    </Notice>
  );
}

function DayList({ visits, sync, hasList }: { visits: VisitView[]; sync: SyncView; hasList: boolean }) {
  const [, redraw] = useState({});
  // Coming back from a visit, the list stands where it was left.
  useEffect(() => scrollTo(0, scrollOf(currentPath())), []);
  const change = (part: Partial<typeof chosen>): void => {
    Object.assign(chosen, part);
    redraw({});
  };
  const today = todayOf(sync);
  const counts = useMemo(() => countBy(visits, today), [visits, today]);
  const shown = useShown(visits, today);
  if (!visits.length) return <NoVisits sync={sync} hasList={hasList} />;
  return (
    <>
      <Filters counts={counts} onFilter={(filter) => change({ filter })} />
      <SearchField onQuery={(query) => change({ query })} />
      <OrderChips onOrder={(order, here) => change({ order, here })} />
      <p class="unseen" role="status">
        {t("day.found", { count: shown.length })}
      </p>
      {shown.length ? (
        <VisitList visits={shown} today={today} />
      ) : (
        <NothingFound onClear={() => change({ query: "", filter: "open" })} />
      )}
    </>
  );
}

function useShown(visits: VisitView[], today: string): VisitView[] {
  const { filter, order, query, here } = chosen;
  const index = useMemo(() => indexOf(visits), [visits]);
  return useMemo(() => {
    const left = find(index, query).filter((item) => passes(item, filter, today));
    return order === "route" && here ? byRoute(left, here) : byDue(left);
  }, [index, today, filter, order, query, here]);
}

function VisitList({ visits, today }: { visits: VisitView[]; today: string }) {
  return (
    <Windowed
      items={visits}
      label={t("day.list")}
      guess={124}
      keyOf={(item) => item.visit.visit_id}
      draw={(item) => <VisitCard item={item} today={today} here={chosen.here} />}
    />
  );
}

const FILTERS: readonly DayFilter[] = ["open", "overdue", "near", "done"];

function Filters({ counts, onFilter }: { counts: Record<DayFilter, number>; onFilter: (filter: DayFilter) => void }) {
  return (
    <div class="filters" role="group" aria-label={t("day.filters")}>
      {FILTERS.map((filter) => (
        <button
          type="button"
          key={filter}
          class={`filter filter--${filter}`}
          aria-pressed={chosen.filter === filter}
          onClick={() => onFilter(filter)}
        >
          <b>{counts[filter]}</b>
          {t(`filter.${filter}`)}
        </button>
      ))}
    </div>
  );
}

function SearchField({ onQuery }: { onQuery: (query: string) => void }) {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        class="field__input"
        type="search"
        aria-label={t("day.search")}
        placeholder={t("day.search_hint")}
        value={chosen.query}
        onInput={(event) => onQuery(event.currentTarget.value)}
      />
    </div>
  );
}

function OrderChips({ onOrder }: { onOrder: (order: DayOrder, here: LatLon | null) => void }) {
  const ports = usePorts();
  const { running } = useSync();
  const choose = (order: DayOrder): void => {
    if (order === "due") return onOrder("due", chosen.here);
    findHere((here) => {
      if (!here) announce(t("day.no_position"));
      onOrder(here ? "route" : "due", here);
    });
  };
  const refresh = async (): Promise<void> => {
    await ports.syncNow();
    const words = unrefreshedWords(ports.sync());
    if (words) announce(words);
  };
  return (
    <div class="row">
      <Chips
        label={t("day.order")}
        chosen={chosen.order}
        onChoose={choose}
        choices={[
          { value: "due", words: t("order.due") },
          { value: "route", words: t("order.route") },
        ]}
      />
      <Button look="plain" icon="refresh" disabled={running} aria-busy={running} onClick={() => void refresh()}>
        {t("day.refresh")}
      </Button>
    </div>
  );
}

/** Why the list is as it was; that the sign-in has ended stands above the list already. */
function unrefreshedWords({ link, trouble }: SyncView): string | null {
  if (link === "offline") return t("day.refresh_offline");
  if (trouble === "server") return t("day.refresh_failed");
  return trouble && trouble !== "signed_out" ? word("sync_trouble", trouble) : null;
}

/** The first answer of the phone, whether a place or a refusal, and no more. */
function findHere(found: (here: LatLon | null) => void): void {
  const watch = new LocationWatch(({ latest, trouble }) => {
    if (!latest && !trouble) return;
    watch.stop();
    found(latest);
  });
  watch.start();
}

/** "No visits" is only said of a list that has come. */
function NoVisits({ sync, hasList }: { sync: SyncView; hasList: boolean }) {
  if (!hasList && (sync.running || sync.link === "unknown")) {
    return (
      <>
        <p class="quiet">{t("day.fetching")}</p>
        <Loading words={t("day.fetching")} />
      </>
    );
  }
  if (!hasList)
    return (
      <Empty icon="offline" title={t("day.no_list")}>
        {t("day.empty_offline")}
      </Empty>
    );
  const words = t("day.empty_words");
  return (
    <Empty icon="inbox" title={t("day.empty")}>
      {words}
    </Empty>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Empty icon="search" title={t("day.nothing")}>
      <Button onClick={onClear}>{t("day.clear")}</Button>
    </Empty>
  );
}
