/** The one connection to the database: opened once, closed for another tab's upgrade, opened again when the browser drops it. */

import { openDB, type IDBPTransaction } from "idb";
import { asStoreError, isLostConnection, StoreError } from "./errors";
import { readMark, writeMark } from "./mark";
import { UPGRADES, VERSION, type Database, type Schema, type StoreName } from "./schema";

export type WriteTransaction = IDBPTransaction<Schema, StoreName[], "readwrite">;
export type ReadTransaction = IDBPTransaction<Schema, StoreName[], "readonly">;

const NAME = "anzai";
/** A tab that holds an older form and stands still never lets go: then whoever asks is told, and may ask again. */
const OPEN_PATIENCE_MS = 30_000;
let connection: Promise<Database> | null = null;
let replaced = false;
const onReplaced = new Set<() => void>();

/** Opens early, so that the first screen need not wait; later calls connect by themselves. */
export async function openStore(): Promise<void> {
  await connect();
}

/** Calls back when another tab brought a newer form of the database: this page must be loaded anew before it writes again. */
export function onStoreReplaced(called: () => void): void {
  onReplaced.add(called);
}

/** Whether this phone had a database that the browser has cleared since; how much was unsent then. */
export function vanished(): { unsent: number } | null {
  const lost = readMark()?.lost ?? null;
  return lost === null ? null : { unsent: lost };
}

/** After the worker and the office have been told. */
export function forgetVanished(): void {
  writeMark({ lost: null, created_at: new Date().toISOString() });
}

function connect(): Promise<Database> {
  if (replaced) return Promise.reject(new StoreError("closed"));
  connection ??= open().catch((error: unknown) => {
    connection = null;
    throw asStoreError(error);
  });
  return connection;
}

async function open(): Promise<Database> {
  let isNew = false;
  const database = await inTime((blocked) =>
    openDB<Schema>(NAME, VERSION, {
      upgrade(opened, from, _to, transaction) {
        isNew = from === 0;
        for (const upgrade of UPGRADES.slice(from)) upgrade(opened, transaction as never);
      },
      blocked,
      blocking: (_now, _wanted, event) => giveWay(event.target as IDBDatabase),
      terminated: () => (connection = null),
    }),
  );
  const before = readMark();
  // Kept in the mark itself: the next count says 0, and the notice must outlive a reload until it was read.
  writeMark(isNew && before ? { lost: (before.lost ?? 0) + before.unsent, unsent: 0 } : {});
  return database;
}

/** The connection, or `blocked`; one that opens after all is closed, for by then another may be open. */
function inTime(open: (blocked: () => void) => Promise<Database>): Promise<Database> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const giveUp = (): void => {
      isOver = true;
      reject(new StoreError("blocked"));
    };
    const limit = setTimeout(giveUp, OPEN_PATIENCE_MS);
    // Node keeps a process alive for a timer; browsers know no such thing.
    (limit as unknown as { unref?: () => void }).unref?.();
    const settled = (act: () => void): void => {
      clearTimeout(limit);
      act();
    };
    open(giveUp).then(
      (database) => settled(() => (isOver ? database.close() : resolve(database))),
      (error: unknown) => settled(() => reject(error)),
    );
  });
}

/** Lets go of a connection that does not answer any more, as iOS leaves them behind; the next call opens another. */
export function dropConnection(): void {
  const dropped = connection;
  connection = null;
  void dropped?.then(
    (database) => database.close(),
    () => undefined,
  );
}

function giveWay(database: IDBDatabase): void {
  database.close();
  connection = null;
  replaced = true;
  for (const called of onReplaced) called();
}

/** Runs a body in one read-only transaction. */
export function read<Answer>(stores: StoreName[], body: (transaction: ReadTransaction) => Promise<Answer>): Promise<Answer> {
  return reconnecting(async (database) => {
    const transaction = database.transaction(stores, "readonly") as unknown as ReadTransaction;
    const answer = await body(transaction);
    await transaction.done;
    return answer;
  });
}

/**
 * Runs a body in one durable transaction: it resolves only after the bytes were handed to the disk. The body must await
 * nothing but the database, or the browser commits under it. Full storage arrives as the transaction's own abort.
 */
export function write<Answer>(stores: StoreName[], body: (transaction: WriteTransaction) => Promise<Answer>): Promise<Answer> {
  return reconnecting(async (database) => {
    const transaction = database.transaction(stores, "readwrite", { durability: "strict" }) as unknown as WriteTransaction;
    const done = transaction.done.then(
      () => null,
      (error: unknown) => error ?? new Error("aborted"),
    );
    try {
      const answer = await body(transaction);
      const failure = await done;
      if (failure) throw failure;
      return answer;
    } catch (error) {
      throw await reasonOf(error, transaction, done);
    }
  });
}

async function reasonOf(error: unknown, transaction: WriteTransaction, done: Promise<unknown>): Promise<unknown> {
  try {
    transaction.abort();
  } catch {
    // It has ended already, and `done` says how.
  }
  const failure = await done;
  const isOwnAbort = (error as { name?: string }).name !== "AbortError";
  return isOwnAbort ? error : (failure ?? error);
}

async function reconnecting<Answer>(body: (database: Database) => Promise<Answer>): Promise<Answer> {
  try {
    return await body(await connect());
  } catch (error) {
    if (!isLostConnection(error) || replaced) throw asStoreError(error);
  }
  connection = null;
  try {
    return await body(await connect());
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Closes the connection; tests open a fresh one after it. */
export async function closeStore(): Promise<void> {
  const open = connection;
  connection = null;
  replaced = false;
  (await open?.catch(() => null))?.close();
}
