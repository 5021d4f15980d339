/**
 * Work never stops moving: from every state that a kill can leave, over every fault that has an end, with time and a working
 * server everything arrives, and the runner never falls silent.
 */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { OutboxItem, SendState } from "../../../webapp/static/pwa/src/domain/sending";
import { NEW_LINE } from "../../../webapp/static/pwa/src/domain/retry";
import { recallMethods } from "../../../webapp/static/pwa/src/net/methods";
import { capturesOf } from "../../../webapp/static/pwa/src/store/captures";
import { closeStore, write } from "../../../webapp/static/pwa/src/store/db";
import { allItems, itemsOfWorker } from "../../../webapp/static/pwa/src/store/outbox";
import { saveAttempts, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { writeLimits, writeLine } from "../../../webapp/static/pwa/src/store/settings";
import { Runner } from "../../../webapp/static/pwa/src/sync/runner";
import { problem } from "../net/server";
import { capture } from "../samples";
import { freshPhone, signIn } from "../store/fresh";
import { OpenApp, Page, TurnedClock } from "./dying";
import { Office } from "./office";

const VISIT = "0198a3f2-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const WORKER = "id-of-worker1";
const HOUR = 3_600_000;
const SEEDS = process.env["ANZAI_NIGHTLY"] ? 100 : 10;
let office: Office;
let page: Page;
let clock: TurnedClock;
/** Whether the office of the present test takes several things in one request. */
let isDelivering = false;
const WAYS = [
  ["each alone", false],
  ["in deliveries", true],
] as const;

async function begin(): Promise<void> {
  await freshPhone();
  await signIn();
  recallMethods(false, () => undefined);
  office = new Office();
  if (isDelivering) office.openDeliveries();
  await writeLimits({ delivery_max_bytes: isDelivering ? 4_194_304 : 0 });
  page = new Page();
  page.install();
  clock = new TurnedClock();
  mock.method(console, "error", () => undefined);
}

async function end(): Promise<void> {
  office.restore();
  mock.restoreAll();
  await closeStore();
}

beforeEach(begin);
afterEach(async () => {
  await end();
  isDelivering = false;
});

/** The same test for both ways of sending. */
function testBothWays(name: string, body: () => Promise<void>): void {
  for (const [way, delivers] of WAYS) {
    test(`${name} (${way})`, async () => {
      await end();
      isDelivering = delivers;
      await begin();
      await body();
    });
  }
}

/** A door: one try, a photo, a video in three chunks, a result. */
async function recordVisit(): Promise<void> {
  await writeLine({ ...NEW_LINE, chunk: 16_384, ceiling: 16_384 });
  await saveAttempts(VISIT, [
    { attempt_id: "a", started_at: "2027-01-12T01:00:00Z", met: "nobody_home", action: null, note: "" },
  ]);
  const photo = await saveCapture(capture(VISIT, "a picture"));
  const film = await saveCapture({ ...capture(VISIT, "v".repeat(40_000)), kind: "video" });
  const captures = [photo, film].map(({ capture_id, record_sha256 }) => ({ capture_id, record_sha256 }));
  await saveResult({ visit_id: VISIT, outcome: "eligible", attempts: [], captures, details: {}, contact_changes: [], note: "" });
}

const SETTLED: Record<OutboxItem["type"], SendState[]> = {
  record: ["verified"],
  media: ["verified"],
  attempts: ["received"],
  result: ["received"],
};

async function isAllSent(): Promise<boolean> {
  return (await allItems()).every(({ type, state }) => SETTLED[type].includes(state));
}

async function leftOver(): Promise<string> {
  return (await allItems())
    .map(
      ({ item_id, state, tries, next_at, error }) =>
        `${item_id.slice(0, 12)} ${state} ${tries} ${next_at - clock.now} ${error?.code ?? ""}`,
    )
    .join("\n");
}

async function checkArrived(): Promise<void> {
  for (const { media, capture_id } of await capturesOf(VISIT)) {
    assert.ok(office.commits.has(capture_id));
    for (const { sha256 } of media) assert.ok(office.whole(sha256));
  }
  assert.equal(new Set(office.results.map(({ result_id }) => result_id)).size, 1);
}

async function expectAllSent(longestMs: number, what: string): Promise<OpenApp> {
  const app = new OpenApp(clock);
  const isDone = await app.live(isAllSent, longestMs);
  if (!isDone) assert.fail(`${what}: still here after ${longestMs / 1000} s\n${await leftOver()}`);
  await checkArrived();
  return app;
}

testBothWays("killed at any step of the sending, everything is sent after the next start", async () => {
  await recordVisit();
  const whole = new OpenApp(clock);
  page.killAfter(Infinity);
  assert.ok(await whole.live(isAllSent, HOUR));
  const steps = page.steps;
  assert.ok(steps > 60, String(steps));
  assert.equal(office.calls(/deliveries/).length, isDelivering ? 1 : 0);
  for (let step = 1; step <= steps; step++) {
    await end();
    await begin();
    await recordVisit();
    page.killAfter(step);
    const dying = new OpenApp(clock);
    await dying.live(() => page.isDead, HOUR).catch(() => undefined);
    assert.ok(page.isDead, `step ${step}`);
    const where = page.last;
    clock.forget();
    await page.reborn();
    await expectAllSent(60_000, `killed at ${step}, ${where}`);
  }
});

test("killed at any step of recording a visit, what is there is whole and is sent", async () => {
  page.killAfter(Infinity);
  await recordVisit();
  const steps = page.steps;
  for (let step = 1; step <= steps; step++) {
    await end();
    await begin();
    page.killAfter(step);
    await recordVisit().catch(() => undefined);
    assert.ok(page.isDead);
    await page.reborn();
    const app = new OpenApp(clock);
    if (!(await app.live(isAllSent, 60_000))) assert.fail(`killed at ${step}, ${page.last}\n${await leftOver()}`);
    for (const { capture_id, media } of await capturesOf(VISIT))
      assert.ok(office.commits.has(capture_id) && media.every(({ sha256 }) => office.whole(sha256)));
  }
});

/** Chance that is the same at every run, so that a failure can be looked at. */
function chanceOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

const FAULTS = [
  () => problem(500, "internal"),
  () => problem(503, "unavailable"),
  () => problem(429, "too_many_requests"),
  () => problem(423, "upload_locked"),
  () => problem(409, "upload_offset"),
  () => problem(410, "upload_ended"),
  () => problem(400, "body_cut"),
  () => problem(460, "checksum_mismatch"),
  () => problem(403, "paused"),
  () => new Response("<h1>Sign in</h1>", { headers: { "Content-Type": "text/html" } }),
  () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } }),
  () => new Response("", { status: 503, headers: { "Retry-After": "99999999" } }),
  () => {
    throw new TypeError("cut");
  },
] as const;

