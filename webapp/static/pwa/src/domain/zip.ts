/** A stored (uncompressed) zip made of parts, so that a day's videos need not fit into memory (APPNOTE.TXT 6.3.10, without Zip64). */

import { utf8 } from "./bytes";
import type { Bytes } from "./types";

export interface ZipEntry {
  name: string;
  body: Blob;
}

const SLICE_BYTES = 1024 * 1024;
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800;
/** 1980-01-01: the files' own times stand in their records. */
const DOS_DATE = 0x0021;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 of a file, read slice by slice. */
export async function crc32(body: Blob): Promise<number> {
  let crc = 0xffffffff;
  for (let at = 0; at < body.size; at += SLICE_BYTES) {
    const slice = new Uint8Array(await body.slice(at, at + SLICE_BYTES).arrayBuffer());
    for (const byte of slice) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The whole archive; it holds the bodies by reference. Up to 65,535 entries and 4 GB. */
export async function makeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const parts: (Blob | Bytes)[] = [];
  const directory: Bytes[] = [];
  let offset = 0;
  for (const { name, body } of entries) {
    const [path, crc] = [utf8(name), await crc32(body)];
    parts.push(localHeader(path, crc, body.size), path, body);
    directory.push(directoryHeader(path, crc, body.size, offset), path);
    offset += 30 + path.length + body.size;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...directory, endOf(entries.length, size, offset)], { type: "application/zip" });
}

/** Little-endian numbers, each with its width in bytes. */
function packed(...fields: [width: 2 | 4, value: number][]): Bytes {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(view.buffer);
}

function localHeader(path: Bytes, crc: number, size: number): Bytes {
  return packed([4, 0x04034b50], [2, 20], [2, UTF8_NAMES], [2, 0], [2, 0], [2, DOS_DATE], [4, crc], [4, size], [4, size], [2, path.length], [2, 0]);
}

function directoryHeader(path: Bytes, crc: number, size: number, offset: number): Bytes {
  return packed(
    [4, 0x02014b50], [2, 20], [2, 20], [2, UTF8_NAMES], [2, 0], [2, 0], [2, DOS_DATE], [4, crc], [4, size], [4, size],
    [2, path.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset],
  );
}

function endOf(count: number, size: number, offset: number): Bytes {
  return packed([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
}
