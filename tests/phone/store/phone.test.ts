/** Workers, the pack, drafts, results and tickets on one phone. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { toBase64Url } from "../../../webapp/static/pwa/src/domain/bytes";
import type { Attempt, StoredDraft, ResultInput } from "../../../webapp/static/pwa/src/domain/report";
import { applyPack, dropRemoved, listCases, readCase } from "../../../webapp/static/pwa/src/store/cases";
import { watch } from "../../../webapp/static/pwa/src/store/changes";
import { forgetVanished, openStore, read, vanished, write } from "../../../webapp/static/pwa/src/store/db";
import { changeDraft, listDrafts, readDraft } from "../../../webapp/static/pwa/src/store/drafts";
import { exportUnsent } from "../../../webapp/static/pwa/src/store/export";
import { leased } from "../../../webapp/static/pwa/src/store/lease";
import { countOutbox, listOutbox, moveItem, retryNow, settleAfterStart } from "../../../webapp/static/pwa/src/store/outbox";
import { attemptsOf, resultsOf, RuleBroken, saveAttempts, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import {
  closeSession,
  currentSession,
  keepEnrolment,
  keyOfAccount,
  listSessionRows,
} from "../../../webapp/static/pwa/src/store/sessions";
import { challengeFor, keepTickets } from "../../../webapp/static/pwa/src/store/tickets";
import { capture, person, visit } from "../samples";
import { freshPhone, restart, signIn } from "./fresh";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const OTHER = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0c";
const WORKER = "id-of-worker1";
const now = "2027-01-12T01:00:00Z";

const pack = (ids: string[], removed: { visit_id: string; reason: string }[] = [], cursor = "1.") => ({
  cursor,
  removed,
  visits: ids.map((id) => visit(id)),
  people: ids.map((id) => person({ person_id: `person-of-${id}`, name: `人${id.slice(-1)}` })),
});
const attempt = (given: Partial<Attempt>): Attempt => ({
  attempt_id: "a",
  started_at: now,
  met: "nobody_home",
  action: null,
  note: "",
  ...given,
});
const result = (given: Partial<ResultInput> = {}): ResultInput => ({
  visit_id: VISIT,
  outcome: "refused",
  attempts: [],
  captures: [],
  details: { words: "不愿配合" },
  contact_changes: [],
  note: "",
  ...given,
});
/** Stores a draft over whatever there is. */
const writeDraft = (wanted: StoredDraft) => changeDraft(wanted.visit_id, () => wanted);
const draft = (given: Partial<StoredDraft> = {}): StoredDraft => ({
  visit_id: VISIT,
  step: "outcome",
  arrived_at: null,
  answers: { a: 1 },
  attempts: [],
  capture_ids: [],
  updated_at: "",
  ...given,
});

beforeEach(async () => {
  await freshPhone();
  await signIn();
});

test("the pack is kept sealed, and read again after a restart", async () => {
  await applyPack({ worker_id: WORKER, from: "", pack: pack([VISIT, OTHER]), held: new Set(), now });
  await restart();
  assert.deepEqual((await listCases()).map((row) => row.person.name).sort(), ["人b", "人c"]);
  assert.equal((await listSessionRows())[0]!.cursor, "1.");
  const rows = await read(["cases"], (transaction) => transaction.objectStore("cases").getAll());
  for (const { sealed } of rows) assert.ok(!new TextDecoder().decode(sealed.data).includes("人"));
});

test("a removed visit goes, unless work of it is still here", async () => {
  await applyPack({ worker_id: WORKER, from: "", pack: pack([VISIT, OTHER]), held: new Set(), now });
  const gone = [
    { visit_id: VISIT, reason: "reassigned" },
    { visit_id: OTHER, reason: "cancelled" },
  ];
  await applyPack({ worker_id: WORKER, from: "1.", pack: pack([], gone, "2."), held: new Set([VISIT]), now });
  assert.equal(await readCase(OTHER), null);
  assert.deepEqual((await readCase(VISIT))!.removed, { reason: "reassigned", at: now });
  await dropRemoved(WORKER, new Set([VISIT]));
  assert.ok(await readCase(VISIT));
  await dropRemoved(WORKER, new Set());
  assert.equal(await readCase(VISIT), null);
});

