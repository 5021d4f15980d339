/** What kind of browser this is, so that a worker in WeChat's is told before signing in, and how to keep the app on the home screen. */

export type Shell = "browser" | "wechat" | "installed";
export type Platform = "android" | "ios" | "harmony" | "other";

interface InstallOffer extends Event {
  prompt(): Promise<void>;
}

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

export function readShell(agent: string = navigator.userAgent, standalone = isStandalone()): Shell {
  if (/MicroMessenger|wxwork/i.test(agent)) return "wechat";
  return standalone ? "installed" : "browser";
}

export function readPlatform(agent: string = navigator.userAgent): Platform {
  if (/HarmonyOS|OpenHarmony/i.test(agent)) return "harmony";
  if (/Android/i.test(agent)) return "android";
  return /iPhone|iPad|iPod/i.test(agent) ? "ios" : "other";
}

function isStandalone(): boolean {
  const ofSafari = (navigator as Navigator & { standalone?: boolean }).standalone === true;
  return ofSafari || matchMedia("(display-mode: standalone)").matches;
}

/** Keeps the browser's own install offer for the moment when the worker asks for it. */
export function holdInstallOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    settle(event as InstallOffer);
  });
  addEventListener("appinstalled", () => settle(null));
}

export function watchInstallOffer(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}

function settle(newest: InstallOffer | null): void {
  offer = newest;
  for (const listener of listeners) listener();
}

export function canInstall(): boolean {
  return offer !== null;
}

export async function install(): Promise<void> {
  await offer?.prompt();
  settle(null);
}
