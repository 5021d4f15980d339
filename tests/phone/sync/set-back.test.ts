/** An office whose database was put back to a backup: all that is still here goes again, what is not is named, and only a recorded restore ends the distrust. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readMeta } from "../../../webapp/static/pwa/src/store/meta";
import { countOutbox, listOutbox } from "../../../webapp/static/pwa/src/store/outbox";
import { saveAttempts, saveResult } from "../../../webapp/static/pwa/src/store/results";
import { saveCapture } from "../../../webapp/static/pwa/src/store/save-capture";
import { readSessionRow } from "../../../webapp/static/pwa/src/store/sessions";
import { lastRestore, readBreach, type SetBack } from "../../../webapp/static/pwa/src/sync/journal";
import { syncState } from "../../../webapp/static/pwa/src/sync/state";
import { json, problem } from "../net/server";
import { capture } from "../samples";
import { Office } from "./office";
import { OTHER, VISIT, beginEachWithAnOffice, full, office, states } from "./with-office";

beginEachWithAnOffice();

async function visitDone(visit_id: string, text: string) {
  const { capture_id, record_sha256, media } = await saveCapture(capture(visit_id, text));
  await saveAttempts(visit_id, [
    {
      attempt_id: `${visit_id.slice(0, -1)}1`,
      started_at: "2027-01-12T01:00:00Z",
      met: "nobody_home",
      action: null,
      number_end: null,
      note: "",
      position: null,
    } as never,
  ]);
  await saveResult({
    visit_id,
    outcome: "eligible",
    attempts: [],
    captures: [{ capture_id, record_sha256 }],
    details: {},
    contact_changes: [],
    note: "",
  });
  return { capture_id, sha256: media[0]!.sha256 };
}

/** What a backup kept: everything of before, whatever the phone has delivered since is gone; originals lie elsewhere. */
function putBack(size: number, known: Office["commits"]): void {
  office.entries = office.entries.slice(0, size);
  office.commits = new Map(known);
  office.results = [];
  office.attempts = [];
  office.uploads.clear();
  office.on(/^GET \/api\/v1\/journal\/consistency/, (seen) => {
    const to = Number(/to=(\d+)/.exec(seen.path)![1]);
    const next = office.answers.filter(([pattern]) => pattern.test("GET /api/v1/journal/consistency"))[1]!;
    return to > office.entries.length ? problem(422, "journal_size_unknown") : next[1](seen);
  });
}

const recordRestore = (at: string): number => {
  const index = office.append({ type: "journal_restored", at, kept_size: 1 });
  office.on(/^GET \/api\/v1\/journal\/restores/, () => json({ receipts: [office.receipt(index)] }));
  return index;
};
const soon = (): string => new Date(Date.now() + 5_000).toISOString();

for (const grown of [0, 40]) {
  test(`what was delivered since the backup goes again, ${grown ? "also when" : "before"} the journal is longer than before`, async () => {
    const { capture_id, sha256 } = await visitDone(VISIT, "a picture");
    await full();
    assert.deepEqual(await states(VISIT), { record: "verified", media: "verified", attempts: "received", result: "received" });
    putBack(1, new Map());
    office.on(/^GET \/api\/v1\/captures\//, ({ path }) =>
      path.includes(capture_id) ? json({ missing: [sha256] }, 202) : office.receiptOf(path),
    );
    for (let number = 0; number < grown; number++) office.append({ type: "viewed", number });
    await full();
    assert.deepEqual([office.results.length, office.attempts.length, office.commits.size], [1, 1, 1]);
    assert.equal((await readBreach())!.reason, "consistency");
    assert.equal(syncState().trouble, "journal_broken");
    assert.equal((await readSessionRow("id-of-worker1"))!.cursor, "1.");
    assert.ok(office.calls(/pack\?cursor=0$/).length, "the list is read from its beginning");

    // Recorded, the distrust ends: receipts are believed again, and the original that nobody has any more is named.
    recordRestore(soon());
    await full();
    await full();
    assert.deepEqual([await readBreach(), syncState().trouble], [null, null]);
    const media = (await listOutbox()).find(({ type }) => type === "media")!;
    assert.deepEqual([media.sha256, media.state, media.error!.code], [sha256, "refused", "original_released"]);
    assert.equal((await countOutbox()).unsent, 1);
    const [kept] = (await readMeta<SetBack[]>("journal_restores"))!;
    assert.match(kept!.held, /office\.example/);
    assert.equal(await lastRestore(), kept!.at);

    await visitDone(OTHER, "another picture");
    await full();
    assert.deepEqual(await states(OTHER), { record: "verified", media: "verified", attempts: "received", result: "received" });
  });
}

test("an original that is still here goes again as well", async () => {
  office.on(/^GET \/api\/v1\/captures\//, () => json({ missing: [] }, 202));
  const { sha256 } = await visitDone(VISIT, "a picture");
  await full();
  office.answers.shift();
  putBack(1, new Map());
  recordRestore(soon());
  await full();
  await full();
  assert.ok(office.whole(sha256));
  assert.deepEqual(await states(VISIT), { record: "verified", media: "verified", attempts: "received", result: "received" });
});

test("a restore that was recorded before this phone saw the history go on explains nothing", async () => {
  await visitDone(VISIT, "a picture");
  await full();
  putBack(1, new Map());
  recordRestore("2020-01-01T00:00:00Z");
  await full();
  await full();
  assert.equal((await readBreach())!.reason, "consistency");
  assert.equal(await readMeta("journal_restores"), null);
});
