/** Places: WGS-84 inside, other datums only for display and links to map apps (domain §5.5). */

import type { PositionReading, PositionSample } from "./capture";
import type { Person } from "./pack";

export interface LatLon {
  lat: number;
  lon: number;
}

const EARTH_M = 6_371_008.8;
const AXIS = 6_378_245;
const SQUARED_ECCENTRICITY = 0.006693421622965943;
const { sin, cos, sqrt, abs, PI, atan2 } = Math;
const rad = (degrees: number): number => (degrees * PI) / 180;

/** Metres along the great circle. */
export function distanceMetres(one: LatLon, other: LatLon): number {
  const dLat = rad(other.lat - one.lat);
  const dLon = rad(other.lon - one.lon);
  const a = sin(dLat / 2) ** 2 + cos(rad(one.lat)) * cos(rad(other.lat)) * sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, sqrt(a)));
}

/** Degrees clockwise from north, 0–360. */
export function bearing(from: LatLon, to: LatLon): number {
  const dLon = rad(to.lon - from.lon);
  const y = sin(dLon) * cos(rad(to.lat));
  const x = cos(rad(from.lat)) * sin(rad(to.lat)) - sin(rad(from.lat)) * cos(rad(to.lat)) * cos(dLon);
  return ((atan2(y, x) * 180) / PI + 360) % 360;
}

/** The waves that both offsets of GCJ-02 share. */
function waves(x: number): number {
  return ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
}

function offsetLat(x: number, y: number): number {
  const base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves(x);
  return (
    base + ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 + ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3
  );
}

function offsetLon(x: number, y: number): number {
  const base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves(x);
  return (
    base + ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 + ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3
  );
}

/** WGS-84 to GCJ-02 (Amap, Tencent); only for places in China, which all of ours are. */
export function toGcj02({ lat, lon }: LatLon): LatLon {
  const [x, y] = [lon - 105, lat - 35];
  const curve = 1 - SQUARED_ECCENTRICITY * sin(rad(lat)) ** 2;
  const dLat = (offsetLat(x, y) * 180) / (((AXIS * (1 - SQUARED_ECCENTRICITY)) / (curve * sqrt(curve))) * PI);
  const dLon = (offsetLon(x, y) * 180) / ((AXIS / sqrt(curve)) * cos(rad(lat)) * PI);
  return { lat: lat + dLat, lon: lon + dLon };
}

/** WGS-84 to BD-09 (Baidu). */
export function toBd09(place: LatLon): LatLon {
  const { lat, lon } = toGcj02(place);
  const turn = (PI * 3000) / 180;
  const radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * turn);
  const angle = atan2(lat, lon) + 0.000003 * cos(lon * turn);
  return { lat: radius * sin(angle) + 0.006, lon: radius * cos(angle) + 0.0065 };
}

export interface MapTarget {
  name: string;
  address: string;
  location: LatLon | null;
}

export interface MapLinks {
  amap: string;
  baidu: string;
  tencent: string;
}

const fixed = (degrees: number): string => degrees.toFixed(6);
const word = encodeURIComponent;

/** Links that open the address in a map app, each in the datum that it reads; without coordinates they search the address. The label is what the caller gives: no person's name needs to leave the phone. */
export function mapLinks({ name, address, location }: MapTarget): MapLinks {
  if (!location) return searchLinks(address);
  const wgs = `${fixed(location.lat)},${fixed(location.lon)}`;
  const gcj = toGcj02(location);
  return {
    amap: `https://uri.amap.com/marker?position=${fixed(location.lon)},${fixed(location.lat)}&name=${word(name)}&coordinate=wgs84&callnative=1`,
    baidu: `https://api.map.baidu.com/marker?location=${wgs}&title=${word(name)}&content=${word(address)}&coord_type=wgs84&output=html&src=anzai`,
    tencent: `https://apis.map.qq.com/uri/v1/marker?marker=coord:${fixed(gcj.lat)},${fixed(gcj.lon)};title:${word(name)};addr:${word(address)}&referer=anzai`,
  };
}

function searchLinks(address: string): MapLinks {
  const [text, region] = [word(address), word("淄博市")];
  return {
    amap: `https://uri.amap.com/search?keyword=${text}&city=${region}&callnative=1`,
    baidu: `https://api.map.baidu.com/place/search?query=${text}&region=${region}&output=html&src=anzai`,
    tencent: `https://apis.map.qq.com/uri/v1/search?keyword=${text}&region=${region}&referer=anzai`,
  };
}

export type Nearness = "near" | "far" | "inconclusive";
/** A fix coarser than this (metres) can neither confirm nor deny. */
export const COARSE_M = 200;

/** A fix older than this (milliseconds) may belong to the last door. */
export const OLD_FIX_MS = 60_000;

/** Metres; an accuracy that is not known is as good as none. */
export function accuracyOf({ accuracy_m }: Pick<PositionSample, "accuracy_m">): number {
  return accuracy_m ?? Infinity;
}

/** Near when distance − accuracy is within the radius (evidence §2); inconclusive without a fix, an address's place, or accuracy. */
export function nearness(
  position: PositionReading,
  person: Pick<Person, "location" | "is_rural">,
  limits: { near_town_m: number; near_village_m: number },
): Nearness {
  if ("error" in position || !person.location) return "inconclusive";
  const best = position.samples.reduce<(typeof position.samples)[number] | null>(
    (least, sample) => (least && accuracyOf(least) <= accuracyOf(sample) ? least : sample),
    null,
  );
  if (!best || accuracyOf(best) > COARSE_M) return "inconclusive";
  const radius = person.is_rural ? limits.near_village_m : limits.near_town_m;
  return distanceMetres(best, person.location) - accuracyOf(best) <= radius ? "near" : "far";
}

/** The cases in the order of their distance from `here`; those without coordinates last, in the order given. */
export function byDistance<Row extends { person: Pick<Person, "location"> }>(rows: readonly Row[], here: LatLon): Row[] {
  const far = (row: Row): number => (row.person.location ? distanceMetres(here, row.person.location) : Infinity);
  const measured = rows.map((row, at) => ({ row, at, metres: far(row) }));
  measured.sort((one, other) => (one.metres === other.metres ? one.at - other.at : one.metres - other.metres));
  return measured.map(({ row }) => row);
}
