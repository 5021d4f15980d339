/**
 * The service worker: a table of three rules. It answers GET for the app's own files and for pages under /app/, and
 * nothing else: no API call, no upload, no picture passes through it (WebKit empties the body of a re-issued POST).
 */

// The worker's own global, typed: the library declares it as that of any worker.
declare var self: ServiceWorkerGlobalScope;

const PREFIX = "anzai-app-";
const CACHE = PREFIX + __BUILD__;
const SHELL = "/app/";
/** The version before stays for tabs that still run it; older ones go. */
const KEPT_CACHES = 2;

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const answer = answerFor(event.request);
  if (answer) event.respondWith(answer);
});
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "anzai-skip-waiting") void self.skipWaiting();
});
self.addEventListener(
  "sync" as never,
  ((event: ExtendableEvent & { tag: string }) => {
    if (event.tag === "anzai-sync") event.waitUntil(wakePages());
  }) as never,
);

/** All or nothing: a version of which one file is missing is never installed. */
async function precache(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(__PRECACHE__.map((path) => new Request(path, { credentials: "same-origin" })));
    await cache.put(SHELL, await freshShell());
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** The page must name this very build's files, or a deployment in between would join two versions. */
async function freshShell(): Promise<Response> {
  const answer = await fetch(SHELL, { cache: "reload", credentials: "same-origin", redirect: "error" });
  const text = await answer.clone().text();
  if (!answer.ok || !text.includes(__SHELL__.js) || !text.includes(__SHELL__.css)) throw new Error("shell_of_another_build");
  return answer;
}

async function takeOver(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const old = own.filter((name) => name !== CACHE).slice(0, -(KEPT_CACHES - 1));
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

function answerFor(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate" && pathname.startsWith(SHELL)) return shell(request);
  if (pathname.startsWith("/static/pwa/dist/")) return fromCache(request);
  return null;
}

/** The installed version's page, so that a page and its scripts are always of one build; the network only without it. */
async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL, { ignoreVary: true })) ?? fetch(request);
}

/** Hashed names never change their content: any own cache may answer. */
async function fromCache(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function wakePages(): Promise<void> {
  for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage({ type: "anzai-sync" });
}

export {};