/** The server, or what stands before it, fails so many of the next requests by chance. */
function faultsFor(requests: number, chance: () => number): void {
  const working = globalThis.fetch;
  let left = requests;
  globalThis.fetch = (async (path: string, init: RequestInit) => {
    if (left-- > 0 && chance() < 0.6) return FAULTS[Math.floor(chance() * FAULTS.length)]!();
    return working(path, init);
  }) as typeof fetch;
}

testBothWays("after faults of every kind, and kills among them, everything is sent within hours", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    await end();
    await begin();
    const chance = chanceOf(seed);
    await recordVisit();
    faultsFor(60, chance);
    for (let kill = 0; kill < 3; kill++) {
      page.killAfter(1 + Math.floor(chance() * 80));
      const dying = new OpenApp(clock);
      await dying.live(() => page.isDead, HOUR).catch(() => undefined);
      clock.forget();
      await page.reborn();
    }
    await expectAllSent(6 * HOUR, `seed ${seed}`);
  }
});

const LEFT: SendState[] = ["saved", "queued", "sending"];

testBothWays("whatever states, waits and addresses a phone is found with, under whatever clock, everything is sent", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    await end();
    await begin();
    const chance = chanceOf(seed);
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(chance() * values.length)]!;
    await recordVisit();
    const items = await allItems();
    await write(["outbox"], async (transaction) => {
      for (const item of items) {
        const next_at = pick([0, clock.now - HOUR, clock.now + HOUR / 2, clock.now + 4 * 365 * 24 * HOUR]);
        await transaction.objectStore("outbox").put({
          ...item,
          state: pick(LEFT),
          next_at,
          tries: pick([0, 3, 40]),
          sent_bytes: pick([0, 100]),
          upload_url: pick([null, "/api/v1/uploads/forgotten"]),
        });
      }
    });
    await expectAllSent(2 * HOUR, `seed ${seed}`);
  }
});

