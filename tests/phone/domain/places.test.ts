/** Datums, distances and links. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bearing,
  byDistance,
  COARSE_M,
  distanceMetres,
  mapLinks,
  nearness,
  toBd09,
  toGcj02,
} from "../../../webapp/static/pwa/src/domain/places";
import type { PositionReading } from "../../../webapp/static/pwa/src/domain/capture";
import { contract } from "../contracts";

const ZHANGDIAN = { lat: 36.8069, lon: 118.0179 };
const YIYUAN = { lat: 36.1854, lon: 118.1709 };

test("the shifts are those measured in Yiyuan, and of that order in Zhangdian", () => {
  assert.equal(Math.round(distanceMetres(YIYUAN, toGcj02(YIYUAN))), 529);
  assert.equal(Math.round(distanceMetres(YIYUAN, toBd09(YIYUAN))), 1311);
  assert.ok(Math.abs(distanceMetres(ZHANGDIAN, toGcj02(ZHANGDIAN)) - 540) < 10);
});

test("a degree north is 111 km, and bearings turn clockwise", () => {
  assert.ok(Math.abs(distanceMetres({ lat: 36, lon: 118 }, { lat: 37, lon: 118 }) - 111_195) < 10);
  assert.ok(Math.abs(bearing({ lat: 36, lon: 118 }, { lat: 36, lon: 119 }) - 90) < 1);
  assert.equal(bearing({ lat: 36, lon: 118 }, { lat: 35, lon: 118 }), 180);
});

test("each map gets its own datum and order", () => {
  const links = mapLinks({ name: "走访", address: "科苑小区12号楼", location: ZHANGDIAN });
  assert.match(links.amap, /position=118\.017900,36\.806900&.*coordinate=wgs84/);
  assert.match(links.baidu, /location=36\.806900,118\.017900&.*coord_type=wgs84/);
  const gcj = toGcj02(ZHANGDIAN);
  assert.ok(links.tencent.includes(`coord:${gcj.lat.toFixed(6)},${gcj.lon.toFixed(6)};`));
  assert.match(mapLinks({ name: "", address: "科苑 12&3", location: null }).amap, /keyword=%E7%A7%91%E8%8B%91%2012%263/);
});

const limits = { near_town_m: 200, near_village_m: 500 };
const at = (lat: number, accuracy_m: number): PositionReading => ({
  age_ms: 0,
  samples: [{ lat, lon: 118, accuracy_m, altitude_m: null, speed: null, heading: null, at: "2027-01-12T01:00:00Z" }],
});

test("near subtracts the accuracy, and a coarse fix says nothing", () => {
  const home = { location: { lat: 36, lon: 118, accuracy_m: null } };
  const metres = 1 / 111_195;
  assert.equal(nearness(at(36 + 215 * metres, 20), home, limits), "near");
  assert.equal(nearness(at(36 + 225 * metres, 20), home, limits), "far");
  assert.equal(nearness(at(36 + 225 * metres, 20), { ...home, is_rural: true }, limits), "near");
  assert.equal(nearness(at(36, 201), home, limits), "inconclusive");
  assert.equal(nearness({ error: "denied" }, home, limits), "inconclusive");
  assert.equal(nearness(at(36, 5), { location: null }, limits), "inconclusive");
});

test("the route goes by distance, unknown places last and in their order", () => {
  const place = (lat: number | null) => ({ person: { location: lat === null ? null : { lat, lon: 118, accuracy_m: null } } });
  const rows = [place(null), place(37), place(36.1), place(null)];
  assert.deepEqual(byDistance(rows, { lat: 36, lon: 118 }), [rows[2], rows[1], rows[0], rows[3]]);
});

interface NearnessContract {
  relative_tolerance: number;
  limits: { town_m: number; village_m: number; coarse_m: number };
  rows: {
    about: string;
    place: { lat: number; lon: number } | null;
    is_rural: boolean;
    fix: { lat: number; lon: number; accuracy_m: number | null } | null;
    metres: number | null;
    nearness: string;
  }[];
}

test("phone and server say the same of a fix, and measure alike within the tolerance", () => {
  const { rows, limits: chosen, relative_tolerance } = contract<NearnessContract>("nearness");
  assert.equal(COARSE_M, chosen.coarse_m);
  assert.ok(rows.length > 0);
  for (const { about, place, is_rural, fix, metres, nearness: expected } of rows) {
    const position: PositionReading = fix
      ? { age_ms: 0, samples: [{ ...fix, altitude_m: null, speed: null, heading: null, at: "2027-01-12T01:00:00Z" }] }
      : { error: "denied" };
    const home = { location: place && { ...place, accuracy_m: null }, is_rural };
    assert.equal(nearness(position, home, { near_town_m: chosen.town_m, near_village_m: chosen.village_m }), expected, about);
    if (fix && place && metres !== null)
      assert.ok(Math.abs(distanceMetres(fix, place) - metres) <= relative_tolerance * metres, about);
  }
});
