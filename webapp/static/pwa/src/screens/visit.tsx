/** One visit before the door: who, where, how to call, what was tried, and the one thing to do next. */

import { mapLinks } from "../domain/places";
import type { Person } from "../domain/pack";
import type { Attempt } from "../domain/report";
import { t, word } from "../i18n";
import { calendarWords, momentWords } from "../i18n/dates";
import { BlobImage } from "../ui/blob-image";
import { Frame } from "../ui/frame";
import { Icon } from "../ui/icon";
import { Card } from "../ui/inputs";
import { go, ROOT } from "../ui/navigation";
import { Badge, Button, Empty, Loading, Notice } from "../ui/parts";
import { signalOf, todayOf, useLoad, usePorts, useSync } from "./model/context";
import type { CaptureView, VisitView } from "../app/ports";
import { refusalWords } from "./model/outbox-list";
import { attemptPath, resultPath } from "./model/route";
import { tellFailure } from "./model/use-draft";
import { DueBadge, personWords, windowWords } from "./visit-card";

export function VisitScreen({ visitId }: { visitId: string }) {
  const sync = useSync();
  const { value: item, failed } = useLoad(["session", "cases", "outbox"], (ports) => ports.visit(visitId));
  const title = item ? item.person.name : t("visit.title");
  return (
    <Frame
      title={title}
      backTo={ROOT}
      signal={signalOf(sync)}
      actions={item ? <VisitActions item={item} /> : item === null && <ToList />}
    >
      {item === undefined && !failed && <Loading words={t("day.loading")} />}
      {(item === null || failed) && (
        <Empty icon="home" title={t("visit.gone")}>
          {t("visit.gone_words")}
        </Empty>
      )}
      {item && <VisitFacts item={item} />}
    </Frame>
  );
}

function ToList() {
  return (
    <Button look="main" icon="list" onClick={() => go(ROOT, { replace: true })}>
      {t("visit.to_list")}
    </Button>
  );
}

/** The visit is stored before any camera opens: whatever the phone kills, the person and the step are known. */
function useBegin({ visit, begun }: VisitView): (step?: string) => void {
  const ports = usePorts();
  return (step) => {
    const stored = begun ? Promise.resolve() : ports.beginDraft(visit.visit_id);
    stored.then(() => go(resultPath(visit.visit_id, step)), tellFailure);
  };
}

function VisitActions({ item }: { item: VisitView }) {
  const { visit } = item;
  const begin = useBegin(item);
  if (item.stage === "done") return null;
  return (
    <>
      <Button look="main" icon="steps" onClick={() => begin()}>
        {t(item.begun ? "visit.continue" : "visit.begin")}
      </Button>
      <Button look="wide" icon="edit" onClick={() => go(attemptPath(visit.visit_id))}>
        {t("visit.not_found")}
      </Button>
    </>
  );
}

function VisitFacts({ item }: { item: VisitView }) {
  const { visit, person } = item;
  return (
    <>
      {visit.returned && (
        <Notice tone="amber" icon="returned" title={t("visit.returned", { date: momentWords(visit.returned.at) })}>
          <p>{visit.returned.words}</p>
        </Notice>
      )}
      {item.refused && (
        <Notice tone="seal" title={t("visit.refused")}>
          {refusalWords(item.refused)}
        </Notice>
      )}
      <PersonCard item={item} />
      {visit.note && (
        <Notice icon="note" title={t("visit.note")}>
          {visit.note}
        </Notice>
      )}
      <KeptCard visitId={visit.visit_id} />
      <PhonesCard person={person} />
      <MapCard person={person} />
      <HistoryCard attempts={item.attempts} />
      {item.stage !== "done" && <ReportCard item={item} />}
    </>
  );
}

/** What one hears of a loss is reported at once (domain §S33): one tap to the list of changes, without a visit. */
function ReportCard({ item }: { item: VisitView }) {
  const begin = useBegin(item);
  return (
    <Card title={t("visit.report_title")}>
      <Button icon="alert" onClick={() => begin("outcome")}>
        {t("visit.report")}
      </Button>
    </Card>
  );
}

