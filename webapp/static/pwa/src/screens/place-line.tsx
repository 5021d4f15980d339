/** Where we are, in words: how exact and how fresh, or why not, and that the work may go on. */

import { useEffect, useState } from "preact/hooks";

import { OLD_FIX_MS } from "../domain/places";
import type { LocationState } from "../device/location";
import { t } from "../i18n";
import { distanceWords } from "../i18n/dates";
import { Icon } from "../ui/icon";

/** Beyond this the place proves little; it is kept and said. */
const COARSE_METRES = 200;
/** No fix comes to say that none comes: the words are looked at again after so long. */
const AGING_MS = 15_000;

export function placeWords({ latest, trouble }: LocationState, now: number = Date.now()): string {
  if (!latest) return t(trouble ? `place.${trouble}` : "place.searching");
  if (latest.accuracy_m === null) return t("place.unknown");
  const about = distanceWords(latest.accuracy_m);
  const age = latest.at === null ? 0 : now - Date.parse(latest.at);
  if (age > OLD_FIX_MS) return t("place.old", { about, minutes: Math.floor(age / 60_000) });
  return t(latest.accuracy_m > COARSE_METRES ? "place.coarse" : "place.about", { about });
}

/** The words as they are now, a fix growing old while one waits. */
export function usePlaceWords(place: LocationState): string {
  const [, look] = useState({});
  useEffect(() => {
    const timer = setInterval(() => look({}), AGING_MS);
    return () => clearInterval(timer);
  }, []);
  return placeWords(place);
}

export function PlaceLine({ place }: { place: LocationState }) {
  return (
    <p class="place-line small quiet" aria-live="polite">
      <Icon name="pin" small />
      <span>{usePlaceWords(place)}</span>
    </p>
  );
}
