/** Visits as they are shown, and what is kept of one: tries and results. */

import * as store from "../store";
import * as sync from "../sync";
import type { VisitPorts } from "./ports";
import { listVisits, oneVisit } from "./visit-views";

const saveResult: VisitPorts["saveResult"] = async (draft, details, attempt) => {
  if (!draft.outcome) throw Object.assign(new Error("outcome_missing"), { code: "outcome_missing" });
  const { visit_id, outcome, note, changes, contact_check } = draft;
  const captures = (await store.capturesToRestOn(visit_id)).map(({ capture_id, record_sha256 }) => ({
    capture_id,
    record_sha256,
  }));
  const known = await store.attemptsOf(visit_id);
  const said = contact_check === "changed" ? Object.entries(changes) : [];
  const contact_changes = said
    .map(([field, value]) => ({ field: field as "address" | "phone" | "contact", value: String(value).trim() }))
    .filter(({ value }) => value);
  const attempts = attempt ? [...known, attempt] : known;
  try {
    await store.saveResult({ visit_id, outcome, details, captures, attempts, contact_changes, note: note.trim() });
  } catch (error) {
    throw Object.assign(new Error("result_not_saved"), { code: codeOf(error) });
  }
  sync.nudge();
};

function codeOf(error: unknown): string {
  const { judgement, trouble } = error as { judgement?: { code: string | null }; trouble?: string };
  return judgement?.code ?? trouble ?? "not_saved";
}

export const visitPorts: VisitPorts = {
  visits: listVisits,
  visit: oneVisit,
  lastPicture: store.photoOf,
  place: store.readPlace,
  keepPlace: store.writePlace,
  saveAttempt: async (visitId, attempt) => {
    await store.saveAttempts(visitId, [attempt]);
    sync.nudge();
  },
  saveResult,
};
