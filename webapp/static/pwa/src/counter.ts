/** The counter's page: this browser signs as a device of the office, and certifies who stands before the desk. */

import { deriveChallenge } from "./domain/challenge";
import { sha256Hex, type Bytes } from "./domain/bytes";
import { FIRST_PREV, signRecord, thumbprint } from "./domain/record";
import { buildRecord2 } from "./domain/record2";
import { NEW_LINE } from "./domain/retry";
import { uuid7 } from "./domain/uuid7";
import { readClock } from "./device/clock";
import type { Picture } from "./device/picture";
import { Webcam } from "./device/webcam";
import { postCapture, postDevice, postResult, postTickets, type TicketAnswer } from "./net/api";
import { NetError } from "./net/errors";
import { answerIn } from "./net/http";
import { upload } from "./net/upload";
import {
  deskDevice,
  forgetDeskDevice,
  keepDeskDevice,
  removeDeskWork,
  saveDeskWork,
  unsentDeskWork,
  type DeskDevice,
  type DeskWork,
} from "./store/desk-device";

declare const __BUILD__: string;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const PANES = ["busy", "enrol", "camera", "confirm", "retry"] as const;
type Pane = (typeof PANES)[number];

const root = document.querySelector<HTMLElement>("[data-counter]")!;
const part = <Kind extends HTMLElement>(name: string): Kind => root.querySelector<Kind>(`[data-part="${name}"]`)!;
const said = (name: string): string => root.dataset[name] ?? "";
const word = (name: string): string =>
  part<HTMLTemplateElement & HTMLElement>("words").content.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
const subject = { visit_id: said("visit"), subject_ref: said("subject") };
const account_id = said("account");

function show(pane: Pane, problem = ""): void {
  for (const each of PANES) part(each).hidden = each !== pane;
  const notice = part("problem");
  notice.hidden = !problem;
  notice.querySelector("span")!.textContent = problem;
}

/** The server's own sentence where it gave one. */
function sentenceOf(error: unknown, otherwise: string): string {
  if (!(error instanceof NetError)) return word(otherwise);
  if (error.facts["kept"] === true) return `${word("aside")} ${error.detail}`;
  return error.kind === "offline" ? word(otherwise === "kept" ? "kept" : "no_answer") : error.detail || word(otherwise);
}

async function enrol(form: HTMLFormElement): Promise<void> {
  show("busy");
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const public_key = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const told = new FormData(form);
  const answer = await postDevice({
    username: said("username"),
    password: String(told.get("password")),
    name: String(told.get("name")),
    public_key,
    kind: "desk",
  });
  if (answer.device_kid !== (await thumbprint(public_key))) throw new Error("kid_differs");
  await keepDeskDevice({
    account_id,
    device_kid: answer.device_kid,
    token: answer.token,
    key: pair.privateKey,
    seq: 0,
    prev: FIRST_PREV,
  });
  form.reset();
}

/** What the server refused but kept apart has left this browser's hands; null when it was simply taken. */
async function unlessKept(step: Promise<unknown>): Promise<NetError | null> {
  try {
    await step;
    return null;
  } catch (error) {
    if (error instanceof NetError && error.facts["kept"] === true) return error;
    throw error;
  }
}

/** Sends what lies here; each step repeated changes nothing at the server. Returns why some of it was kept apart. */
async function send(work: DeskWork, token: string): Promise<NetError | null> {
  const settled = async (): Promise<void> => undefined;
  const record = await unlessKept(postCapture(token, work.record, work.signature, work.ticket));
  const picture = await unlessKept(
    upload(
      { token, blob: work.picture, capture_id: work.capture_id, sha256: work.picture_sha256, url: null, line: NEW_LINE },
      { onUrl: settled, onOffset: settled, onLine: settled },
    ),
  );
  const result = await unlessKept(postResult(token, work.result));
  await removeDeskWork(work.capture_id);
  return record ?? picture ?? result;
}

/** Whether nothing can be sent now, in contrast to one thing that the server does not take. */
function isOfAll(error: unknown): boolean {
  return (
    !(error instanceof NetError) || error.kind === "offline" || [401, 403, 429].includes(error.status) || error.status >= 500
  );
}

/** Sends everything; one that the server does not take stays here and keeps no other, and nobody who comes, waiting. */
async function sendAll(device: DeskDevice): Promise<void> {
  let left = 0;
  for (const work of await unsentDeskWork(account_id)) {
    const isOwn = work.visit_id === subject.visit_id;
    try {
      const kept = await send(work, device.token);
      if (kept && isOwn) throw kept;
      if (isOwn) location.assign(said("done"));
    } catch (error) {
      if (isOwn || isOfAll(error)) throw error;
      left += 1;
    }
  }
  leftBehind(left);
}

function leftBehind(count: number): void {
  part("left").hidden = count === 0;
  part("left").querySelector("b")!.textContent = String(count);
}

