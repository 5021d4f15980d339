/** Whether the office can take a file, judged before the phone calls it saved: the same rules as `webapp/evidence/records/formats.py` (`tests/contracts/media-heads.json`). */

import type { Limits } from "./pack";

/** too_large: over the office's limit; wrong_type: not what it says; unplayable: its index is missing, so that nobody can show it. */
export type FileTrouble = "too_large" | "wrong_type" | "unplayable";

export const HEAD_BYTES = 4096;
const MP4_BRAND = /^(iso[m2-9a-c]|mp4[12v]|avc1|hvc1|dash|cmf[c2]|M4[VA] |MSNV|msnv|3gp[4-9]|qt  )$/;
const HEIC_BRAND = /^(hei[cxms]|hevc|mif1|msf1)$/;
const AVIF_BRAND = /^avi[fs]$/;
const FAMILIES: Record<string, string> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "video/webm": "webm",
  "audio/webm": "webm",
  "video/mp4": "mp4",
  "audio/mp4": "mp4",
  "application/pdf": "pdf",
};

export async function fileTrouble(
  blob: Blob,
  mime: string,
  limits: Pick<Limits, "photo_max_bytes" | "video_max_bytes">,
): Promise<FileTrouble | null> {
  const type = mime.split(";")[0]!.trim().toLowerCase();
  if (blob.size > (type.startsWith("video/") ? limits.video_max_bytes : limits.photo_max_bytes)) return "too_large";
  const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  if (!isOfType(head, type)) return "wrong_type";
  if (FAMILIES[type] === "mp4" && !(await hasIndex(blob))) return "unplayable";
  return null;
}

/** Whether a file's first 4096 bytes belong to its type. */
export function isOfType(head: Uint8Array, mime: string): boolean {
  const family = FAMILIES[mime];
  return family !== undefined && familiesOf(head).includes(family);
}

function familiesOf(head: Uint8Array): string[] {
  const text = latin(head.subarray(0, 64));
  if (text.slice(4, 8) === "ftyp") return familiesOfBrands(head);
  if (text.startsWith("\xff\xd8\xff")) return ["jpeg"];
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return ["png"];
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return ["webp"];
  if (text.startsWith("\x1aE\xdf\xa3") && text.includes("webm")) return ["webm"];
  return text.startsWith("%PDF-") ? ["pdf"] : [];
}

/** The major brand or any compatible one (ISO/IEC 14496-12 §4.3): a writer names itself in the first and says in the others whose rules the file keeps. */
function familiesOfBrands(head: Uint8Array): string[] {
  const brands = [latin(head.subarray(8, 12))];
  const end = Math.min(new DataView(head.buffer, head.byteOffset).getUint32(0), head.length);
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin(head.subarray(at, at + 4)));
  if (AVIF_BRAND.test(brands[0]!)) return [];
  return [
    ...(brands.some((brand) => HEIC_BRAND.test(brand)) ? ["heic"] : []),
    ...(brands.some((brand) => MP4_BRAND.test(brand)) ? ["mp4"] : []),
  ];
}

/** Whether the box that says where everything lies is there as a whole; what a crash cut off behind it can be spared. */
async function hasIndex(blob: Blob): Promise<boolean> {
  for (let at = 0; at + 8 <= blob.size;) {
    const head = new DataView(await blob.slice(at, at + 16).arrayBuffer());
    const name = latin(new Uint8Array(head.buffer, 4, 4));
    let length = head.getUint32(0);
    if (length === 1 && head.byteLength === 16) length = head.getUint32(8) * 2 ** 32 + head.getUint32(12);
    at = length === 0 ? blob.size : at + Math.max(length, 8);
    if (name === "moov" && at <= blob.size) return true;
  }
  return false;
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
