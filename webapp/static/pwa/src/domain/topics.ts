/** What may be followed as it changes on this phone. */

export type Topic = "session" | "cases" | "drafts" | "captures" | "outbox" | "tickets" | "settings";