test("another worker's sign-in neither sees nor deletes unsent work", async () => {
  await saveCapture(capture(VISIT));
  await writeDraft(draft());
  await applyPack({ worker_id: WORKER, from: "", pack: pack([VISIT]), held: new Set(), now });
  await closeSession(WORKER, false);
  assert.equal(await currentSession(), null);
  await signIn("worker2");
  assert.deepEqual([await listOutbox(), await listCases(), await listDrafts()], [[], [], []]);
  assert.deepEqual(await countOutbox(), { unsent: 0, unsent_bytes: 0, waiting_since: null, refused: 0, of_others: 2 });
  const key = (await keyOfAccount("worker1"))!;
  await keepEnrolment({ username: "worker1", worker: { id: WORKER, name: "", role: "worker", area: "" }, token: "new", key });
  assert.equal((await listOutbox()).length, 2);
  assert.equal((await readDraft(VISIT))!.step, "outcome");
  assert.equal((await listSessionRows()).find(({ worker_id }) => worker_id === WORKER)!.seq, 1);
});

test("a new key begins a new chain", async () => {
  await saveCapture(capture(VISIT));
  await signIn();
  assert.equal((await saveCapture(capture(VISIT, "second"))).seq, 1);
});

test("a draft is kept at every step, and leaves with the result in one transaction", async () => {
  await writeDraft(draft());
  await restart();
  assert.deepEqual((await readDraft(VISIT))!.answers, { a: 1 });
  const saved = await saveResult(result());
  assert.equal(await readDraft(VISIT), null);
  const [kept] = await resultsOf(VISIT);
  assert.deepEqual([kept!.body, kept!.state], [saved.body, "saved"]);
});

test("a result that the rules forbid is not saved, and the draft stays", async () => {
  await writeDraft(draft());
  await assert.rejects(
    saveResult(result({ details: {} })),
    (error) => error instanceof RuleBroken && error.judgement.field === "words",
  );
  await assert.rejects(
    saveResult(result({ outcome: "eligible" })),
    (error) => error instanceof RuleBroken && error.judgement.code === "person_not_shown",
  );
  assert.ok(await readDraft(VISIT));
  assert.deepEqual(await listOutbox(), []);
});

test("eligible rests on a capture of this visit, and only on one that it names", async () => {
  const { capture_id, record_sha256 } = await saveCapture(capture(VISIT));
  const elsewhere = await saveCapture(capture(OTHER));
  await assert.rejects(
    saveResult(
      result({ outcome: "eligible", captures: [{ capture_id: elsewhere.capture_id, record_sha256: elsewhere.record_sha256 }] }),
    ),
    RuleBroken,
  );
  await saveResult(result({ outcome: "eligible", captures: [{ capture_id, record_sha256 }] }));
});

test("the ladder counts attempts of the pack and of this phone, each once", async () => {
  const [known, twice] = [attempt({ attempt_id: "known" }), attempt({ attempt_id: "twice", started_at: "2027-01-11T01:00:00Z" })];
  await applyPack({
    worker_id: WORKER,
    from: "",
    pack: {
      ...pack([]),
      visits: [visit(VISIT, { attempts: [known, twice] })],
      people: [person({ person_id: `person-of-${VISIT}` })],
    },
    held: new Set(),
    now,
  });
  await saveAttempts(VISIT, [twice, attempt({ attempt_id: "own", started_at: "2027-01-13T01:00:00Z" })]);
  assert.deepEqual(
    (await attemptsOf(VISIT)).map(({ attempt_id }) => attempt_id),
    ["twice", "known", "own"],
  );
});

const ticket = (ticket_id: string, expires_at: string, worker_id = WORKER, device_kid = "") => ({
  ticket_id,
  worker_id,
  device_kid,
  ticket: "",
  sha256: "f".repeat(64),
  expires_at,
  fetched_at: 0,
  challenge_seed: toBase64Url(new Uint8Array(32).fill(ticket_id.length)),
});

test("a visit keeps its challenge while its ticket lives, and has none without a ticket", async () => {
  const { device_kid } = (await currentSession())!;
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const later = new Date(Date.now() + 7_200_000).toISOString();
  assert.equal(await challengeFor(VISIT), null);
  await keepTickets(
    [
      ticket("foreign", later, WORKER, "another"),
      ticket("expired", new Date(Date.now() - 1000).toISOString(), WORKER, device_kid),
    ],
    Date.now(),
  );
  assert.equal(await challengeFor(VISIT), null);
  await keepTickets([ticket("one", soon, WORKER, device_kid)], Date.now());
  const first = await challengeFor(VISIT);
  assert.equal(first!.ticket.id, "one");
  await keepTickets([ticket("newer", later, WORKER, device_kid)], Date.now());
  assert.deepEqual(await challengeFor(VISIT), first);
  assert.equal((await challengeFor(OTHER))!.ticket.id, "newer");
});

