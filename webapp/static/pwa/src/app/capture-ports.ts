/** Challenges, captures, and recordings that are not yet captures. */

import { readClock } from "../device/clock";
import * as store from "../store";
import * as sync from "../sync";
import { isSetAside } from "./visit-stage";
import type { CapturePorts, CaptureView } from "./ports";

const saveCapture: CapturePorts["saveCapture"] = async (order) => {
  const [found, offset] = await Promise.all([store.readCase(order.visit_id), store.readServerOffset()]);
  // Nothing may be signed that names nobody. Whoever was shown is in the worker's hands still, and so is the picture.
  if (!found) throw new store.StoreError("subject_missing");
  const saved = await store.saveCapture({
    ...order,
    subject_ref: found.visit.subject_ref,
    clock: readClock(offset),
    app_build: __BUILD__,
  });
  sync.nudge();
  return { ...saved, verified: false, is_older: false, open: openerOf(saved) };
};

async function capturesOf(visitId: string): Promise<CaptureView[]> {
  const [captures, items, older] = await Promise.all([store.capturesToRestOn(visitId), store.listOutbox(), givenBack(visitId)]);
  return captures.map((saved) => {
    const files = items.filter(({ type, ref }) => type === "media" && ref === saved.capture_id);
    const verified = files.length > 0 && files.every(({ state }) => state === "verified" || state === "accepted");
    return { ...saved, verified, is_older: older.has(saved.capture_id), open: openerOf(saved) };
  });
}

/** What results of this phone named that the office gave back, by the office's word on each of them. */
async function givenBack(visitId: string): Promise<Set<string>> {
  const [found, results] = await Promise.all([store.readCase(visitId), store.resultsOf(visitId)]);
  const back = results.filter(({ body, state }) => state === "returned" || isSetAside(found?.visit, body.result_id));
  return new Set(back.flatMap(({ body }) => body.captures.map(({ capture_id }) => capture_id)));
}

function openerOf({ capture_id, media }: Pick<CaptureView, "capture_id" | "media">): () => Promise<Blob | null> {
  const first = media[0];
  return async () => (first ? store.openMedia(capture_id, first.sha256) : null);
}

export const capturePorts: CapturePorts = {
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
