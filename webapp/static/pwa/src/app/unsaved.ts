/** What is under the worker's hands at this moment: while anything is, no update and no reload is offered. */

const held = new Set<symbol>();
const listeners = new Set<() => void>();

/** Marks something as unsaved until the returned function is called. */
export function holdUnsaved(): () => void {
  const mark = Symbol("unsaved");
  held.add(mark);
  tell();
  return () => {
    held.delete(mark);
    tell();
  };
}

export function hasUnsaved(): boolean {
  return held.size > 0;
}

export function watchUnsaved(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}

const putters = new Set<() => Promise<void>>();

/** Names what must be stored before the page turns to somebody else's work. */
export function onPutAway(put: () => Promise<void>): () => void {
  putters.add(put);
  return () => void putters.delete(put);
}

export async function putAllAway(): Promise<void> {
  await Promise.all([...putters].map((put) => put()));
}

function tell(): void {
  for (const listener of listeners) listener();
}
