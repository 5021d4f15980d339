/** Tells every tab what has changed, so that lists are read anew. */

import type { Topic } from "../domain/topics";

const CHANNEL = "anzai-changes";
const watchers = new Set<{ topics: readonly Topic[]; called: () => void }>();
let channel: BroadcastChannel | null | undefined;

function open(): BroadcastChannel | null {
  if (channel !== undefined) return channel;
  channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
  if (channel) channel.onmessage = ({ data }) => tell(data as Topic[]);
  // Node keeps a process alive for a channel; browsers know no such thing.
  (channel as unknown as { unref?: () => void } | null)?.unref?.();
  return channel;
}

/** Calls back after a change of one of the topics in this tab or another; the returned function ends it. */
export function watch(topics: readonly Topic[], called: () => void): () => void {
  open();
  const watcher = { topics, called };
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export function changed(...topics: Topic[]): void {
  open()?.postMessage(topics);
  tell(topics);
}

function tell(topics: readonly Topic[]): void {
  for (const watcher of [...watchers]) if (watcher.topics.some((topic) => topics.includes(topic))) watcher.called();
}
