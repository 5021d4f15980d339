/** The worker's answer about a phone that signed in elsewhere: it counts only once the office has it. */

import type { NewPhone } from "../domain/session";
import { confirmDevice, revokeDevice } from "../net/api";
import { keepNewPhones, newPhonesOf } from "../store/new-phones";
import { readCurrentRow } from "../store/sessions";

/** What the office has an answer to: a page of the pack that was on its way meanwhile still asks for it. */
const answered = new Set<string>();

/** Throws NetError when the office could not be told; then nothing has changed. */
export async function answerForPhone(device_kid: string, isOwn: boolean): Promise<void> {
  const row = await readCurrentRow();
  if (!row?.token) return;
  await (isOwn ? confirmDevice : revokeDevice)(row.token, device_kid);
  answered.add(device_kid);
  const left = (await newPhonesOf(row.worker_id)).filter((phone) => phone.device_kid !== device_kid);
  await keepNewPhones(row.worker_id, left);
}

/** Keeps what the office asks about and nobody has answered. */
export async function keepAsked(worker_id: string, phones: NewPhone[]): Promise<void> {
  await keepNewPhones(
    worker_id,
    phones.filter(({ device_kid }) => !answered.has(device_kid)),
  );
}
