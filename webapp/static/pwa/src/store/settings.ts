/** The worker's choices, the server's limits, and what is known of the clock and of the line. */

import { deliveryLimit, OPEN_ROAD, type DeliveryRoad } from "../domain/delivery";
import { NEW_LINE, type Line } from "../domain/retry";
import type { Limits } from "../domain/pack";
import { changed } from "./changes";
import { readMeta, writeMeta } from "./meta";

/** What holds until the first pack has come (design §4). */
export const DEFAULT_LIMITS: Limits = {
  photo_max_bytes: 20_000_000,
  video_max_bytes: 100_000_000,
  record_max_bytes: 64_000,
  video_max_s: 15,
  near_town_m: 200,
  near_village_m: 500,
  ticket_count: 4,
  delivery_max_bytes: 0,
};

export async function readLimits(): Promise<Limits> {
  return { ...DEFAULT_LIMITS, ...(await readMeta<Partial<Limits>>("limits")) };
}

export async function writeLimits(limits: Partial<Limits>): Promise<void> {
  await writeMeta("limits", limits);
  changed("settings");
}

/** Server minus phone in milliseconds at the last contact, or null before the first. */
export function readServerOffset(): Promise<number | null> {
  return readMeta<number>("server_offset");
}

export async function writeServerOffset(milliseconds: number): Promise<void> {
  await writeMeta("server_offset", milliseconds);
}

/** The newest time that the server's clock has shown this phone, milliseconds since 1970, or null before the first contact. */
export function readServerSeen(): Promise<number | null> {
  return readMeta<number>("server_seen");
}

export async function writeServerSeen(milliseconds: number): Promise<void> {
  await writeMeta("server_seen", milliseconds);
}

/** Whether the line last let only GET and POST through. */
export async function readBoxed(): Promise<boolean> {
  return (await readMeta<boolean>("line_boxed")) ?? false;
}

export async function writeBoxed(isBoxed: boolean): Promise<void> {
  await writeMeta("line_boxed", isBoxed);
}

/** The phone's clock corrected by the last contact, in milliseconds since 1970. */
export async function correctedNow(): Promise<number> {
  return Date.now() + ((await readServerOffset()) ?? 0);
}

export async function readLine(): Promise<Line> {
  return (await readMeta<Line>("line")) ?? NEW_LINE;
}

export async function writeLine(line: Line): Promise<void> {
  await writeMeta("line", line);
}

/** How many bytes may go to the office in one request now; 0 is none. */
export async function readDeliveryLimit(): Promise<number> {
  const road = (await readMeta<DeliveryRoad>("delivery_road")) ?? OPEN_ROAD;
  return deliveryLimit(await readLine(), road, (await readLimits()).delivery_max_bytes, Date.now());
}

export async function writeDeliveryRoad(road: DeliveryRoad): Promise<void> {
  await writeMeta("delivery_road", road);
}

/** A choice of the worker, by its name. */
export function readSetting<Value>(key: string): Promise<Value | null> {
  return readMeta<Value>(`setting:${key}`);
}

export async function writeSetting(key: string, value: unknown): Promise<void> {
  await writeMeta(`setting:${key}`, value);
  changed("settings");
}
