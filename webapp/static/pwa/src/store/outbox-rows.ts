/** How a row of the outbox begins. */

import type { OutboxItem } from "../domain/sending";

type Given = Pick<OutboxItem, "item_id" | "worker_id" | "visit_id" | "type" | "ref" | "kind" | "size_bytes" | "created_at"> & {
  sha256?: string;
};

export function newItem(given: Given): OutboxItem {
  return {
    sha256: null,
    ...given,
    state: "saved",
    sent_bytes: 0,
    tries: 0,
    next_at: 0,
    error: null,
    upload_url: null,
    words: null,
  };
}
