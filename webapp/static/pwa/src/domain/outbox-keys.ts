/** The keys under which the outbox and the receipts are stored: built here, and read back here. */

import type { ItemType, OutboxItem } from "./sending";

export const recordKey = (capture_id: string): string => `record/${capture_id}`;
export const reportKey = (type: "attempts" | "result", report_id: string): string => `${type}/${report_id}`;
/** Of a file, in the outbox and among the stored bytes. */
export const mediaKey = (capture_id: string, sha256: string): string => `media/${capture_id}/${sha256}`;
export const commitReceiptKey = (capture_id: string): string => `${capture_id}/commit`;
export const mediaReceiptKey = (capture_id: string, sha256: string): string => `${capture_id}/${sha256}/media`;

export type ItemKey = Pick<OutboxItem, "type" | "ref" | "sha256">;

const TYPES: readonly string[] = ["record", "media", "attempts", "result"] satisfies ItemType[];

/** What a key of the outbox names; throws for anything else, for a key is never typed by a person. */
export function parseItemKey(item_id: string): ItemKey {
  const [type = "", ref = "", sha256, ...more] = item_id.split("/");
  const isWhole = (type === "media") === Boolean(sha256) && (type === "media" || sha256 === undefined);
  if (!TYPES.includes(type) || !ref || !isWhole || more.length) throw new Error(`item_key ${item_id}`);
  return { type: type as ItemType, ref, sha256: sha256 ?? null };
}
