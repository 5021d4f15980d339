/** The worker's answer about a phone that signed in elsewhere: it counts only once the office has it. */

import { confirmDevice, revokeDevice } from "../net/api";
import { keepNewPhones, newPhonesOf } from "../store/new-phones";
import { readCurrentRow } from "../store/sessions";

/** Throws NetError when the office could not be told; then nothing has changed. */
export async function answerForPhone(device_kid: string, isOwn: boolean): Promise<void> {
  const row = await readCurrentRow();
  if (!row?.token) return;
  await (isOwn ? confirmDevice : revokeDevice)(row.token, device_kid);
  const left = (await newPhonesOf(row.worker_id)).filter((phone) => phone.device_kid !== device_kid);
  await keepNewPhones(row.worker_id, left);
}