/** Signs and saves under a lock, so that two tabs of one desk make one chain. */
async function sign(device: DeskDevice, ticket: TicketAnswer, picture: Picture, started_at: string): Promise<void> {
  await navigator.locks.request("anzai-desk-chain", async () => {
    const now = (await deskDevice(account_id)) ?? device;
    await saveDeskWork(await certificate(now, ticket, picture, started_at), now);
  });
}

async function certificate(
  device: DeskDevice,
  ticket: TicketAnswer,
  { blob, width, height }: Picture,
  started_at: string,
): Promise<DeskWork> {
  const capture_id = uuid7();
  const bytes = new Uint8Array(await blob.arrayBuffer()) as Bytes;
  const picture_sha256 = await sha256Hex(bytes);
  const challenge = {
    ...(await deriveChallenge(ticket.challenge_seed, subject.visit_id)),
    ticket: { id: ticket.ticket_id, sha256: ticket.sha256 },
  };
  const media = [
    { sha256: picture_sha256, bytes: blob.size, mime: "image/jpeg", width, height, duration_ms: null, source: "camera" as const },
  ];
  const record = buildRecord2(
    subject,
    { kind: "photo", clock: readClock(null), position: { error: "unavailable" }, challenge, flags: [], app_build: __BUILD__ },
    { capture_id, holder: { account: account_id }, device_kid: device.device_kid, seq: device.seq + 1, prev: device.prev, media },
  );
  const record_sha256 = await sha256Hex(record);
  const ended_at = new Date().toISOString();
  return {
    capture_id,
    account_id,
    visit_id: subject.visit_id,
    record,
    record_sha256,
    signature: await signRecord(device.key, record),
    ticket: ticket.ticket,
    picture: new Blob([bytes], { type: "image/jpeg" }),
    picture_sha256,
    result: eligibleResult(capture_id, record_sha256, started_at, ended_at),
  };
}

/** The result that a certified walk-in gives: met in person between the two instants. */
function eligibleResult(capture_id: string, record_sha256: string, started_at: string, ended_at: string) {
  const attempt = { attempt_id: uuid7(), started_at, ended_at, met: "person", action: null, note: "" };
  return {
    result_id: uuid7(),
    visit_id: subject.visit_id,
    outcome: "eligible",
    decided_at: ended_at,
    attempts: [attempt],
    captures: [{ capture_id, record_sha256 }],
    details: {},
    contact_changes: [],
    note: "",
  };
}

/** Resolves with the picture that was found good. */
async function photographed(): Promise<Picture> {
  const webcam = await Webcam.open(part<HTMLVideoElement>("viewfinder"));
  try {
    for (;;) {
      show("camera");
      await clicked("shoot");
      const picture = await webcam.shoot();
      const address = URL.createObjectURL(picture.blob);
      part<HTMLImageElement>("shot").src = address;
      show("confirm");
      const choice = await Promise.race([clicked("send").then(() => "send"), clicked("again").then(() => "again")]);
      URL.revokeObjectURL(address);
      if (choice === "send") return picture;
    }
  } finally {
    webcam.close();
  }
}

const clicked = (name: string): Promise<void> =>
  new Promise((done) => part(name).addEventListener("click", () => done(), { once: true }));

async function certify(device: DeskDevice): Promise<void> {
  show("busy");
  await sendAll(device);
  const started_at = new Date().toISOString();
  const [ticket] = await postTickets(device.token, 1);
  const { code, action } = await deriveChallenge(ticket!.challenge_seed, subject.visit_id);
  part("code").textContent = code;
  part("action").textContent = word(`action.${action}`);
  const picture = await photographed();
  show("busy");
  await sign(device, ticket!, picture, started_at);
  await sendAll(device);
}

async function begin(): Promise<void> {
  try {
    const device = await deskDevice(account_id);
    if (device) await certify(device);
    else show("enrol");
  } catch (error) {
    await failed(error);
  }
}

async function failed(error: unknown): Promise<void> {
  // A token that the office ended opens nothing any more: the browser is enrolled anew, and sends what it holds then.
  if (error instanceof NetError && error.status === 401) await forgetDeskDevice(account_id);
  if (error instanceof DOMException && /NotAllowed|NotFound|NotReadable/.test(error.name))
    return show("retry", word("no_camera"));
  const kept = (await unsentDeskWork(account_id)).length > 0;
  show("retry", sentenceOf(error, kept ? "kept" : "failed"));
}

answerIn(() => said("language"));
part("retry")
  .querySelector("button")!
  .addEventListener("click", () => void begin());
part<HTMLFormElement & HTMLElement>("enrol").addEventListener("submit", (event) => {
  event.preventDefault();
  enrol(event.target as HTMLFormElement).then(begin, (error: unknown) => show("enrol", sentenceOf(error, "failed")));
});
void begin();
