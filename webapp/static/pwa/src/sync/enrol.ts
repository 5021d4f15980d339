/** Signing in and out on this phone. */

import { isUnsent } from "../domain/outbox";
import type { EnrolForm } from "../domain/session";
import { postDevice } from "../net/api";
import { NetError } from "../net/errors";
import { itemsOfWorker } from "../store/outbox";
import { keepPasswordDue } from "../store/passwords";
import {
  closeSession,
  currentSession,
  keepEnrolment,
  keyOfAccount,
  makeDeviceKey,
  type DeviceKey,
  type Session,
} from "../store/sessions";
import { troubleIn } from "./failures";
import { syncNow } from "./runner";

/**
 * Enrols this phone for a worker. One who signs in again keeps the key and its chain, unless the office revoked that
 * device: then a new key begins a new chain, and unsent work goes up through it. Throws NetError.
 */
export async function enrol(form: EnrolForm): Promise<Session> {
  const known = await keyOfAccount(form.username);
  const session = known
    ? await enrolWith(form, known).catch((error: unknown) => enrolAnew(form, error))
    : await enrolWith(form, await makeDeviceKey());
  void syncNow().catch(() => undefined);
  return session;
}

/** Why a call to the office failed, as one code that the screens have a sentence for: the server's own where it named one, else what stood between. */
export async function failureCode(error: unknown): Promise<string> {
  if (!(error instanceof NetError)) return "unknown";
  const isNamed = error.kind === "problem" && !error.code.startsWith("http_") && error.status < 500;
  return isNamed ? error.code : ((await troubleIn(error)) ?? "offline");
}

async function enrolAnew(form: EnrolForm, error: unknown): Promise<Session> {
  const isKeyRefused = error instanceof NetError && (error.code === "revoked_device" || error.code === "foreign_device");
  if (!isKeyRefused) throw error;
  return enrolWith(form, await makeDeviceKey());
}

async function enrolWith(form: EnrolForm, key: DeviceKey): Promise<Session> {
  const answer = await postDevice({ ...form, public_key: key.public_key });
  if (answer.device_kid !== key.device_kid) throw new NetError("problem", "device_kid_differs", 200);
  const session = await keepEnrolment({ username: form.username, worker: answer.worker, token: answer.token, key });
  await keepPasswordDue(answer.worker.id, answer.password_change_due === true);
  return session;
}

/** Signs out. Everything unsent stays on the phone and goes on being sent; the device is not revoked, for its records would then be. */
export async function signOut(): Promise<void> {
  const session = await currentSession();
  if (!session) return;
  const items = await itemsOfWorker(session.worker.id);
  const hasWork = items.some((item) => isUnsent(item) || (item.type === "media" && item.state === "received"));
  await closeSession(session.worker.id, hasWork);
}
