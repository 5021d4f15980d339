/** One icon; always beside a word, so it is hidden from screen readers. */

import { ICON_PATHS, type IconName } from "./icon-paths";

export type { IconName } from "./icon-paths";

export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? "icon icon--small" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={ICON_PATHS[name]} />
    </svg>
  );
}
