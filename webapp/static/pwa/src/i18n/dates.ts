/** Dates, distances and sizes as people say them; never ISO on a screen. */

import { language } from "./language";

const DAYS_ZH = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const DAYS_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const isChinese = (): boolean => language() === "zh-Hans";
const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** "1月12日 周二", or "Tue 12 Jan"; the year only when it is not this one. */
export function dayWords(at: Date, now: Date = new Date()): string {
  const otherYear = at.getFullYear() !== now.getFullYear();
  if (isChinese()) {
    const day = `${at.getMonth() + 1}月${at.getDate()}日`;
    return otherYear ? `${at.getFullYear()}年${day}` : `${day} ${DAYS_ZH[at.getDay()]}`;
  }
  const day = `${at.getDate()} ${MONTHS_EN[at.getMonth()]}`;
  return otherYear ? `${day} ${at.getFullYear()}` : `${DAYS_EN[at.getDay()]} ${day}`;
}

export function clockWords(at: Date): string {
  return `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

export function momentWords(at: Date | string, now: Date = new Date()): string {
  const moment = typeof at === "string" ? new Date(at) : at;
  return `${dayWords(moment, now)} ${clockWords(moment)}`;
}

/** A calendar day such as "2027-01-12", which belongs to no time zone. */
export function calendarWords(day: string, now: Date = new Date()): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return dayWords(new Date(year, month - 1, date), now);
}

/** Seconds as mm:ss. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${twoDigits(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`;
}

export function distanceWords(metres: number): string {
  if (metres < 1000) return isChinese() ? `${roundMetres(metres)} 米` : `${roundMetres(metres)} m`;
  const kilometres = (metres / 1000).toFixed(metres < 10_000 ? 1 : 0);
  return isChinese() ? `${kilometres} 公里` : `${kilometres} km`;
}

function roundMetres(metres: number): number {
  return metres < 100 ? Math.max(1, Math.round(metres)) : Math.round(metres / 10) * 10;
}

export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
