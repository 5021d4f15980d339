/** Due days, search, ids, the outbox's states and the zip. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { daysLeft, dueState, todayInZibo } from "../../../webapp/static/pwa/src/domain/due";
import { countItems, inSendingOrder, isDue, isUnsent, nextState, SEND_MOVES } from "../../../webapp/static/pwa/src/domain/outbox";
import { buildIndex, search } from "../../../webapp/static/pwa/src/domain/search";
import type { Person } from "../../../webapp/static/pwa/src/domain/pack";
import type { OutboxItem, SendState } from "../../../webapp/static/pwa/src/domain/sending";
import { uuid7 } from "../../../webapp/static/pwa/src/domain/uuid7";
import { layOut, makeZip } from "../../../webapp/static/pwa/src/domain/zip";
import { newItem } from "../../../webapp/static/pwa/src/store/outbox-rows";
import { person, visit } from "../samples";

test("today is Zibo's, whatever the phone's zone", () => {
  assert.equal(todayInZibo(Date.parse("2027-01-11T15:59:59Z")), "2027-01-11");
  assert.equal(todayInZibo(Date.parse("2027-01-11T16:00:00Z")), "2027-01-12");
});

test("due words", () => {
  assert.equal(dueState("2027-01-11", "2027-01-12"), "overdue");
  assert.equal(dueState("2027-01-12", "2027-01-12"), "due");
  assert.equal(dueState("2027-01-15", "2027-01-12"), "near");
  assert.equal(dueState("2027-01-16", "2027-01-12"), "later");
  assert.equal(daysLeft("2027-03-01", "2027-02-28"), 1);
});

const row = (given: Partial<Person>) => ({ person: person(given), visit: visit("0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b") });

test("search finds by name, building, unit, phone and masked number, in any width", () => {
  const wang = row({
    name: "王秀英",
    address: "张店区科苑小区12号楼3单元502",
    phones: ["13805331234"],
    masked_number: "370399********001X",
  });
  const li = row({ name: "李王氏", address: "周村区大街村", phones: [] });
  const index = buildIndex([li, wang]);
  assert.deepEqual(search(index, "王"), [wang, li]);
  for (const query of ["科苑 12号楼", "１２号楼", "3单元502", "8053312", "001x", "王 科苑"])
    assert.deepEqual(search(index, query), [wang], query);
  assert.deepEqual(search(index, "王 周村"), [li]);
  assert.deepEqual(search(index, "  "), [li, wang]);
  assert.deepEqual(search(index, "赵"), []);
});

test("ids are of version 7, ordered by time, and never the same", () => {
  const ids = Array.from({ length: 200 }, (_, at) => uuid7(1_800_000_000_000 + at));
  assert.equal(new Set(ids).size, 200);
  assert.deepEqual([...ids].sort(), ids);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(uuid7(1_800_000_000_123).replace("-", "").slice(0, 12), 16), 1_800_000_000_123);
});

const item = (given: Partial<OutboxItem>): OutboxItem => ({
  ...newItem({
    item_id: "i",
    worker_id: "w",
    visit_id: "v",
    type: "media",
    ref: "c",
    kind: "photo",
    size_bytes: 10,
    created_at: "2027-01-12T00:00:00Z",
  }),
  ...given,
});

test("only what the server acknowledged leaves the unsent", () => {
  const states = Object.keys(SEND_MOVES) as SendState[];
  const unsent = states.filter((state) => isUnsent({ state }));
  assert.deepEqual(unsent, ["saved", "queued", "sending", "refused"]);
  for (const state of unsent)
    for (const [event, after] of Object.entries(SEND_MOVES[state])) {
      if (isUnsent({ state: after })) continue;
      assert.equal(state, "sending", `${state} ${event}`);
    }
  assert.throws(() => nextState("queued", "verified"), /send_state/);
  assert.equal(nextState("refused", "again"), "queued");
});

test("records go first, photos before videos, results last", () => {
  const items = [
    item({ item_id: "result", type: "result" }),
    item({ item_id: "video", kind: "video", created_at: "2027-01-11T00:00:00Z" }),
    item({ item_id: "photo" }),
    item({ item_id: "attempts", type: "attempts" }),
    item({ item_id: "record", type: "record" }),
  ];
  assert.deepEqual(
    inSendingOrder(items).map(({ item_id }) => item_id),
    ["record", "attempts", "photo", "video", "result"],
  );
});

test("what is due waits for its time and not when refused", () => {
  assert.ok(isDue(item({ state: "queued", next_at: 5 }), 5));
  assert.ok(!isDue(item({ state: "queued", next_at: 6 }), 5));
  assert.ok(!isDue(item({ state: "refused" }), 5));
});

test("counts are of the worker, and say what lies here of others", () => {
  const items = [
    item({ state: "queued", sent_bytes: 4 }),
    item({ state: "refused", created_at: "2027-01-10T00:00:00Z" }),
    item({ state: "received" }),
    item({ worker_id: "x" }),
  ];
  assert.deepEqual(countItems(items, "w"), {
    unsent: 2,
    unsent_bytes: 16,
    waiting_since: "2027-01-10T00:00:00Z",
    refused: 1,
    of_others: 1,
  });
});

test("the zip is one that others open", async () => {
  const big = new Uint8Array(3_000_000).map((_, at) => at % 251);
  const zip = await makeZip([
    { name: "说明.txt", body: new Blob(["你好"]) },
    { name: "media/a.bin", body: new Blob([big]) },
    { name: "empty", body: new Blob([]) },
  ]);
  const path = join(mkdtempSync(join(tmpdir(), "anzai-zip-")), "out.zip");
  writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
  const script =
    "import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print([(i.filename,i.file_size) for i in z.infolist()])";
  const told = execFileSync("python3", ["-c", script, path], { encoding: "utf8" });
  assert.equal(told.trim(), "[('说明.txt', 6), ('media/a.bin', 3000000), ('empty', 0)]");
});

/** Writes an archive whose bodies are holes in a sparse file, so that gigabytes take no room and no time. */
function sparseZip(path: string, entries: { name: string; crc: number; size: number }[]): void {
  const { heads, tail } = layOut(entries);
  const file = openSync(path, "w");
  let at = 0;
  for (const [number, { size }] of entries.entries()) {
    writeSync(file, heads[number]!, 0, heads[number]!.length, at);
    at += heads[number]!.length + size;
  }
  for (const part of tail) {
    writeSync(file, part, 0, part.length, at);
    at += part.length;
  }
  closeSync(file);
}

