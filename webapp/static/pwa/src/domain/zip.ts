/** A stored (uncompressed) zip made of parts, so that a day's videos need not fit into memory (APPNOTE.TXT 6.3.10). */

import { joined, utf8, type Bytes } from "./bytes";

export interface ZipEntry {
  name: string;
  body: Blob;
}

const SLICE_BYTES = 1024 * 1024;
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800;
/** 1980-01-01: the files' own times stand in their records. */
const DOS_DATE = 0x0021;
/** What a field of the old width holds when the true value stands in a Zip64 field (4.3.9.2, 4.4.1.4). */
const LARGEST_32 = 0xffffffff;
const LARGEST_16 = 0xffff;
/** The version in which Zip64 came: 4.5. */
const ZIP64 = 45;

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

/** The whole archive; it holds the bodies by reference. One body is at most 4 GB; together they may be larger (Zip64). */
export async function makeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const measured: Measured[] = [];
  for (const { name, body } of entries) measured.push({ name, crc: await crc32(body), size: body.size });
  const { heads, tail } = layOut(measured);
  const parts = entries.flatMap(({ body }, at) => [heads[at]!, body]);
  return new Blob([...parts, ...tail], { type: "application/zip" });
}

export interface Measured {
  name: string;
  crc: number;
  size: number;
}

/** What stands before each body, and what stands behind the last one. */
export function layOut(entries: readonly Measured[]): { heads: Bytes[]; tail: Bytes[] } {
  const heads: Bytes[] = [];
  const directory: Bytes[] = [];
  let offset = 0;
  for (const { name, crc, size } of entries) {
    if (size >= LARGEST_32) throw new RangeError(`${name} is too large for one file`);
    const path = utf8(name);
    heads.push(joined(localHeader(path, crc, size), path));
    const far = offset >= LARGEST_32 ? packed([2, 1], [2, 8], [8, offset]) : packed();
    directory.push(joined(directoryHeader(path, crc, size, offset, far.length), path, far));
    offset += 30 + path.length + size;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return { heads, tail: [...directory, ...farEndOf(entries.length, size, offset), endOf(entries.length, size, offset)] };
}

type Field = [width: 2 | 4 | 8, value: number];

/** Little-endian numbers, each with its width in bytes. */
function packed(...fields: Field[]): Bytes {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 8) view.setBigUint64(at, BigInt(value), true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(view.buffer);
}

/** What the header before a file and the one in the directory both say of it (4.3.7, 4.3.12), from the flags to the name. */
function fileFields(path: Bytes, crc: number, size: number): Field[] {
  return [
    [2, UTF8_NAMES],
    [2, 0],
    [2, 0],
    [2, DOS_DATE],
    [4, crc],
    [4, size],
    [4, size],
    [2, path.length],
  ];
}

function localHeader(path: Bytes, crc: number, size: number): Bytes {
  return packed([4, 0x04034b50], [2, 20], ...fileFields(path, crc, size), [2, 0]);
}

function directoryHeader(path: Bytes, crc: number, size: number, offset: number, extra: number): Bytes {
  const version = extra > 0 ? ZIP64 : 20;
  return packed(
    [4, 0x02014b50],
    [2, version],
    [2, version],
    ...fileFields(path, crc, size),
    [2, extra],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, Math.min(offset, LARGEST_32)],
  );
}

/** The Zip64 end of the directory and what points to it (4.3.14, 4.3.15); nothing where the old end can say it all. */
function farEndOf(count: number, size: number, offset: number): Bytes[] {
  if (count < LARGEST_16 && size < LARGEST_32 && offset < LARGEST_32) return [];
  const end = packed(
    [4, 0x06064b50],
    [8, 44],
    [2, ZIP64],
    [2, ZIP64],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  );
  return [end, packed([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1])];
}

function endOf(count: number, size: number, offset: number): Bytes {
  const [few, near] = [Math.min(count, LARGEST_16), Math.min(offset, LARGEST_32)];
  return packed([4, 0x06054b50], [2, 0], [2, 0], [2, few], [2, few], [4, Math.min(size, LARGEST_32)], [4, near], [2, 0]);
}
