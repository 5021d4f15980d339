/** Resumable uploads over lines that break, and answers that are not our server's. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { sha256Hex } from "../../../webapp/static/pwa/src/domain/bytes";
import { NEW_LINE, waitMs, type Line } from "../../../webapp/static/pwa/src/domain/retry";
import { NetError } from "../../../webapp/static/pwa/src/net/errors";
import { answerIn, send } from "../../../webapp/static/pwa/src/net/http";
import { recallMethods } from "../../../webapp/static/pwa/src/net/methods";
import { upload, type UploadEvents } from "../../../webapp/static/pwa/src/net/upload";
import { FakeServer, json, problem } from "./server";

let server: FakeServer;
/** What a killed phone would still know. */
let kept: { url: string | null; offset: number; line: Line };
const events: UploadEvents = {
  onUrl: async (url) => void (kept.url = url),
  onOffset: async (offset) => void (kept.offset = offset),
  onLine: async (line) => void (kept.line = line),
};
const video = new Blob([new Uint8Array(5_000_000).map((_, at) => (at * 7919) % 256)]);
let hash: string;
/** What was learned of the line. */
let boxed: boolean[];

beforeEach(async () => {
  server = new FakeServer();
  boxed = [];
  recallMethods(false, (isBoxed) => boxed.push(isBoxed));
  kept = { url: null, offset: 0, line: NEW_LINE };
  hash ??= await sha256Hex(new Uint8Array(await video.arrayBuffer()));
  // The pauses after cuts pass at once.
  const real = globalThis.setTimeout;
  mock.method(globalThis, "setTimeout", (called: () => void, wait: number) =>
    wait > 10_000 ? real(called, wait) : setImmediate(called),
  );
});

afterEach(() => {
  server.restore();
  mock.restoreAll();
});

const sendVideo = (): Promise<void> =>
  upload({ token: "t", blob: video, capture_id: "c", sha256: hash, url: kept.url, line: kept.line }, events);

test("a whole file arrives, with the token at each step", async () => {
  await sendVideo();
  assert.ok(server.whole(hash));
  assert.equal(server.sent, video.size);
  assert.ok(server.seen.every(({ token }) => token === "t"));
});

test("the server is asked to speak the language of the screens, at every call", async () => {
  const asked: (string | null)[] = [];
  server.on(/^GET \/api\/v1\/pack/, ({ headers }) => (asked.push(headers.get("Accept-Language")), json({})));
  server.on(
    /^POST \/api\/v1\/uploads$/,
    ({ headers }) => (asked.push(headers.get("Accept-Language")), problem(507, "storage_full")),
  );
  let speaks = "en";
  answerIn(() => speaks);
  await send("/api/v1/pack");
  await assert.rejects(sendVideo());
  speaks = "zh-Hans";
  await send("/api/v1/pack");
  assert.deepEqual(asked, ["en", "en", "zh-Hans"]);
});

test("a line that is cut every 300 kB costs at most a tenth more, and the file is right", async () => {
  server.cut(300_000);
  await sendVideo();
  assert.ok(server.whole(hash));
  assert.ok(server.sent / video.size <= 1.1, String(server.sent / video.size));
});

test("a killed phone goes on at the server's offset, not at its own", async () => {
  let chunks = 0;
  await assert.rejects(
    upload(
      { token: "t", blob: video, capture_id: "c", sha256: hash, url: null, line: NEW_LINE },
      {
        ...events,
        onLine: async () => {
          if (++chunks === 4) throw new Error("killed");
        },
      },
    ),
    /killed/,
  );
  assert.ok(kept.offset > 0 && kept.offset < video.size);
  kept.offset = 0;
  await sendVideo();
  assert.ok(server.whole(hash));
  assert.equal(server.sent, video.size);
  assert.equal(server.calls(/^POST/).length, 1);
});

test("an upload that the server forgot begins again", async () => {
  kept.url = "/api/v1/uploads/forgotten";
  await sendVideo();
  assert.ok(server.whole(hash));
  assert.equal(kept.url, "/api/v1/uploads/u0");
});

test("a chunk that was damaged on the way is sent again", async () => {
  let damaged = 0;
  const real = server.answers.find(([pattern]) => pattern.source.startsWith("^PATCH"))![1];
  server.on(/^PATCH/, (request) => (++damaged === 2 ? problem(460, "checksum_mismatch") : real(request)));
  await sendVideo();
  assert.ok(server.whole(hash));
});

test("no network ends after a few tries without progress, and says offline", async () => {
  await assert.rejects(
    async () => {
      server.on(/^PATCH/, () => {
        throw new TypeError("network");
      });
      await sendVideo();
    },
    (error) => error instanceof NetError && error.kind === "offline",
  );
  assert.ok(server.calls(/^PATCH/).length <= 5);
});

test("a refusal is not tried again", async () => {
  server.on(/^PATCH/, () => problem(422, "content_type"));
  await assert.rejects(sendVideo(), (error) => error instanceof NetError && error.code === "content_type");
  assert.equal(server.calls(/^PATCH/).length, 1);
});

