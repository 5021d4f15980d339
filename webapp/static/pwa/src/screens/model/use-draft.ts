/** One visit's draft on the screen: every change is stored soon, and at once when the screen is left; what another tab stores is taken over. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { usePorts } from "./context";
import { mergeDrafts, newDraft, type Draft } from "../../domain/draft";
import { holdUnkept, releaseUnkept, unkeptOf, type Unkept } from "./unkept-drafts";
import { onPutAway } from "../../app/unsaved";

/** Short enough that a killed app loses no word, long enough to spare the storage while typing. */
const KEEP_AFTER_MS = 250;

export interface DraftHold {
  draft: Draft | null;
  /** Changes the draft on the screen at once and stores it soon after. */
  change: (part: Partial<Draft>) => void;
  /** Changes it and settles when it is stored. */
  keep: (part?: Partial<Draft>) => Promise<void>;
}

export function useDraft(visitId: string): DraftHold {
  const ports = usePorts();
  const [draft, setDraft] = useState<Draft | null>(null);
  const latest = useRef<Draft | null>(null);
  /** As it was last read or stored; what differs from it was changed here. */
  const base = useRef<Draft | null>(null);
  const owner = useRef("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  /** Shows what is stored now, with what was changed here since `from` on top. */
  const takeOver = useCallback((stored: Draft, from: Draft | null) => {
    const mine = latest.current;
    latest.current = mine && from ? mergeDrafts(from, mine, stored) : (mine ?? stored);
    base.current = stored;
    setDraft(latest.current);
  }, []);

  /** What could not be stored when this visit was last left is tried again at the next change, and soon. */
  const bringBack = (unkept: Unkept | null): void => {
    if (!unkept) return;
    [latest.current, base.current] = [unkept.draft, unkept.base];
    setDraft(latest.current);
    timer.current = setTimeout(() => void write().catch(tellFailure), KEEP_AFTER_MS);
  };

  const write = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const written = latest.current;
    if (!written) return;
    const from = base.current;
    try {
      const stored = await ports.keepDraft(written, from);
      releaseUnkept(owner.current, visitId);
      if (stored) takeOver(stored, written);
    } catch (error) {
      holdUnkept(owner.current, { draft: written, base: from });
      throw error;
    }
  }, [ports, visitId]);

  const change = useCallback(
    (part: Partial<Draft>) => {
      if (!latest.current) return;
      latest.current = { ...latest.current, ...part, updated_at: new Date().toISOString() };
      setDraft(latest.current);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void write().catch(tellFailure), KEEP_AFTER_MS);
    },
    [write],
  );

  const keep = useCallback(
    async (part: Partial<Draft> = {}) => {
      change(part);
      await write();
    },
    [change, write],
  );

  useEffect(() => {
    let left = false;
    const read = async (): Promise<void> => {
      owner.current ||= (await ports.session())?.worker_id ?? "";
      const found = await ports.draft(visitId);
      if (left) return;
      if (!latest.current) bringBack(unkeptOf(owner.current, visitId));
      if (found) takeOver(found, base.current);
      else if (!latest.current) setDraft((latest.current = newDraft(visitId, new Date())));
    };
    const flush = async (): Promise<void> => {
      if (timer.current) await write().catch(tellFailure);
    };
    const flushSoon = (): void => void flush();
    void read();
    const unwatch = ports.watch(["drafts"], () => void read().catch(() => undefined));
    const putAway = onPutAway(flush);
    addEventListener("pagehide", flushSoon);
    document.addEventListener("visibilitychange", flushSoon);
    return () => {
      left = true;
      flushSoon();
      unwatch();
      putAway();
      removeEventListener("pagehide", flushSoon);
      document.removeEventListener("visibilitychange", flushSoon);
    };
  }, [visitId]);

  return { draft, change, keep };
}

/** The answers stay on the screen; only the way on is closed until they can be kept. */
export function tellFailure(): void {
  announce(t("draft.failed"));
}
