/** The service worker's registration and its updates, which wait until the page says that nothing unsaved would be lost. */

export interface UpdateRules {
  /** False while a capture or an answer is unsaved. */
  mayReload: () => boolean;
  /** Called when a new version waits, or when another tab has started it. */
  onWaiting: () => void;
}

let registration: ServiceWorkerRegistration | null = null;
let rules: UpdateRules | null = null;
let isApplying = false;

/** Resolves whether or not there are service workers: the app works without them while it is open. */
export async function registerWorker(given: UpdateRules): Promise<void> {
  rules = given;
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container) return;
  const hadController = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (isApplying) location.reload();
    else if (hadController) given.onWaiting();
  });
  try {
    registration = await container.register("/app/sw.js", { scope: "/app/" });
    watchFor(registration);
  } catch {
    // A browser that refuses the worker, such as WeChat's on iOS, still runs the page.
  }
}

function watchFor(found: ServiceWorkerRegistration): void {
  const told = (worker: ServiceWorker | null): void => {
    if (worker?.state === "installed" && navigator.serviceWorker.controller) rules?.onWaiting();
  };
  told(found.waiting);
  found.addEventListener("updatefound", () => {
    const coming = found.installing;
    coming?.addEventListener("statechange", () => told(coming));
  });
}

/** Looks for a new version; the browser itself does so once a day. */
export async function checkForUpdate(): Promise<void> {
  await registration?.update().catch(() => undefined);
}

/** Starts the waiting version and loads the page anew; false, and nothing happens, while something is unsaved. */
export async function applyUpdate(): Promise<boolean> {
  if (!rules?.mayReload()) return false;
  isApplying = true;
  const waiting = registration?.waiting;
  if (waiting) waiting.postMessage({ type: "anzai-skip-waiting" });
  else location.reload();
  return true;
}