function PersonCard({ item }: { item: VisitView }) {
  const { person, visit } = item;
  const today = todayOf(useSync());
  return (
    <section class="card">
      <div class="person">
        <div class="person__words">
          <p class="person__name">{person.name}</p>
          <p>{personWords(person)}</p>
          {person.masked_number && <p class="quiet figures small">{person.masked_number}</p>}
          <DueBadge item={item} today={today} />
        </div>
        {person.photo && <LastPicture person={person} />}
      </div>
      <dl class="facts">
        <dt>{t("visit.address")}</dt>
        <dd>{person.address || t("visit.no_address")}</dd>
        <dt>{t("visit.area")}</dt>
        <dd>{person.area}</dd>
        <dt>{t("visit.due")}</dt>
        <dd class="figures">{calendarWords(visit.due_on)}</dd>
        {visit.window && <dt>{t("visit.window_label")}</dt>}
        {visit.window && <dd class="figures">{windowWords(visit.window)}</dd>}
      </dl>
    </section>
  );
}

function LastPicture({ person }: { person: Person }) {
  const ports = usePorts();
  return (
    <figure class="person__photo">
      <BlobImage
        class="person__image"
        load={() => ports.lastPicture(person.person_id)}
        alt={t("visit.last_picture_of", { name: person.name })}
      />
      <figcaption>{t("visit.last_picture")}</figcaption>
    </figure>
  );
}

function PhonesCard({ person }: { person: Person }) {
  const contacts = person.contacts.filter((contact) => contact.phone);
  if (!person.phones.length && !contacts.length) return <Notice icon="phone">{t("visit.no_phone")}</Notice>;
  return (
    <Card title={t("visit.phones")}>
      <div>
        {person.phones.map((number) => (
          <Call key={number} number={number} who={t("visit.own_phone")} />
        ))}
        {contacts.map(({ name, relation, phone }) => (
          <Call key={name} number={phone ?? ""} who={[name, relation].filter(Boolean).join(" · ")} />
        ))}
      </div>
    </Card>
  );
}

function Call({ number, who }: { number: string; who: string }) {
  return (
    <a class="call" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
      <Icon name="phone" />
      <span class="call__words">
        <b class="figures">{number}</b>
        <br />
        <span class="quiet small">{who}</span>
      </span>
      <span class="call__act nowrap">{t("visit.call")}</span>
    </a>
  );
}

const MAP_APPS = ["amap", "baidu", "tencent"] as const;

/** The map app learns the address and no name. */
function MapCard({ person }: { person: Person }) {
  const links = mapLinks({ name: person.address, address: person.address, location: person.location });
  return (
    <Card title={t("visit.open_map")}>
      <div class="trio">
        {MAP_APPS.map((app) => (
          <a class="button" key={app} href={links[app]} target="_blank" rel="noopener noreferrer">
            <Icon name="navigate" />
            {t(`map.${app}`)}
          </a>
        ))}
      </div>
      {!person.location && <p class="quiet small">{t("visit.no_location")}</p>}
    </Card>
  );
}

function KeptCard({ visitId }: { visitId: string }) {
  const { value: captures } = useLoad(["captures", "outbox"], (ports) => ports.captures(visitId));
  if (!captures?.length) return null;
  return (
    <Card title={t("visit.kept")}>
      <CaptureRow captures={captures} />
    </Card>
  );
}

export function CaptureRow({ captures }: { captures: readonly CaptureView[] }) {
  return (
    <div class="shots">
      {captures.map((capture) => (
        <figure key={capture.capture_id}>
          <CaptureThumb capture={capture} />
          <figcaption>
            <CaptureState capture={capture} />
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

function CaptureThumb({ capture }: { capture: CaptureView }) {
  if (capture.kind === "video")
    return (
      <span class="thumb thumb--video">
        <Icon name="video" />
      </span>
    );
  return <BlobImage load={capture.open} alt={word("kind", capture.kind)} />;
}

function CaptureState({ capture }: { capture: CaptureView }) {
  const words = t(capture.verified ? "stamp.verified" : "stamp.kept");
  return (
    <Badge look="good" icon={capture.verified ? "verified" : "done"}>
      {words}
    </Badge>
  );
}

function HistoryCard({ attempts }: { attempts: Attempt[] }) {
  if (!attempts.length) return null;
  return (
    <Card title={t("visit.history")}>
      <ol>
        {attempts.map((attempt) => (
          <li class="line" key={attempt.attempt_id}>
            <Icon name="steps" />
            <div class="line__words">
              <p class="quiet small figures">{momentWords(attempt.started_at)}</p>
              <p>{triedWords(attempt)}</p>
              {attempt.note && <p class="quiet">{attempt.note}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function triedWords({ met, action }: Attempt): string {
  return action ? t("visit.did", { met: word("met", met), action: word("action", action) }) : word("met", met);
}
