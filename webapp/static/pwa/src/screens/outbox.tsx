/** What waits to be sent and what has arrived, file by file, in the words of what is really known. */

import { mayBeCorrected, waitsForPerson } from "../domain/outbox";
import type { OutboxItem } from "../domain/sending";
import { t, word } from "../i18n";
import { momentWords, sizeWords } from "../i18n/dates";
import { Frame } from "../ui/frame";
import { Icon, type IconName } from "../ui/icon";
import { Card } from "../ui/inputs";
import { go } from "../ui/navigation";
import { Badge, Button, Empty, Loading, Notice, ProgressBar } from "../ui/parts";
import { signalOf, useLoad, usePorts, useSync } from "./model/context";
import { MainTabs } from "./day";
import {
  asideIsSaidApart,
  countAside,
  errorWords,
  groupByPerson,
  lookOf,
  nameKey,
  nothingWaits,
  shareOf,
  type OutboxGroup,
} from "./model/outbox-list";
import type { OutboxRow, SyncView } from "../app/ports";
import { visitPath } from "./model/route";

export function OutboxScreen() {
  const { value: rows, failed } = useLoad(["session", "outbox"], (ports) => ports.outbox());
  const { value: restored } = useLoad(["session", "outbox"], (ports) => ports.restoredAt());
  const sync = useSync();
  return (
    <Frame title={t("outbox.title")} signal={signalOf(sync)} tabs={<MainTabs />}>
      <Summary sync={sync} aside={countAside(rows ?? [])} />
      {restored && (
        <Notice tone="blue" icon="refresh">
          {t("outbox.restored", { at: momentWords(restored) })}
        </Notice>
      )}
      {failed && <Notice tone="seal">{t("day.failed")}</Notice>}
      {!rows && !failed && <Loading words={t("outbox.loading")} />}
      {rows && <Groups rows={rows} />}
    </Frame>
  );
}

function Summary({ sync, aside }: { sync: SyncView; aside: number }) {
  const ports = usePorts();
  const waits = sync.unsent + sync.of_others > 0;
  const tone = sync.trouble || sync.refused ? "amber" : waits ? "blue" : "pine";
  return (
    <Notice tone={tone} icon={waits ? "upload" : "done"} title={summaryTitle(sync)} live>
      <p>{summaryWords(sync, aside)}</p>
      {asideIsSaidApart(sync, aside) && <p>{t("outbox.also_aside", { count: aside })}</p>}
      {sync.of_others > 0 && (sync.unsent > 0 || sync.trouble || aside > 0) && (
        <p>{t("outbox.of_others", { count: sync.of_others })}</p>
      )}
      {sync.last_contact && <p class="small quiet">{t("outbox.last_contact", { at: momentWords(sync.last_contact) })}</p>}
      {sync.unsent > 0 && (
        <Button icon="refresh" disabled={sync.running} onClick={() => ports.syncNow()}>
          {t(sync.running ? "outbox.running" : "outbox.now")}
        </Button>
      )}
    </Notice>
  );
}

function summaryTitle({ unsent, of_others }: SyncView): string {
  return unsent ? t("outbox.unsent", { count: unsent }) : t(of_others ? "outbox.own_sent" : "outbox.all_sent");
}

function summaryWords(sync: SyncView, aside: number): string {
  if (sync.trouble) return word("sync_trouble", sync.trouble);
  if (!sync.unsent && aside) return t("outbox.some_aside", { count: aside });
  if (!sync.unsent) return nothingWaits(sync, "outbox.all_sent_words");
  return t(sync.link === "offline" ? "outbox.offline" : "outbox.keep_open");
}

function Groups({ rows }: { rows: OutboxRow[] }) {
  const groups = groupByPerson(rows);
  if (!groups.length)
    return (
      <Empty icon="inbox" title={t("outbox.empty")}>
        {t("outbox.empty_words")}
      </Empty>
    );
  return (
    <>
      {groups.map((group) => (
        <GroupCard group={group} key={group.visit_id} />
      ))}
    </>
  );
}

function GroupCard({ group }: { group: OutboxGroup }) {
  const newest = group.items.find(({ type }) => type === "result");
  return (
    <Card title={group.person} aside={<span class="quiet small figures">{momentWords(group.newest)}</span>}>
      <ul>
        {group.items.map((item) => (
          <ItemLine
            item={item}
            isNewest={item === newest}
            isHeld={item.type === "media" && item.state !== "refused" && waitsForPerson(item, group.items)}
            key={item.item_id}
          />
        ))}
      </ul>
    </Card>
  );
}

const ICONS: Record<string, IconName> = {
  record: "shield",
  attempts: "steps",
  result: "list",
  video: "video",
  document: "note",
};

/** `isHeld`: a file whose record the office did not take, which it would not take either. */
function ItemLine({ item, isNewest, isHeld }: { item: OutboxItem; isNewest: boolean; isHeld: boolean }) {
  const name = nameKey(item);
  const share = shareOf(item);
  const { look, icon } = lookOf(item);
  const words = word("send", item.state);
  return (
    <li class="line">
      <Icon name={ICONS[name] ?? "image"} />
      <div class="line__words">
        <div class="row row--apart">
          <span>
            {word("kind", name)} {item.type === "media" && <span class="quiet small figures">{sizeWords(item.size_bytes)}</span>}
          </span>
          <Badge look={look} icon={icon}>
            {share === null ? words : `${words} ${Math.round(share * 100)}%`}
          </Badge>
        </div>
        {share !== null && <ProgressBar share={share} words={words} />}
        {item.words && <p>{t("outbox.reviewer", { words: item.words })}</p>}
        {item.error && <p class="small quiet">{errorWords(item)}</p>}
        {isHeld && <p class="small quiet">{t("outbox.record_refused")}</p>}
        <ItemActions item={item} isNewest={isNewest} />
      </div>
    </li>
  );
}

/** The newest result that came back is mended at the visit; anything else that was refused can only be sent again. */
function ItemActions({ item, isNewest }: { item: OutboxItem; isNewest: boolean }) {
  const ports = usePorts();
  const isMended = isNewest && (mayBeCorrected(item) || item.state === "returned");
  return (
    <>
      {isMended && (
        <Button icon="edit" onClick={() => go(visitPath(item.visit_id))}>
          {t("outbox.go_again")}
        </Button>
      )}
      {item.state === "refused" && (
        <Button icon="refresh" onClick={() => void ports.retry(item.item_id)}>
          {t("outbox.retry")}
        </Button>
      )}
    </>
  );
}