test("a portal's page is no answer of ours, whatever its status", async () => {
  const page = (status: number) => () => new Response("<h1>Welcome</h1>", { status, headers: { "Content-Type": "text/html" } });
  for (const [status, code] of [
    [200, "portal"],
    [302, "portal"],
    [511, "portal"],
    [403, "blocked"],
    [404, "blocked"],
    [405, "blocked"],
    [501, "blocked"],
  ] as const) {
    server.on(/^GET \/api\/v1\/pack/, page(status));
    await assert.rejects(
      send("/api/v1/pack"),
      (error) => error instanceof NetError && error.kind === "offline" && error.code === code,
      String(status),
    );
  }
  // What stands before our own server speaks of that one's health.
  for (const status of [429, 500, 502, 503, 504]) {
    server.on(/^GET \/api\/v1\/pack/, page(status));
    await assert.rejects(
      send("/api/v1/pack"),
      (error) => error instanceof NetError && error.kind === "problem" && error.status === status,
      String(status),
    );
  }
  server.on(/^HEAD/, page(200));
  kept.url = "/api/v1/uploads/u0";
  await assert.rejects(sendVideo(), (error) => error instanceof NetError && error.kind === "offline");
});

test("a problem carries its code, its words and the wait that the server asks for", async () => {
  server.on(
    /^GET/,
    () =>
      new Response(JSON.stringify({ code: "quota_tickets", detail: "请稍后", retry: 1 }), {
        status: 429,
        headers: { "Content-Type": "application/problem+json", "Retry-After": "30" },
      }),
  );
  await assert.rejects(
    send("/api/v1/pack"),
    (error) =>
      error instanceof NetError && error.code === "quota_tickets" && error.detail === "请稍后" && error.retryAfter === 30,
  );
  server.on(/^GET/, () => json({ fine: true }));
  assert.deepEqual(await (await send("/api/v1/pack")).json(), { fine: true });
});

const page = (status: number) => () =>
  new Response("<h1>Method not allowed</h1>", { status, headers: { "Content-Type": "text/html" } });

for (const status of [200, 400, 403, 405, 501]) {
  test(`behind a box that answers ${status} to all but GET and POST the file arrives, and the way is remembered`, async () => {
    server.box = page(status);
    await sendVideo();
    assert.ok(server.whole(hash));
    assert.deepEqual(boxed, [true]);
  });
}

test("a box that breaks the line off is gone round at the next run", async () => {
  server.box = () => {
    throw new TypeError("reset");
  };
  await assert.rejects(sendVideo(), (error) => error instanceof NetError && error.code === "no_answer");
  await sendVideo();
  assert.ok(server.whole(hash));
});

test("away from the box the plain way is found again", async () => {
  recallMethods(true, (isBoxed) => boxed.push(isBoxed));
  server.on(/^PATCH/, ({ headers }) => {
    throw new Error(headers.get("X-HTTP-Method-Override") ?? "plain");
  });
  const real = globalThis.fetch;
  // A stricter box refuses the header instead.
  globalThis.fetch = ((path: string, init: RequestInit) =>
    new Headers(init.headers).has("X-HTTP-Method-Override") ? Promise.resolve(page(403)()) : real(path, init)) as typeof fetch;
  server.answers.shift();
  await sendVideo();
  assert.ok(server.whole(hash));
  assert.deepEqual(boxed, [false]);
});

test("where neither way goes through, it is said that the network keeps files back", async () => {
  const real = globalThis.fetch;
  globalThis.fetch = ((path: string, init: RequestInit) =>
    /uploads\//.test(path) ? Promise.resolve(page(405)()) : real(path, init)) as typeof fetch;
  await assert.rejects(sendVideo(), (error) => error instanceof NetError && error.kind === "offline" && error.code === "blocked");
});

test("a page in place of an empty answer does not count as done", async () => {
  server.on(/^POST \/api\/v1\/devices/, page(200));
  await assert.rejects(
    send("/api/v1/devices/k/confirmation", { method: "POST", expects: null }),
    (error) => error instanceof NetError && error.code === "portal",
  );
});

test("a wait that is given as a date is understood, and one of years is cut to an hour", async () => {
  const at = new Date(Date.now() + 90_000).toUTCString();
  server.on(/^GET/, () => new Response("", { status: 503, headers: { "Retry-After": at } }));
  await assert.rejects(
    send("/api/v1/pack"),
    (error) => error instanceof NetError && error.retryAfter! > 60 && error.retryAfter! <= 91,
  );
  assert.equal(waitMs(1, 0, 1e9), 3_600_000);
});

test("a line that swallows a chunk is not waited for longer than a minute and a half", async () => {
  const waits: number[] = [];
  const now = globalThis.setTimeout;
  mock.method(globalThis, "setTimeout", (called: () => void, wait: number) => (waits.push(wait), now(called, wait)));
  kept.line = { chunk: 4_194_304, ceiling: 4_194_304, since_cut: 0 };
  await sendVideo();
  assert.ok(Math.max(...waits) <= 90_000, String(Math.max(...waits)));
});