test("a zip of more than 4 GB is one that others open", () => {
  const path = join(mkdtempSync(join(tmpdir(), "anzai-zip-")), "out.zip");
  // The CRC-32 of 0 bytes is 0, and of four zeros 0x2144df1c.
  const films = [1, 2, 3, 4, 5].map((number) => ({ name: `media/${number}.webm`, crc: 0, size: 1_000_000_000 }));
  sparseZip(path, [
    { name: "first", crc: 0x2144df1c, size: 4 },
    ...films,
    { name: "last", crc: 0x2144df1c, size: 4 },
    { name: "empty", crc: 0, size: 0 },
  ]);
  const script =
    "import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);print(len(z.namelist()),z.getinfo('last').header_offset>2**32,z.read('first')==z.read('last')==bytes(4),z.read('empty'))";
  assert.equal(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }).trim(), "8 True True b''");
  rmSync(path);
});

test("a zip of more than 65,535 members is one that others open", () => {
  const path = join(mkdtempSync(join(tmpdir(), "anzai-zip-")), "out.zip");
  sparseZip(
    path,
    Array.from({ length: 65_536 }, (_, at) => ({ name: `${at}`, crc: 0, size: 0 })),
  );
  const script = "import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);print(len(z.namelist()),z.read('65535'))";
  assert.equal(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }).trim(), "65536 b''");
  rmSync(path);
});
