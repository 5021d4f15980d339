/** The ports of the running app: each is bound to store, sync and device, and to nothing else. */

import { readClock } from "../device/clock";
import { language } from "../i18n";
import { answerIn } from "../net/http";
import * as store from "../store";
import * as sync from "../sync";
import { draftPorts } from "./draft-ports";
import type { CaptureView, Ports } from "./ports";
import { hasUnsaved } from "./unsaved";
import { listVisits, oneVisit } from "./visit-views";
import { openSyncView } from "./sync-view";

const updateListeners = new Set<() => void>();
let updateWaits = false;

export function openPorts(): Ports {
  const opened = store.openStore().catch(() => undefined);
  const syncView = openSyncView();
  store.onStoreReplaced(tellUpdate);
  answerIn(language);
  sync.startSync();
  void sync.registerWorker({ mayReload: () => !hasUnsaved(), onWaiting: tellUpdate });
  return {
    build: __BUILD__,
    ...accountPorts(),
    ...visitPorts(),
    ...capturePorts(),
    ...outboxPorts(),
    ...syncView,
    vanished: () => opened.then(() => store.vanished()),
    forgetVanished: store.forgetVanished,
    watch: (topics, changed) => store.watch([...topics], changed),
    onUpdate: (ready) => {
      updateListeners.add(ready);
      if (updateWaits) ready();
      return () => void updateListeners.delete(ready);
    },
    applyUpdate: () => void sync.applyUpdate(),
  };
}

function tellUpdate(): void {
  updateWaits = true;
  for (const listener of updateListeners) listener();
}

function accountPorts(): Pick<Ports, "session" | "followSession" | "enrol" | "signOut" | "newPhones" | "answerForPhone" | "changePassword" | "passwordNotice" | "putNoticeAway"> {
  return {
    session: async () => {
      const session = await store.currentSession();
      return session && { worker_id: session.worker.id, name: session.worker.name, area: session.worker.area, signed_in: session.signed_in, has_list: session.has_list, password_due: await store.isPasswordDue(session.worker.id) };
    },
    enrol: async (form) => {
      await sync.enrol(form).catch(tellCode);
    },
    changePassword: (present, wanted) => sync.changePassword(present, wanted).catch(tellCode),
    passwordNotice: store.passwordNotice,
    putNoticeAway: store.putNoticeAway,
    followSession: store.followSession,
    signOut: sync.signOut,
    newPhones: store.newPhones,
    answerForPhone: sync.answerForPhone,
  };
}

async function tellCode(error: unknown): Promise<never> {
  throw Object.assign(new Error("office_said_no"), { code: await sync.failureCode(error) });
}

type VisitPorts = "visits" | "visit" | "lastPicture" | "draft" | "keepDraft" | "beginDraft" | "place" | "keepPlace" | "saveAttempt" | "saveResult";

function visitPorts(): Pick<Ports, VisitPorts> {
  return {
    visits: listVisits,
    visit: oneVisit,
    lastPicture: store.photoOf,
    ...draftPorts,
    place: store.readPlace,
    keepPlace: store.writePlace,
    saveAttempt: async (visitId, attempt) => {
      await store.saveAttempts(visitId, [attempt]);
      sync.nudge();
    },
    saveResult,
  };
}

const saveResult: Ports["saveResult"] = async (draft, details, attempt) => {
  if (!draft.outcome) throw Object.assign(new Error("outcome_missing"), { code: "outcome_missing" });
  const { visit_id, outcome, note, changes, contact_check } = draft;
  const captures = (await store.capturesToRestOn(visit_id)).map(({ capture_id, record_sha256 }) => ({ capture_id, record_sha256 }));
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

type CapturePorts = "challenge" | "captures" | "saveCapture" | "beginVideo" | "addSlice" | "takeVideo" | "dropVideo" | "keepUndecided" | "unfinished";

function capturePorts(): Pick<Ports, CapturePorts> {
  return {
    challenge: store.challengeFor,
    captures: capturesOf,
    saveCapture,
    beginVideo: (visit_id, mime) => store.beginRecording({ visit_id, mime }),
    addSlice: store.keepSlice,
    takeVideo: store.finishRecording,
    dropVideo: store.dropRecording,
    keepUndecided: (visit_id, { blob, mime, ...about }) => store.keepShot({ visit_id, mime, blob, about }),
    // A recording that was killed before its first slice has nothing to offer and must not hide a later one.
    unfinished: async (visitId, use) => {
      const found = (await store.unfinishedRecordings()).filter(({ visit_id, slices }) => visit_id === visitId && slices > 0);
      return found.find(({ about }) => (about?.kind ?? "video") === use) ?? null;
    },
  };
}

const saveCapture: Ports["saveCapture"] = async ({ recording_id, ...order }) => {
  const [found, offset] = await Promise.all([store.readCase(order.visit_id), store.readServerOffset()]);
  const saved = await store.saveCapture({
    ...order,
    subject_ref: found?.visit.subject_ref ?? "",
    clock: readClock(offset),
    app_build: __BUILD__,
    ...(recording_id ? { recording_id } : {}),
  });
  sync.nudge();
  return { ...saved, verified: false, open: openerOf(saved) };
};

async function capturesOf(visitId: string): Promise<CaptureView[]> {
  const [captures, items] = await Promise.all([store.capturesToRestOn(visitId), store.listOutbox()]);
  return captures.map((saved) => {
    const files = items.filter(({ type, ref }) => type === "media" && ref === saved.capture_id);
    const verified = files.length > 0 && files.every(({ state }) => state === "verified" || state === "accepted");
    return { ...saved, verified, open: openerOf(saved) };
  });
}

function openerOf({ capture_id, media }: Pick<CaptureView, "capture_id" | "media">): () => Promise<Blob | null> {
  const first = media[0];
  return async () => (first ? store.openMedia(capture_id, first.sha256) : null);
}

function outboxPorts(): Pick<Ports, "outbox" | "retry" | "exportUnsent"> {
  return {
    outbox: async () => {
      const [items, cases] = await Promise.all([store.listOutbox(), store.listCases()]);
      const names = new Map(cases.map(({ visit, person }) => [visit.visit_id, person.name]));
      return items.map((item) => ({ item, person: names.get(item.visit_id) ?? "" }));
    },
    retry: async (itemId) => {
      await store.retryNow(itemId);
      sync.nudge();
    },
    exportUnsent: store.exportUnsent,
  };
}
