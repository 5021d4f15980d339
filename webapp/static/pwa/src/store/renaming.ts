/** A corrected result whose id the office knows with another content: an earlier answer of it had arrived, and only its answer was cut off. */

import { reportKey } from "../domain/outbox-keys";
import type { ResultBody } from "../domain/report";
import type { OutboxItem } from "../domain/sending";
import { uuid7 } from "../domain/uuid7";
import { changed } from "./changes";
import { write } from "./db";
import { newItem } from "./outbox-rows";
import { readReport } from "./results";
import { seal } from "./vault";

/** Gives the result an id of its own and queues it, all at once: it goes out as what it is, a second answer beside the one that the office has. */
export async function renameResult({ item_id, worker_id, visit_id, ref, created_at }: OutboxItem): Promise<void> {
  const known = await readReport<ResultBody>(ref);
  if (!known) return;
  const body: ResultBody = { ...known, result_id: uuid7() };
  const sealed = await seal(worker_id, body);
  const report_id = body.result_id;
  const item = newItem({
    item_id: reportKey("result", report_id),
    worker_id,
    visit_id,
    type: "result",
    ref: report_id,
    kind: null,
    size_bytes: sealed.data.byteLength,
    created_at,
  });
  await write(["reports", "outbox"], async (transaction) => {
    const outbox = transaction.objectStore("outbox");
    // Another tab may have given it one already.
    if ((await outbox.get(item_id))?.error?.code !== "result_differs") return;
    await transaction.objectStore("reports").put({ report_id, worker_id, visit_id, type: "result", sealed, created_at });
    await transaction.objectStore("reports").delete(ref);
    await outbox.put({ ...item, state: "queued" });
    await outbox.delete(item_id);
  });
  changed("outbox");
}
