/** The ports that keep drafts: each change on top of what is stored, whoever stored it. */

import * as store from "../store";
import { draftOf, mergeDrafts, newDraft } from "../domain/draft";
import { fromKept, toKept } from "./kept-draft";
import type { DraftPorts } from "./ports";

const beginDraft: DraftPorts["beginDraft"] = async (visitId) => {
  const [last] = await store.resultsOf(visitId);
  const came = last && (last.state === "returned" || last.is_open);
  await store.changeDraft(
    visitId,
    (stored) => stored ?? toKept(came ? draftOf(last.body, new Date()) : newDraft(visitId, new Date())),
  );
};

/** A draft that was stored and is gone was kept as a result by another tab: it is not brought back. */
const keepDraft: DraftPorts["keepDraft"] = async (draft, base) => {
  const kept = await store.changeDraft(draft.visit_id, (stored) => {
    const theirs = fromKept(stored);
    if (theirs) return toKept(mergeDrafts(base ?? newDraft(draft.visit_id, new Date(theirs.arrived_at)), draft, theirs));
    return base ? null : toKept(draft);
  });
  return fromKept(kept);
};

export const draftPorts: DraftPorts = {
  draft: async (visitId) => fromKept(await store.readDraft(visitId)),
  keepDraft,
  beginDraft,
};
