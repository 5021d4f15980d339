/** The outbox as people look for it: by person, the newest first, each thing with its own true state. */

import { isUnsent } from "../../domain/outbox";
import type { OutboxItem, SendError } from "../../domain/sending";
import { t, word, type Key } from "../../i18n";
import type { IconName } from "../../ui/icon";
import type { OutboxRow, SyncView } from "../../app/ports";

export interface OutboxGroup {
  visit_id: string;
  /** The name, or where it is no longer known words that say so: names leave the phone with their visit once all is sent. */
  person: string;
  newest: string;
  unsent: number;
  items: OutboxItem[];
}

export function groupByPerson(rows: readonly OutboxRow[]): OutboxGroup[] {
  const groups = new Map<string, OutboxGroup>();
  for (const { item, person } of rows) {
    const group = groups.get(item.visit_id) ?? {
      visit_id: item.visit_id,
      person: person || t("outbox.gone"),
      newest: "",
      unsent: 0,
      items: [],
    };
    group.items.push(item);
    group.unsent += Number(isUnsent(item));
    if (item.created_at > group.newest) group.newest = item.created_at;
    groups.set(item.visit_id, group);
  }
  // What still waits stands above what has arrived: it is what the worker came to see.
  const key = ({ unsent, newest }: OutboxGroup): string => `${unsent ? 1 : 0}${newest}`;
  return [...groups.values()].sort((one, other) => (key(one) > key(other) ? -1 : 1));
}

/** How much the office keeps apart for a person to judge: it has arrived, and does not count as taken. */
export function countAside(rows: readonly OutboxRow[]): number {
  return rows.filter(({ item }) => item.state === "aside").length;
}

/** Whether what lies aside needs a line of its own: while something of one's own waits or is in trouble, the summary speaks of that, and would pass it over. */
export function asideIsSaidApart({ unsent, trouble }: Pick<SyncView, "unsent" | "trouble">, aside: number): boolean {
  return aside > 0 && (unsent > 0 || Boolean(trouble));
}

/** How a state looks; the words come from the texts. */
export function lookOf({ state }: Pick<OutboxItem, "state">): { look: string; icon: IconName } {
  switch (state) {
    case "saved":
    case "queued":
      return { look: "waiting", icon: "device" };
    case "sending":
      return { look: "going", icon: "upload" };
    case "received":
      return { look: "going", icon: "check" };
    case "verified":
      return { look: "good", icon: "verified" };
    case "accepted":
      return { look: "good", icon: "done" };
    case "returned":
    case "conflict":
      return { look: "returned", icon: "returned" };
    case "aside":
      return { look: "returned", icon: "shield" };
    default:
      return { look: "refused", icon: "alert" };
  }
}

/** Null where the office has not told of a part yet: what travels in a delivery is there at once, and a bar that stands at nothing says that nothing moves. */
export function shareOf({ state, sent_bytes, size_bytes }: OutboxItem): number | null {
  if (state !== "sending" || !size_bytes || !sent_bytes) return null;
  return Math.min(1, sent_bytes / size_bytes);
}

/** What the line is called: a file by its kind, a record, tries, a result. */
export function nameKey({ type, kind }: Pick<OutboxItem, "type" | "kind">): string {
  return type === "media" ? (kind ?? "photo") : type;
}

/** Why the office did not take something; what a rule lacks is said as before saving, anything else in the office's own words. A bare code helps nobody: it lies in the file that the settings save. */
export function refusalWords({ code, detail }: Pick<SendError, "code" | "detail">): string {
  return knownWords(code) ?? (detail || t("refusal.other"));
}

/** Why something waits although it was tried: the office's system in trouble has its sentence, a passing cut needs none of its own. */
export function waitingWords({ code, trouble }: SendError): string {
  return trouble ? word("sync_trouble", trouble) : (knownWords(code) ?? t("refusal.waits"));
}

function knownWords(code: string): string | undefined {
  return ["refusal", "lack"].map((family) => word(family, code)).find((words) => words !== code);
}

/** What is no longer on this phone: nobody is to be told that it is. */
const NOT_HERE: readonly string[] = ["original_released", "file_missing", "report_missing"];

/** Why something waits, was kept apart or refused, and whether it is still here. */
export function errorWords({ error, state }: OutboxItem): string {
  if (!error) return "";
  if (state === "saved" || state === "queued" || state === "sending") return waitingWords(error);
  const happened = refusalWords(error);
  if (state === "aside") return `${happened} ${t("outbox.kept_apart")}`;
  return state === "refused" && !NOT_HERE.includes(error.code) ? `${happened} ${t("outbox.still_here")}` : happened;
}

/** What is said where nothing of one's own waits: others' work on the same phone is not passed over. */
export function nothingWaits({ of_others }: Pick<SyncView, "of_others">, words: Key): string {
  return of_others ? t("outbox.of_others", { count: of_others }) : t(words);
}
