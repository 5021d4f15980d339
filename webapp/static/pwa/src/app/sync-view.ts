/** The state of sending for the bar and the outbox: what the runner does, and how much still waits. */

import type { Link, OutboxCounts } from "../domain/sending";
import { hintsOnline } from "../device/link";
import { countOutbox, watch } from "../store";
import { syncNow, syncState, watchSync } from "../sync";
import type { SyncPorts } from "./ports";

const NOTHING: OutboxCounts = { unsent: 0, unsent_bytes: 0, waiting_since: null, refused: 0, of_others: 0 };

export function openSyncView(): SyncPorts {
  let counts = NOTHING;
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  const count = (): void =>
    void countOutbox().then(
      (found) => {
        counts = found;
        tell();
      },
      () => undefined,
    );
  watch(["outbox", "session"], count);
  watchSync(tell);
  count();
  return {
    sync: () => ({ ...syncState(), ...counts, link: linkNow() }),
    syncNow: () => syncNow().catch(() => undefined),
    watchSync: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}

/** An answer of the office that came in just before the signal went is no signal. */
function linkNow(): Link {
  return hintsOnline() ? syncState().link : "offline";
}