test("a clock that is set back by years does not put anything off by years", async () => {
  await recordVisit();
  office.on(/^POST \/api\/v1\/captures/, () => problem(500, "internal"));
  const app = new OpenApp(clock);
  await app.live(async () => (await itemsOfWorker(WORKER)).some(({ tries }) => tries > 2), HOUR);
  office.answers.shift();
  clock.now -= 4 * 365 * 24 * HOUR;
  await app.live(isAllSent, 2 * HOUR);
  assert.ok(await isAllSent(), await leftOver());
});

test("one record that the phone cannot read any more holds nothing else up", async () => {
  await recordVisit();
  const attempts = (await allItems()).find(({ type }) => type === "attempts")!;
  await write(["reports"], async (transaction) => {
    const row = (await transaction.objectStore("reports").get(attempts.ref))!;
    await transaction.objectStore("reports").put({ ...row, sealed: { ...row.sealed, data: new ArrayBuffer(32) } });
  });
  const app = new OpenApp(clock);
  const others = async (): Promise<boolean> =>
    (await allItems()).every(({ type, state }) => type === "attempts" || SETTLED[type].includes(state));
  assert.ok(await app.live(others, 60_000), await leftOver());
  assert.equal((await allItems()).find(({ type }) => type === "attempts")!.error!.code, "phone_fault");
});

test("a file that the office has set aside is shown, and neither other receipts nor the list wait for it", async () => {
  await recordVisit();
  // Killed after the office refused the content and before the phone heard of it: the phone asks for a receipt that never comes.
  office.on(/^GET \/api\/v1\/captures\//, ({ path }) =>
    path.includes(first) ? problem(422, "media_refused") : office.receiptOf(path),
  );
  const first = (await capturesOf(VISIT))[0]!.capture_id;
  const app = new OpenApp(clock);
  const others = async (): Promise<boolean> =>
    (await allItems()).every((item) =>
      item.type === "media" && item.ref === first ? item.state === "refused" : SETTLED[item.type].includes(item.state),
    );
  assert.ok(await app.live(others, 60_000), await leftOver());
  assert.ok(office.calls(/GET .*pack/).length > 0);
});

test("a record that the office fails to take holds up later ones for a few tries, and then no longer", async () => {
  await recordVisit();
  const [photo, film] = await capturesOf(VISIT);
  const order: string[] = [];
  const commit = office.answers.find(([pattern]) => pattern.source.startsWith("^POST \\/api\\/v1\\/captures"))![1];
  office.on(/^POST \/api\/v1\/captures/, (request) => {
    const { capture_id } = JSON.parse(Buffer.from(request.body).toString()) as { capture_id: string };
    order.push(capture_id);
    return capture_id === photo!.capture_id ? problem(500, "internal") : commit(request);
  });
  const app = new OpenApp(clock);
  assert.ok(await app.live(() => order.includes(film!.capture_id), HOUR));
  assert.deepEqual(order.slice(0, 5), [...Array(4).fill(photo!.capture_id), film!.capture_id]);
});

