/** One visit's draft on the screen: every change is stored soon, and at once when the screen is left. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { t } from "../i18n";
import { announce } from "../ui/announce";
import { usePorts } from "./context";
import { newDraft, type Draft } from "./draft";

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
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const write = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (latest.current) await ports.keepDraft(latest.current);
  }, [ports]);

  const change = useCallback((part: Partial<Draft>) => {
    if (!latest.current) return;
    latest.current = { ...latest.current, ...part, updated_at: new Date().toISOString() };
    setDraft(latest.current);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void write().catch(tellFailure), KEEP_AFTER_MS);
  }, [write]);

  const keep = useCallback(async (part: Partial<Draft> = {}) => {
    change(part);
    await write();
  }, [change, write]);

  useEffect(() => {
    let left = false;
    void ports.draft(visitId).then((found) => {
      if (left) return;
      latest.current = found ?? newDraft(visitId, new Date());
      setDraft(latest.current);
    });
    const flush = (): void => void (timer.current && write().catch(tellFailure));
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      left = true;
      flush();
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [visitId]);

  return { draft, change, keep };
}

/** The answers stay on the screen; only the way on is closed until they can be kept. */
export function tellFailure(): void {
  announce(t("draft.failed"));
}
