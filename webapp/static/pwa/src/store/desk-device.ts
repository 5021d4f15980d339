/** The key of an office's browser, its chain, and what it signed and has not sent: a database beside the phone's. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Bytes } from "../domain/bytes";

export interface DeskDevice {
  account_id: string;
  device_kid: string;
  token: string;
  key: CryptoKey;
  /** Of the last record that was signed; 0 and zeros before the first. */
  seq: number;
  prev: string;
}

/** One certificate: a signed record, its picture and the result that rests on it. */
export interface DeskWork {
  capture_id: string;
  account_id: string;
  visit_id: string;
  record: Bytes;
  record_sha256: string;
  signature: string;
  ticket: string;
  picture: Blob;
  picture_sha256: string;
  result: unknown;
}

interface DeskSchema extends DBSchema {
  device: { key: string; value: DeskDevice };
  work: { key: string; value: DeskWork };
}

let connection: Promise<IDBPDatabase<DeskSchema>> | null = null;

function connect(): Promise<IDBPDatabase<DeskSchema>> {
  connection ??= openDB<DeskSchema>("anzai-desk", 1, {
    upgrade(database) {
      database.createObjectStore("device", { keyPath: "account_id" });
      database.createObjectStore("work", { keyPath: "capture_id" });
    },
  });
  return connection;
}

export async function deskDevice(account_id: string): Promise<DeskDevice | undefined> {
  return (await connect()).get("device", account_id);
}

export async function keepDeskDevice(device: DeskDevice): Promise<void> {
  await (await connect()).put("device", device);
}

/** Forgets a key that the office has revoked; what it signed stays, and is sent under the next one's token. */
export async function forgetDeskDevice(account_id: string): Promise<void> {
  await (await connect()).delete("device", account_id);
}

/** Saves the record with its picture, and moves the chain on, in one transaction. */
export async function saveDeskWork(work: DeskWork, device: DeskDevice): Promise<void> {
  const saving = (await connect()).transaction(["device", "work"], "readwrite", { durability: "strict" });
  await Promise.all([
    saving.objectStore("work").put(work),
    saving.objectStore("device").put({ ...device, seq: device.seq + 1, prev: work.record_sha256 }),
    saving.done,
  ]);
}

/** What the account signed here and has not sent, in the order of its chain: ids of version 7 rise with time. */
export async function unsentDeskWork(account_id: string): Promise<DeskWork[]> {
  return (await (await connect()).getAll("work")).filter((work) => work.account_id === account_id);
}

export async function removeDeskWork(capture_id: string): Promise<void> {
  await (await connect()).delete("work", capture_id);
}