test("records go in the order of the chain, whatever the clock said and whatever they show", async () => {
  await saveCapture({ ...capture(VISIT, "v".repeat(40)), kind: "video" });
  clock.now -= 24 * HOUR;
  for (let number = 0; number < 4; number++) await saveCapture(capture(VISIT, `picture ${number}`));
  const rows = await allItems();
  await write(["outbox"], async (transaction) => {
    for (const row of rows)
      await transaction
        .objectStore("outbox")
        .put({ ...row, created_at: new Date(clock.now - Math.random() * HOUR).toISOString() });
  });
  const seen: number[] = [];
  const commit = office.answers.find(([pattern]) => pattern.source.startsWith("^POST \\/api\\/v1\\/captures"))![1];
  office.on(
    /^POST \/api\/v1\/captures/,
    (request) => (seen.push((JSON.parse(Buffer.from(request.body).toString()) as { seq: number }).seq), commit(request)),
  );
  await new OpenApp(clock).live(isAllSent, 60_000);
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
});

test("the ended session of one worker holds up nobody else's work, and is not said to be the other's", async () => {
  await recordVisit();
  await signIn("worker2");
  await saveCapture(capture(VISIT, "another's"));
  const refuse = office.answers.slice();
  office.on(/^(POST|GET) /, (request) => {
    if (request.headers.get("Authorization") === "Bearer token-of-worker1") return problem(401, "signed_out");
    const call = refuse.find(([pattern]) => pattern.test(`${request.method} ${request.path}`));
    return call ? call[1](request) : problem(404, "not_found");
  });
  const app = new OpenApp(clock);
  const own = async (): Promise<boolean> => (await itemsOfWorker("id-of-worker2")).every(({ state }) => state === "verified");
  assert.ok(await app.live(own, 60_000), await leftOver());
  assert.ok((await itemsOfWorker(WORKER)).every(({ state }) => state === "queued" || state === "saved"));
});

test("a run that stands still is given up, and the next one sends", async () => {
  await recordVisit();
  let isStanding = true;
  const { runOnce } = await import("../../../webapp/static/pwa/src/sync/run");
  const runner = new Runner(
    (order) => (isStanding ? new Promise(() => undefined) : runOnce(order)),
    async (body) => body(),
    clock,
  );
  runner.start();
  void runner.wake({ full: true });
  for (let turn = 0; turn < 20 && isStanding; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!clock.turn()) break;
  }
  isStanding = false;
  for (let turn = 0; turn < 20 && !(await isAllSent()); turn++) {
    await runner.wake({ full: false });
  }
  assert.ok(await isAllSent(), await leftOver());
});

test("a lock that cannot be had once is asked for again", async () => {
  await recordVisit();
  let isRefused = true;
  const { runOnce } = await import("../../../webapp/static/pwa/src/sync/run");
  const runner = new Runner(
    runOnce,
    async (body: () => Promise<void>) => {
      if (isRefused) throw new Error("no lock");
      return body();
    },
    clock,
  );
  runner.start();
  await runner.wake({ full: true });
  isRefused = false;
  assert.ok(clock.turn(), "the runner fell silent");
  await runner.wake({ full: false });
  assert.ok(await isAllSent());
});

test("a line that carries something in each run is not rested longer and longer", async () => {
  for (let number = 0; number < 12; number++) await saveCapture(capture(VISIT, `picture ${number}`));
  let calls = 0;
  const commit = office.answers.find(([pattern]) => pattern.source.startsWith("^POST \\/api\\/v1\\/captures"))![1];
  // Every second call is refused for a moment: each run takes one step.
  office.on(/^POST \/api\/v1\/captures/, (request) => (++calls % 2 ? commit(request) : problem(503, "unavailable")));
  const began = clock.now;
  assert.ok(await new OpenApp(clock).live(isAllSent, HOUR), await leftOver());
  assert.ok(clock.now - began < 120_000, `${(clock.now - began) / 1000} s`);
});
