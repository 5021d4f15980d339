/** A phone with an empty database and a signed-in worker, for each test. */

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { closeStore } from "../../../webapp/static/pwa/src/store/db";
import { keepEnrolment, makeDeviceKey, type Session } from "../../../webapp/static/pwa/src/store/sessions";
import { forgetKeys } from "../../../webapp/static/pwa/src/store/vault";
import { changed } from "../../../webapp/static/pwa/src/store/changes";

/** What a browser has and Node has not. */
const kept = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  },
});

/** Forgets everything, as a new phone; with `keepMark` only the database, as a browser under pressure does. */
export async function freshPhone({ keepMark = false } = {}): Promise<void> {
  await closeStore();
  globalThis.indexedDB = new IDBFactory();
  forgetKeys();
  if (!keepMark) kept.clear();
  changed("session", "cases");
}

/** A new page on the same phone: nothing is kept in memory. */
export async function restart(): Promise<void> {
  await closeStore();
  forgetKeys();
  changed("session", "cases");
}

export async function signIn(username = "worker1"): Promise<Session> {
  return keepEnrolment({
    username,
    worker: { id: `id-of-${username}`, name: "测试员", role: "worker", area: "" },
    token: `token-of-${username}`,
    key: await makeDeviceKey(),
  });
}
