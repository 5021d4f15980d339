/** Starts store, sync and the service worker, and gives the screens all that they may ask for. */

import { language } from "../i18n";
import { answerIn } from "../net/http";
import * as store from "../store";
import * as sync from "../sync";
import { capturePorts } from "./capture-ports";
import { draftPorts } from "./draft-ports";
import { outboxPorts } from "./outbox-ports";
import type { Ports, StoragePorts, UpdatePorts } from "./ports";
import { sessionPorts } from "./session-ports";
import { openSyncView } from "./sync-view";
import { hasUnsaved } from "./unsaved";
import { visitPorts } from "./visit-ports";

const updateListeners = new Set<() => void>();
let updateWaits = false;

export function openPorts(): Ports {
  const storage = openStorage();
  const syncPorts = openSyncView();
  answerIn(language);
  sync.startSync();
  void sync.registerWorker({ mayReload: () => !hasUnsaved(), onWaiting: tellUpdate });
  return {
    ...sessionPorts,
    ...visitPorts,
    ...draftPorts,
    ...capturePorts,
    ...outboxPorts,
    ...syncPorts,
    ...storage,
    ...updatePorts,
  };
}

function openStorage(): StoragePorts {
  const opened = store.openStore().catch(() => undefined);
  store.onStoreReplaced(tellUpdate);
  return {
    vanished: () => opened.then(() => store.vanished()),
    forgetVanished: store.forgetVanished,
    watch: store.watch,
  };
}

const updatePorts: UpdatePorts = {
  build: __BUILD__,
  onUpdate: (ready) => {
    updateListeners.add(ready);
    if (updateWaits) ready();
    return () => void updateListeners.delete(ready);
  },
  applyUpdate: () => void sync.applyUpdate(),
};

function tellUpdate(): void {
  updateWaits = true;
  for (const listener of updateListeners) listener();
}
