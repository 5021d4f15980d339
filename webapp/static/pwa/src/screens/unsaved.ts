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
  return () => listeners.delete(changed);
}

function tell(): void {
  for (const listener of listeners) listener();
}
