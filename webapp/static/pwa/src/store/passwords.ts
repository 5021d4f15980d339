/** What the office said of the worker's password: that it must be changed, and that somebody else set it. */

import type { PasswordNotice } from "../domain/session";
import { changed } from "./changes";
import { readMeta, writeMeta } from "./meta";
import { currentWorkerId } from "./sessions";

const dueKey = (worker_id: string): string => `password_due:${worker_id}`;
const noticeKey = (worker_id: string): string => `password_notice:${worker_id}`;
const seenKey = (worker_id: string): string => `password_notice_seen:${worker_id}`;

/** Whether the office gives out no list until the worker has a password that nobody else knows. */
export async function isPasswordDue(worker_id: string): Promise<boolean> {
  return (await readMeta<boolean>(dueKey(worker_id))) ?? false;
}

export async function keepPasswordDue(worker_id: string, isDue: boolean): Promise<void> {
  if ((await isPasswordDue(worker_id)) === isDue) return;
  await writeMeta(dueKey(worker_id), isDue);
  changed("session");
}

export async function keepPasswordNotice(worker_id: string, notice: PasswordNotice | null): Promise<void> {
  const known = await readMeta<PasswordNotice>(noticeKey(worker_id));
  if (known?.at === notice?.at && known?.by === notice?.by) return;
  await writeMeta(noticeKey(worker_id), notice);
  changed("session");
}

/** The notice that the worker has not put away yet, or null. */
export async function passwordNotice(): Promise<PasswordNotice | null> {
  const worker_id = await currentWorkerId();
  const notice = await readMeta<PasswordNotice>(noticeKey(worker_id));
  return notice && notice.at !== (await readMeta<string>(seenKey(worker_id))) ? notice : null;
}

export async function putNoticeAway(notice: PasswordNotice): Promise<void> {
  await writeMeta(seenKey(await currentWorkerId()), notice.at);
  changed("session");
}
