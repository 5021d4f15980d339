/** Whether there may be a network: the browser's hint only. Whether the office answers is known by `sync` alone. */

export function hintsOnline(): boolean {
  return navigator.onLine !== false;
}
