/** How a screen reaches stored work: the ports by context, and values that follow every change. */

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";

import { todayInZibo } from "../../domain/due";
import type { SignalFacts } from "../../ui/frame";
import type { Ports, SyncView } from "../../app/ports";
import type { Topic } from "../../domain/topics";

export const PortsContext = createContext<Ports | null>(null);

export function usePorts(): Ports {
  const ports = useContext(PortsContext);
  if (!ports) throw new Error("ports_missing");
  return ports;
}

export interface Loaded<Value> {
  /** Undefined while it is being read for the first time. */
  value: Value | undefined;
  failed: boolean;
  reload: () => void;
}

/** Reads a value and reads it again after every change of what is stored; answers that come late are dropped. */
export function useLoad<Value>(topics: readonly Topic[], load: (ports: Ports) => Promise<Value>): Loaded<Value> {
  const ports = usePorts();
  const [value, setValue] = useState<Value | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const newest = useRef(0);
  const reload = useCallback(() => {
    const mine = ++newest.current;
    load(ports).then(
      (found) => {
        if (mine !== newest.current) return;
        setValue(() => found);
        setFailed(false);
      },
      () => mine === newest.current && setFailed(true),
    );
  }, [ports]);
  useEffect(() => {
    reload();
    const unwatch = ports.watch(topics, reload);
    return () => {
      newest.current = -1;
      unwatch();
    };
  }, [reload]);
  return { value, failed, reload };
}

export function useSync(): SyncView {
  const ports = usePorts();
  const [view, setView] = useState(ports.sync());
  useEffect(() => ports.watchSync(() => setView(ports.sync())), [ports]);
  return view;
}

/** What the bar says: a try that failed or the browser's hint ends the signal; until one was made, the hint alone stands. */
export function signalOf(sync: SyncView): SignalFacts {
  return { online: sync.link !== "offline", unsent: sync.unsent, of_others: sync.of_others };
}

/** Today in Zibo, YYYY-MM-DD, by the phone's clock as the office last corrected it: a result is judged by the same day. */
export function todayOf({ server_offset_ms }: Pick<SyncView, "server_offset_ms">): string {
  return todayInZibo(Date.now() + (server_offset_ms ?? 0));
}
