/** Sends whole visits, several to a request, while the line is good for it; what comes of each part is what its own call would have meant. */

import { afterLoss, afterRefusal } from "../domain/delivery";
import { afterChunk, verdictOf } from "../domain/retry";
import type { OutboxItem } from "../domain/sending";
import type { ResultAnswer } from "../net/api";
import { accepted, postDelivery, receiptIn, type PartAnswer } from "../net/delivery";
import { NetError } from "../net/errors";
import { moveItem, readItem } from "../store/outbox";
import { readDeliveryLimit, readLine, writeDeliveryRoad, writeLine } from "../store/settings";
import { Stop, stopOf } from "./failures";
import { isCommitted, sendFile } from "./media";
import { nextDelivery, type Load } from "./packing";
import { progressMarks } from "./progress";
import { sendRecord } from "./records";
import { restsOnCommitted, sendAttempts, sendResult } from "./reports";
import type { WorkerSession } from "./turn";

/** `lost`: nobody knows whether it arrived; `refused`: it did not, and the single calls may fare better. */
type End = "taken" | "lost" | "refused";

/** True when a delivery was lost on the way. Whatever did not go, the single calls take up. Throws Stop. */
export async function sendDeliveries(turn: WorkerSession): Promise<boolean> {
  let end: End = "taken";
  for (let sent = 0; end === "taken"; sent++) {
    const limit = await readDeliveryLimit();
    const loads = limit ? await nextDelivery(turn, limit) : [];
    if (loads.length < 2) break;
    // A result may rest on attempts that were saved before it.
    if (!sent) await sendAttempts(turn);
    const before = progressMarks();
    end = await deliver(turn, loads);
    if (progressMarks() === before) break;
  }
  return end === "lost";
}

async function deliver(turn: WorkerSession, loads: Load[]): Promise<End> {
  for (const { item } of loads) await moveItem(item.item_id, "start");
  const bytes = loads.reduce((sum, { sent }) => sum + sent.body.length, 0);
  const started = Date.now();
  const answers = await postDelivery(
    turn.token,
    loads.map(({ sent }) => sent),
  ).catch((error: unknown) => error);
  if (!Array.isArray(answers)) {
    for (const { item } of loads) await release(item);
    return afterFailure(answers, bytes);
  }
  await writeLine(afterChunk(await readLine(), bytes, Date.now() - started));
  await settleParts(turn, loads, answers as PartAnswer[]);
  return "taken";
}

/** It waits for its turn again, for nothing became of it. */
async function release({ item_id }: OutboxItem): Promise<void> {
  if ((await readItem(item_id))?.state === "sending") await moveItem(item_id, "cut");
}

/** What the failure of a whole delivery means: for the run, and for those that would follow. */
async function afterFailure(error: unknown, bytes: number): Promise<End> {
  if (!(error instanceof NetError)) {
    console.error(error);
    await writeDeliveryRoad(afterLoss(Date.now()));
    return "refused";
  }
  if (error.kind === "offline" && error.code !== "blocked") return "lost";
  const { kind, status, code } = error;
  const isOfAll = ["sign_in", "pause"].includes(verdictOf(status, code)) || status === 503 || status === 429;
  if (kind === "problem" && isOfAll) throw await stopOf(error);
  const isPassing = status >= 500 && kind === "problem";
  await writeDeliveryRoad(isPassing ? afterLoss(Date.now()) : afterRefusal(status, bytes, Date.now()));
  return "refused";
}

/** Each part is settled, whatever the others came to; what ends the run ends it after them. */
async function settleParts(turn: WorkerSession, loads: Load[], answers: PartAnswer[]): Promise<void> {
  const stops: Stop[] = [];
  for (const [at, load] of loads.entries()) {
    await settlePart(turn, load, answers[at]!).catch((error: unknown) => {
      if (!(error instanceof Stop)) throw error;
      stops.push(error);
    });
  }
  if (stops[0]) throw stops[0];
}

/** A file or a result whose record the office did not take waits for it, as it does where each is sent alone. */
async function settlePart(turn: WorkerSession, load: Load, answer: PartAnswer): Promise<void> {
  const { item } = load;
  if (load.type === "record") await sendRecord(turn, load, async () => receiptIn(accepted(answer)));
  else if (load.type === "result") {
    if (await restsOnCommitted(item, load.body)) await sendResult(turn, item, async () => accepted(answer) as ResultAnswer);
    else await release(item);
  } else if (await isCommitted(item)) {
    await sendFile(turn, item, async () => void accepted(answer));
    if (answer.status < 400 && receiptIn(answer)) turn.receipts.set(item.ref, receiptIn(answer));
  } else await release(item);
}
