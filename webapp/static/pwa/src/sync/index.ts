/** The door of sync: what the screens may call. */

export { nudge, startSync, syncNow } from "./runner";
export { syncState, watchSync } from "./state";
export { answerForPhone } from "./new-phones";
export { enrol, failureCode, signOut } from "./enrol";
export { applyUpdate, checkForUpdate, registerWorker, type UpdateRules } from "./update";
export { changePassword } from "./password";
export { lastRestore, readBreach, type Breach } from "./journal";
