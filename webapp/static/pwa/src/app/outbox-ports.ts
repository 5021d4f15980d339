/** What waits to be sent, by whom it is about. */

import * as store from "../store";
import * as sync from "../sync";
import type { OutboxPorts } from "./ports";

export const outboxPorts: OutboxPorts = {
  outbox: async () => {
    const [items, cases] = await Promise.all([store.listOutbox(), store.listCases()]);
    const names = new Map(cases.map(({ visit, person }) => [visit.visit_id, person.name]));
    return items.map((item) => ({ item, person: names.get(item.visit_id) ?? "" }));
  },
  retry: async (itemId) => {
    await store.retryNow(itemId);
    sync.nudge();
  },
  exportUnsent: store.exportUnsent,
  restoredAt: sync.lastRestore,
};
