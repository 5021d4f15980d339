/** Who works on this phone, the password, and phones in the same name. */

import * as store from "../store";
import * as sync from "../sync";
import type { SessionPorts } from "./ports";

export const sessionPorts: SessionPorts = {
  session: async () => {
    const session = await store.currentSession();
    return (
      session && {
        worker_id: session.worker.id,
        name: session.worker.name,
        area: session.worker.area,
        signed_in: session.signed_in,
        has_list: session.has_list,
        password_due: await store.isPasswordDue(session.worker.id),
      }
    );
  },
  enrol: async (form) => {
    await sync.enrol(form).catch(tellCode);
  },
  changePassword: (present, wanted) => sync.changePassword(present, wanted).catch(tellCode),
  passwordNotice: store.passwordNotice,
  putNoticeAway: store.putNoticeAway,
  followSession: store.followSession,
  signOut: sync.signOut,
  newPhones: store.newPhones,
  answerForPhone: sync.answerForPhone,
};

async function tellCode(error: unknown): Promise<never> {
  throw Object.assign(new Error("office_said_no"), { code: await sync.failureCode(error) });
}
