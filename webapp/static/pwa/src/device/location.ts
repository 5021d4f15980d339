/** Where the phone is: a watch that keeps its last samples, forgives short failures and never makes anybody wait. */

import { toSample } from "../domain/measured";
import type { PositionReading, PositionSample } from "../domain/capture";

export type LocationTrouble = "denied" | "unavailable" | "timeout";

export interface LocationState {
  trouble: LocationTrouble | null;
  /** The newest sample, or null while the phone is still searching. */
  latest: PositionSample | null;
}

/** As many samples as show natural jitter without making the record heavy. */
const KEPT_SAMPLES = 10;
/** Long enough for a cold start beside a window; after that the words change, while the watch goes on. */
const PATIENCE_MS = 15_000;

export class LocationWatch {
  #samples: PositionSample[] = [];
  #cameAt = 0;
  #trouble: LocationTrouble | null = null;
  #watch: number | null = null;
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #changed: (state: LocationState) => void;

  constructor(changed: (state: LocationState) => void = () => undefined) {
    this.#changed = changed;
  }

  start(): void {
    const device = navigator.geolocation as Geolocation | undefined;
    if (this.#watch !== null) return;
    if (!device) return this.#fail("unavailable");
    this.#patience = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    this.#watch = device.watchPosition(
      (position) => this.#keep(position),
      (error) => this.#stumble(error),
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
    );
  }

  stop(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    clearTimeout(this.#patience);
    this.#watch = null;
  }

  state(): LocationState {
    return { trouble: this.#trouble, latest: this.#samples[this.#samples.length - 1] ?? null };
  }

  /** What a record made at `now` says about its place. */
  reading(now: number = Date.now()): PositionReading {
    const { latest, trouble } = this.state();
    if (!latest) return { error: trouble ?? "timeout" };
    // A fix that does not know its own time is as old as its arrival.
    const since = latest.at === null ? this.#cameAt : Date.parse(latest.at);
    return { samples: [...this.#samples], age_ms: Math.max(0, now - since) };
  }

  #keep(position: GeolocationPosition): void {
    const sample = toSample(position.coords, position.timestamp);
    if (!sample) return;
    this.#samples = [...this.#samples, sample].slice(-KEPT_SAMPLES);
    this.#cameAt = Date.now();
    this.#trouble = null;
    clearTimeout(this.#patience);
    this.#changed(this.state());
  }

  #stumble(error: GeolocationPositionError): void {
    if (error.code === 1) return this.#fail("denied");
    // Code 2 comes and goes while a phone changes between satellites and masts, and code 3 while it still searches: only patience ends that.
    if (error.code === 3 && !this.#samples.length) this.#fail("timeout");
  }

  #giveUp(): void {
    if (!this.#samples.length && !this.#trouble) this.#fail("unavailable");
  }

  #fail(trouble: LocationTrouble): void {
    this.#trouble = trouble;
    this.#changed(this.state());
  }
}
