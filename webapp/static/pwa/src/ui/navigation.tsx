/** Moving between screens with the browser's own history, so that a reload or the back key does what people expect. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

export const ROOT = "/app/";

/** What the browser's history keeps of a step. */
interface Step {
  depth: number;
  from: string;
}

type Listener = (path: string) => void;
const listeners = new Set<Listener>();
const scrolled = new Map<string, number>();

export function currentPath(): string {
  return location.pathname;
}

/** What is asked before this screen is left, however that is begun; `leave` goes on with it. */
type LeaveGuard = (leave: () => void) => void;
let guard: { path: string; state: unknown; asked: LeaveGuard } | null = null;

/** Asks before this screen is left by the phone's back key, a link or a button of the app, until the returned function is called. */
export function guardLeaving(asked: LeaveGuard): () => void {
  const mine = { path: currentPath(), state: history.state as unknown, asked };
  guard = mine;
  return () => {
    if (guard === mine) guard = null;
  };
}

/** True when the worker is asked first; `move` is what happens once they have decided to leave. */
function isHeld(move: () => void): boolean {
  if (!guard) return false;
  guard.asked(() => {
    guard = null;
    move();
  });
  return true;
}

/** The browser has gone a step back already: the screen is put where it was, and the step is gone again once that was decided. */
function heldAfterStep(): boolean {
  if (!guard) return false;
  history.pushState(guard.state, "", guard.path);
  return isHeld(() => history.back());
}

/**
 * Goes to a screen; `replace` leaves no step back, for screens that are finished with. With `restore` the app comes back
 * to where it was killed: its own "back" then leads up from that screen, not to the list on which it was started.
 */
export function go(path: string, options: { replace?: boolean; restore?: boolean } = {}): void {
  if (path === currentPath() || isHeld(() => go(path, options))) return;
  scrolled.set(currentPath(), scrollY);
  if (options.restore) history.pushState({ depth: 0, from: "" }, "", path);
  else if (options.replace) history.replaceState({ depth: depth(), from: cameFrom() }, "", path);
  else history.pushState({ depth: depth() + 1, from: currentPath() }, "", path);
  announcePath();
}

/** The screen from which this one was opened, or "" when the app was opened on it. */
export function cameFrom(): string {
  return (history.state as Step | null)?.from ?? "";
}

/** Closes this screen: one step back if it was opened from `path` or a part of it, otherwise on to `path`. */
export function returnTo(path: string): void {
  if (isHeld(() => returnTo(path))) return;
  if (cameFrom().startsWith(path)) history.back();
  else go(path, { replace: true });
}

/** One step back when the app made that step itself, otherwise to `fallback`. */
export function back(fallback: string): void {
  if (isHeld(() => back(fallback))) return;
  if (depth() > 0) history.back();
  else go(fallback, { replace: true });
}

export function scrollOf(path: string): number {
  return scrolled.get(path) ?? 0;
}

function depth(): number {
  return (history.state as Step | null)?.depth ?? 0;
}

function announcePath(): void {
  for (const listener of listeners) listener(currentPath());
}

let isFollowing = false;

/** One listener for the page: a step is put back once, however many parts of the screen follow the path. */
function followSteps(): void {
  if (isFollowing) return;
  isFollowing = true;
  addEventListener("popstate", () => {
    if (!heldAfterStep()) announcePath();
  });
}

export function usePath(): string {
  const [path, setPath] = useState(currentPath());
  useEffect(() => {
    followSteps();
    listeners.add(setPath);
    return () => void listeners.delete(setPath);
  }, []);
  return path;
}

interface LinkProps {
  href: string;
  class?: string;
  current?: boolean;
  children: ComponentChildren;
}

export function Link({ href, class: looks = "", current = false, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a class={looks} href={href} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
