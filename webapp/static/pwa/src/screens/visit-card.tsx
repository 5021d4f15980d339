/** One visit in a list: name, address, why and how urgent. */

import { daysLeft, dueState } from "../domain/due";
import { distanceMetres, type LatLon } from "../domain/places";
import { t } from "../i18n";
import { calendarWords, distanceWords } from "../i18n/dates";
import type { IconName } from "../ui/icon";
import { Icon } from "../ui/icon";
import { Link } from "../ui/navigation";
import { Badge } from "../ui/parts";
import type { Person } from "../domain/pack";
import type { VisitView } from "../app/ports";
import { visitPath } from "./model/route";

interface VisitCardProps {
  item: VisitView;
  today: string;
  here: LatLon | null;
}

export function VisitCard({ item, today, here }: VisitCardProps) {
  const { person, visit, attempts } = item;
  const metres = here && person.location ? distanceMetres(here, person.location) : null;
  const face = item.stage === "returned" ? "visit-card__face visit-card__face--returned" : "visit-card__face";
  return (
    <Link class="visit-card" href={visitPath(visit.visit_id)}>
      <span class={face}>
        <span class="visit-card__name">
          {person.name}
          <small>{personWords(person)}</small>
        </span>
        <DueBadge item={item} today={today} />
        <span class="visit-card__place">{person.address}</span>
        <span class="visit-card__foot">
          {metres !== null && <Fact icon="route" words={distanceWords(metres)} />}
          {visit.window && <Fact icon="clock" words={windowWords(visit.window)} />}
          {attempts.length > 0 && <Fact icon="steps" words={t("visit.tried", { count: attempts.length })} />}
          {item.begun && <Fact icon="edit" words={t("visit.begun")} />}
          {visit.note && <Fact icon="note" words={visit.note} />}
        </span>
      </span>
    </Link>
  );
}

function Fact({ icon, words }: { icon: IconName; words: string }) {
  return (
    <span class="signal__mark">
      <Icon name={icon} small />
      {words}
    </span>
  );
}

export function DueBadge({ item, today }: { item: VisitView; today: string }) {
  if (item.stage === "done")
    return (
      <Badge look="good" icon="done">
        {t("stage.done")}
      </Badge>
    );
  if (item.stage === "returned")
    return (
      <Badge look="returned" icon="returned">
        {t("stage.returned")}
      </Badge>
    );
  const state = dueState(item.visit.due_on, today);
  const look = state === "due" ? "near" : state;
  return (
    <Badge look={look} icon={state === "overdue" ? "alert" : "clock"}>
      {dueWords(item.visit.due_on, today)}
    </Badge>
  );
}

export function dueWords(dueOn: string, today: string): string {
  const days = daysLeft(dueOn, today);
  if (days < 0) return t("due.overdue", { days: -days });
  if (days === 0) return t("due.today");
  if (days <= 7) return t("due.days", { days });
  return t("due.by", { date: calendarWords(dueOn) });
}

/** "女 · 78 岁"; what is not known is left out. */
export function personWords(person: Person): string {
  const sex = person.sex === "F" ? t("person.female") : person.sex ? t("person.male") : "";
  const age = person.birth_year ? t("person.age", { age: new Date().getFullYear() - person.birth_year }) : "";
  return [sex, age].filter(Boolean).join(" · ");
}

export function windowWords({ from, to }: { from: string | null; to: string | null }): string {
  const start = from ? calendarWords(from) : "";
  const end = to ? calendarWords(to) : "";
  return start && end && start !== end ? t("visit.window", { from: start, to: end }) : start || end;
}
