/** Changing one's own password, and what the office said of it. */

import { postPassword } from "../net/api";
import { keepPasswordDue } from "../store/passwords";
import { readCurrentRow } from "../store/sessions";
import { StoreError } from "../store/errors";
import { syncNow } from "./runner";

/** Throws NetError when the office did not take it; then the old one holds. The list is asked for at once. */
export async function changePassword(present: string, wanted: string): Promise<void> {
  const row = await readCurrentRow();
  if (!row?.token) throw new StoreError("not_signed_in");
  await postPassword(row.token, present, wanted);
  await keepPasswordDue(row.worker_id, false);
  void syncNow().catch(() => undefined);
}
