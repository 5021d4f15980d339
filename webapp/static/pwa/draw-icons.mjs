/** Draws the app's icon, a roof over a seal, as PNG files: `node webapp/static/pwa/draw-icons.mjs`. The files are committed; run it again only after changing the drawing. */

import { mkdirSync, writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const FOLDER = new URL("./public/", import.meta.url);
const PINE = [11, 107, 91];
const PAPER = [250, 249, 245];

// Distances in a square of 512 from a point to a shape; negative inside. Exact distances give soft edges for free.
const disc = (x, y, radius) => (px, py) => Math.hypot(px - x, py - y) - radius;
const stroke = (points, width) => (px, py) =>
  Math.min(...points.slice(1).map((end, at) => segment(px, py, points[at], end))) - width / 2;
const tile = (corner) => (px, py) => {
  const [dx, dy] = [Math.abs(px - 256) - 256 + corner, Math.abs(py - 256) - 256 + corner];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
};

function segment(px, py, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

const GRAPHIC = [
  {
    colour: PAPER,
    shape: stroke(
      [
        [104, 232],
        [256, 112],
        [408, 232],
      ],
      40,
    ),
  },
  { colour: PAPER, shape: disc(256, 320, 104) },
  {
    colour: PINE,
    shape: stroke(
      [
        [208, 322],
        [243, 357],
        [306, 290],
      ],
      30,
    ),
  },
];

/** RGBA bytes; `scale` shrinks the drawing so that a round mask cuts nothing of it. */
function paint(size, corner, scale) {
  const pixels = Buffer.alloc(size * size * 4);
  const unit = 512 / size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      pixels.set(colourAt((x + 0.5) * unit, (y + 0.5) * unit, unit, corner, scale), (y * size + x) * 4);
    }
  }
  return pixels;
}

function colourAt(px, py, unit, corner, scale) {
  const [gx, gy] = [256 + (px - 256) / scale, 256 + (py - 256) / scale];
  let colour = PINE;
  for (const { colour: over, shape } of GRAPHIC) {
    const share = cover(shape(gx, gy) * scale, unit);
    colour = colour.map((value, at) => value + (over[at] - value) * share);
  }
  return [...colour.map(Math.round), Math.round(255 * cover(tile(corner)(px, py), unit))];
}

const cover = (distance, unit) => Math.max(0, Math.min(1, 0.5 - distance / unit));

function png(size, pixels) {
  const rows = Buffer.concat(
    Array.from({ length: size }, (_, y) => Buffer.concat([Buffer.of(0), pixels.subarray(y * size * 4, (y + 1) * size * 4)])),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const magic = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

mkdirSync(FOLDER, { recursive: true });
const ICONS = [
  ["icon-192.png", 192, 96, 0.9],
  ["icon-512.png", 512, 96, 0.9],
  ["icon-maskable-512.png", 512, 0, 0.72],
  ["apple-touch-icon.png", 180, 0, 0.84],
];
for (const [name, size, corner, scale] of ICONS) writeFileSync(new URL(name, FOLDER), png(size, paint(size, corner, scale)));
