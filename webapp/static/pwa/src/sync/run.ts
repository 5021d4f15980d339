/** One run for every worker who has something to send on this phone, in the order of design and evidence: commit first, media later. */

import { afterLoss } from "../domain/delivery";
import { isUnsent } from "../domain/outbox";
import type { SyncTrouble } from "../domain/sending";
import { NetError } from "../net/errors";
import { isQuota, StoreError } from "../store/errors";
import { readMeta } from "../store/meta";
import { allItems, settleAfterStart } from "../store/outbox";
import { dropToken, listSessionRows } from "../store/sessions";
import { writeDeliveryRoad } from "../store/settings";
import { sendDeliveries } from "./deliveries";
import { Stop, stopOf } from "./failures";
import { guardJournal, checkJournal, readBreach } from "./journal";
import { pullPack, pullPhotos } from "./pack";
import { progressMarks } from "./progress";
import { checkReceipts } from "./receipts";
import { proveCommits, sendRecords } from "./records";
import { sendAttempts, sendResults } from "./reports";
import { sendMedia } from "./media";
import { report } from "./state";
import { topUpTickets } from "./tickets";
import { nextTry, type WorkerSession } from "./turn";

/** `full` also asks for tickets and the pack; a short run only sends what waits. */
export interface RunOrder {
  full: boolean;
}

export interface RunEnd {
  stop: Stop["why"] | null;
  retryAfter: number | null;
  /** Files that the server has and whose receipt is still to come. */
  open_receipts: number;
  /** What the screens say is wrong. */
  trouble: SyncTrouble;
  /** Whether anything arrived, or was acknowledged, in this run. */
  has_moved: boolean;
  /** Milliseconds until the next item may be tried; Infinity when none waits but for a person. */
  next_try: number;
}

/** Never throws for what a network or a server may do; the end says why it stopped. */
export async function runOnce({ full }: RunOrder): Promise<RunEnd> {
  const end: RunEnd = { stop: null, retryAfter: null, open_receipts: 0, trouble: null, has_moved: false, next_try: Infinity };
  const before = progressMarks();
  report({ running: true, trouble: (await readBreach()) ? "journal_broken" : null });
  try {
    await settleAfterStart();
    await syncWorkers(full, end);
  } catch (error) {
    Object.assign(end, endOf(error));
  } finally {
    end.has_moved = progressMarks() > before;
    report({ running: false, stage: "idle", ...linkOf(end) });
  }
  return end;
}

interface RunningSession extends WorkerSession {
  isCurrent: boolean;
}

/** What ends one worker's turn holds no other's work back, save that nobody is reached. */
async function syncWorkers(full: boolean, end: RunEnd): Promise<void> {
  const faults: unknown[] = [];
  for (const turn of await turns()) {
    try {
      end.open_receipts += await syncWorker(turn, full && turn.isCurrent);
    } catch (error) {
      const stop = await stopIn(error);
      if (!stop) faults.push(error);
      else await noteStop(turn, stop, end);
    }
    end.trouble ??= turn.trouble;
    if (end.stop === "offline") break;
    end.next_try = Math.min(end.next_try, await nextTry(turn, Date.now()));
  }
  if (faults.length) throw faults[0];
}

async function stopIn(error: unknown): Promise<Stop | null> {
  const known = await stopOf(error);
  return known instanceof Stop ? known : null;
}

/** The session of somebody who has signed out is of no interest to whoever uses the phone now; the work waits for that person's next sign-in. */
async function noteStop(turn: RunningSession, stop: Stop, end: RunEnd): Promise<void> {
  const isOfSession = stop.why === "signed_out" || stop.why === "not_allowed";
  if (!turn.isCurrent && stop.why === "signed_out") await dropToken(turn.session.worker_id);
  if (end.stop || (isOfSession && !turn.isCurrent)) return;
  Object.assign(end, { stop: stop.why, retryAfter: stop.retryAfter, trouble: stop.trouble });
}

/** The current worker first; others who have a token and unsent work after. */
async function turns(): Promise<RunningSession[]> {
  const current = await readMeta<string>("current");
  const found: RunningSession[] = [];
  for (const session of await listSessionRows()) {
    if (session.token)
      found.push({ session, token: session.token, trouble: null, receipts: new Map(), isCurrent: session.worker_id === current });
  }
  return found.sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent));
}

async function syncWorker(turn: RunningSession, full: boolean): Promise<number> {
  if (!turn.isCurrent && !(await hasWork(turn))) {
    await dropToken(turn.session.worker_id);
    return 0;
  }
  if (full) {
    report({ stage: "checkpoint" });
    await ignoreServerErrors(() => guardJournal(checkJournal));
    report({ stage: "tickets" });
    await ignoreServerErrors(() => topUpTickets(turn));
  }
  await sendAll(turn);
  await ignoreServerErrors(() => proveCommits(turn));
  report({ stage: "receipts" });
  const open = await checkReceipts(turn);
  if (!full) return open;
  report({ stage: "pack" });
  await pullPack(turn);
  // What was sent in this run lies behind the checkpoint of its start: only a newer one tells later that it was lost.
  await ignoreServerErrors(() => guardJournal(checkJournal));
  await pullPhotos(turn);
  return open;
}

/** A server that refuses a checkpoint or a ticket, or fails there, may still take the evidence: only no network and no session end the run. */
async function ignoreServerErrors(step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof NetError) || error.kind === "offline" || error.status === 401) throw error;
  }
}

/** Together what may go together; then each thing by its own call: what was left, what failed before, and what is large. */
async function sendAll(turn: WorkerSession): Promise<void> {
  report({ stage: "records" });
  const isLost = await sendDeliveries(turn);
  const before = progressMarks();
  try {
    await sendEach(turn);
  } finally {
    // Where single requests get through, it was not the whole line that was gone.
    if (isLost && progressMarks() > before) await writeDeliveryRoad(afterLoss(Date.now()));
  }
}

async function sendEach(turn: WorkerSession): Promise<void> {
  await sendRecords(turn);
  await sendAttempts(turn);
  report({ stage: "media" });
  await sendMedia(turn);
  report({ stage: "results" });
  await sendResults(turn);
}

async function hasWork({ session }: WorkerSession): Promise<boolean> {
  const items = (await allItems()).filter(({ worker_id }) => worker_id === session.worker_id);
  return items.some((item) => isUnsent(item) || (item.type === "media" && item.state === "received"));
}

function endOf(error: unknown): Pick<RunEnd, "stop" | "trouble"> {
  if (isQuota(error) || (error instanceof StoreError && error.trouble === "full"))
    return { stop: "storage_full", trouble: "storage_full" };
  throw error;
}

function linkOf({ stop, trouble }: RunEnd): Parameters<typeof report>[0] {
  // A journal that was broken is said before all else.
  const said = trouble ? { trouble } : {};
  return { link: stop === "offline" ? "offline" : "online", ...said };
}
