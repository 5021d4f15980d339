/** What the runner is doing, for the screens. */

import type { SyncState } from "../domain/sending";

let state: SyncState = {
  running: false,
  link: "unknown",
  last_contact: null,
  server_offset_ms: null,
  trouble: null,
  stage: "idle",
};
const watchers = new Set<(state: SyncState) => void>();

export function syncState(): SyncState {
  return state;
}

/** Calls back at every change, and at once with what holds now; the returned function ends it. */
export function watchSync(called: (state: SyncState) => void): () => void {
  watchers.add(called);
  called(state);
  return () => void watchers.delete(called);
}

export function report(change: Partial<SyncState>): void {
  const isNew = (Object.keys(change) as (keyof SyncState)[]).some((key) => change[key] !== state[key]);
  if (!isNew) return;
  state = { ...state, ...change };
  for (const called of [...watchers]) called(state);
}
