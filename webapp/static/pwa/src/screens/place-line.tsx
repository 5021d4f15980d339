/** Where we are, in words: how exact, or why not, and that the work may go on. */

import type { LocationState } from "../device/location";
import { t } from "../i18n";
import { distanceWords } from "../i18n/dates";
import { Icon } from "../ui/icon";

/** Beyond this the place proves little; it is kept and said. */
const COARSE_METRES = 200;

export function placeWords({ latest, trouble }: LocationState): string {
  if (latest) {
    const about = distanceWords(latest.accuracy_m);
    return t(latest.accuracy_m > COARSE_METRES ? "place.coarse" : "place.about", { about });
  }
  return t(trouble ? `place.${trouble}` : "place.searching");
}

export function PlaceLine({ place }: { place: LocationState }) {
  return (
    <p class="place-line small quiet" aria-live="polite">
      <Icon name="pin" small />
      <span>{placeWords(place)}</span>
    </p>
  );
}
