/** Whether there may be a network: the browser's hint only. Whether the office answers is known by `sync` alone. */

export function hintsOnline(): boolean {
  return navigator.onLine !== false;
}

/** Calls back when the hint changes or the app comes to the front, the two moments at which trying again makes sense. */
export function watchLink(changed: (online: boolean) => void): () => void {
  const report = (): void => changed(hintsOnline());
  const shown = (): void => {
    if (document.visibilityState === "visible") report();
  };
  addEventListener("online", report);
  addEventListener("offline", report);
  document.addEventListener("visibilitychange", shown);
  return () => {
    removeEventListener("online", report);
    removeEventListener("offline", report);
    document.removeEventListener("visibilitychange", shown);
  };
}