test("after a kill nothing is left as sending, and a person may try the refused again", async () => {
  await settleAfterStart();
  await saveCapture(capture(VISIT));
  const [media, record] = (await listOutbox()).sort((one, other) => one.type.localeCompare(other.type));
  await moveItem(media!.item_id, "start");
  await moveItem(record!.item_id, "start");
  await moveItem(record!.item_id, "refused", { error: { code: "bad_signature", detail: "", at: now } });
  await restart();
  await settleAfterStart();
  assert.deepEqual((await listOutbox()).map(({ state }) => state).sort(), ["queued", "refused"]);
  await retryNow();
  assert.deepEqual(
    (await listOutbox()).map(({ state }) => state),
    ["queued", "queued"],
  );
});

test("with a new version what was refused is tried once more, and only once", async () => {
  await settleAfterStart("one");
  await saveCapture(capture(VISIT));
  const record = (await listOutbox()).find(({ type }) => type === "record")!;
  const refuse = async (): Promise<void> => {
    await moveItem(record.item_id, "start");
    await moveItem(record.item_id, "refused", { tries: 3, next_at: 9e15 });
  };
  const stateAfter = async (build: string): Promise<unknown> => {
    await settleAfterStart(build);
    const { state, tries, next_at } = (await listOutbox()).find(({ item_id }) => item_id === record.item_id)!;
    return [state, tries, next_at];
  };
  await settleAfterStart("one");
  await refuse();
  assert.deepEqual(await stateAfter("one"), ["refused", 3, 9e15]);
  assert.deepEqual(await stateAfter("two"), ["queued", 0, 0]);
  await refuse();
  assert.deepEqual(await stateAfter("two"), ["refused", 3, 9e15]);
});

test("a database that the browser cleared is noticed, a new phone is not", async () => {
  assert.equal(vanished(), null);
  await saveCapture(capture(VISIT));
  await countOutbox();
  await freshPhone({ keepMark: true });
  await openStore();
  assert.deepEqual(vanished(), { unsent: 2 });
  forgetVanished();
  assert.equal(vanished(), null);
});

test("changes are told to those who watch their topic, until they stop", async () => {
  const heard: string[] = [];
  const stop = watch(["drafts"], () => heard.push("drafts"));
  watch(["captures"], () => heard.push("captures"));
  await writeDraft(draft());
  stop();
  await writeDraft(draft());
  assert.deepEqual(heard, ["drafts"]);
});

test("everything unsent goes into one file, with records, signatures, media and results", async () => {
  const saved = await saveCapture(capture(VISIT, "bytes of a picture"));
  const { body } = await saveResult(result());
  const path = join(mkdtempSync(join(tmpdir(), "anzai-export-")), "out.zip");
  writeFileSync(path, new Uint8Array(await (await exportUnsent()).arrayBuffer()));
  const names = execFileSync(
    "python3",
    ["-c", "import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print('\\n'.join(z.namelist()))", path],
    { encoding: "utf8" },
  );
  const about = JSON.parse(
    execFileSync("python3", ["-c", "import zipfile,sys;print(zipfile.ZipFile(sys.argv[1]).read('phone.json').decode())", path], {
      encoding: "utf8",
    }),
  ) as Record<string, unknown>;
  assert.deepEqual([about["worker_id"], about["device_kid"]], [WORKER, (await currentSession())!.device_kid]);
  for (const name of [
    `records/${saved.capture_id}.rec`,
    `records/${saved.capture_id}.sig`,
    `media/${saved.media[0]!.sha256}.jpg`,
    `results/result-${body.result_id}.json`,
    "outbox.json",
  ])
    assert.ok(names.includes(name), name);
  assert.equal((await listOutbox()).length, 3);
});

test("what cannot be opened any more is named in the file, and keeps nothing sound out of it", async () => {
  const saved = await saveCapture(capture(VISIT, "bytes of a picture"));
  const { body } = await saveResult(result());
  await write(["reports"], async (transaction) => {
    for (const row of await transaction.objectStore("reports").getAll()) {
      row.sealed.iv = row.sealed.iv.map((byte) => byte ^ 255);
      await transaction.objectStore("reports").put(row);
    }
  });
  const text = Buffer.from(await (await exportUnsent()).arrayBuffer()).toString("latin1");
  assert.ok(text.includes(`unreadable/results-result-${body.result_id}.json.txt`));
  assert.ok(text.includes(`media/${saved.media[0]!.sha256}.jpg`));
});

test("without Web Locks one page works at a time", async () => {
  let inside = 0;
  const body = async () => {
    assert.equal(++inside, 1);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await leased("test", body);
  await leased("test", body);
});
