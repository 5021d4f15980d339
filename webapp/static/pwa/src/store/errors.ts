/** What can go wrong with the phone's own storage, in few words that the screens can explain. */

import type { FileTrouble } from "../domain/container";

/** full: no space; vanished: the browser cleared it; blocked: another tab holds an older form; closed: a newer form took over; broken: anything else; subject_missing: whom a capture shows is no longer known here; and what the office could not take. */
export type StoreTrouble =
  "full" | "vanished" | "blocked" | "closed" | "not_found" | "subject_missing" | "not_signed_in" | "broken" | FileTrouble;

export class StoreError extends Error {
  constructor(
    readonly trouble: StoreTrouble,
    readonly reason?: unknown,
  ) {
    super(`store_${trouble}${reason instanceof Error ? `: ${reason.name} ${reason.message}` : ""}`);
    this.name = "StoreError";
  }
}

const nameOf = (error: unknown): string => (error as { name?: string } | null)?.name ?? "";

export function isQuota(error: unknown): boolean {
  return nameOf(error) === "QuotaExceededError";
}

/** iOS drops the connection under memory pressure; nothing of the transaction was written, so it may be done again. */
export function isLostConnection(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return nameOf(error) === "InvalidStateError" || /connection.*(lost|clos)|server lost|is closing/i.test(message);
}

/** Safari's private mode refuses Blobs and takes ArrayBuffers. */
export function isBlobRefused(error: unknown): boolean {
  return nameOf(error) === "DataCloneError" || /blob/i.test(error instanceof Error ? error.message : "");
}

export function asStoreError(error: unknown): Error {
  if (error instanceof StoreError) return error;
  if (isQuota(error)) return new StoreError("full", error);
  // The rules' own refusals and programming errors keep their names; only the database's become ours.
  if (error instanceof Error && !(error instanceof DOMException)) return error;
  return new StoreError("broken", error);
}
