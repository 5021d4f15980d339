/** An office in memory: a journal that is signed and proven, commits, uploads, receipts and results, on top of the fake server. */

import type { ResultBody } from "../../../webapp/static/pwa/src/domain/report";
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { FakeServer, json, problem, text } from "../net/server";

const ORIGIN = "office.example/journal";
const sha = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const leaf = (entry: string): Buffer => sha(Buffer.of(0), Buffer.from(entry));
const node = (left: Buffer, right: Buffer): Buffer => sha(Buffer.of(1), left, right);
const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

function root(leaves: Buffer[]): Buffer {
  if (leaves.length < 2) return leaves[0] ?? sha();
  const k = split(leaves.length);
  return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}

/** PATH of RFC 6962 §2.1.1. */
function path(index: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length < 2) return [];
  const k = split(leaves.length);
  return index < k
    ? [...path(index, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(index - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

/** SUBPROOF of RFC 6962 §2.1.2. */
function subproof(first: number, leaves: Buffer[], isWhole: boolean): Buffer[] {
  if (first === leaves.length) return isWhole ? [] : [root(leaves)];
  const k = split(leaves.length);
  return first <= k
    ? [...subproof(first, leaves.slice(0, k), isWhole), root(leaves.slice(k))]
    : [...subproof(first - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}

interface DeliveryPart {
  described: string;
  bytes: Uint8Array;
  headers: Headers;
}

interface PartMade {
  status: number;
  code?: string;
  receipt?: string;
  /** Of a record, and of the capture to whom a file belongs. */
  ref?: string;
  file_of?: string;
}

export class Office extends FakeServer {
  entries: string[] = [JSON.stringify({ type: "device_enrolled" })];
  commits = new Map<string, { index: number; sha256: string }>();
  settings: object = {};
  /** Records that were refused and kept. */
  apart = new Set<string>();
  results: ResultBody[] = [];
  attempts: unknown[] = [];
  pack: Record<string, unknown> = { visits: [], people: [], removed: [] };
  #key: KeyObject;
  #name: Buffer;
  vkey: string;

  constructor() {
    super();
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    this.#key = privateKey;
    const raw = Buffer.concat([Buffer.of(1), publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
    this.#name = sha(Buffer.from(`${ORIGIN}\n`), raw).subarray(0, 4);
    this.vkey = `${ORIGIN}+${this.#name.toString("hex")}+${b64(raw)}`;
    this.#open();
  }

  leaves(): Buffer[] {
    return this.entries.map(leaf);
  }

  note(): string {
    const body = `${ORIGIN}\n${this.entries.length}\n${b64(root(this.leaves()))}\n`;
    return `${body}\n— ${ORIGIN} ${b64(Buffer.concat([this.#name, sign(null, Buffer.from(body), this.#key)]))}\n`;
  }

  append(entry: object): number {
    return this.entries.push(JSON.stringify(entry)) - 1;
  }

  receipt(index: number): string {
    const proof = path(index, this.leaves())
      .map((hash) => `${b64(hash)}\n`)
      .join("");
    return `c2sp.org/tlog-proof@v1\nextra ${b64(Buffer.from(this.entries[index]!))}\nindex ${index}\n${proof}\n${this.note()}`;
  }

  #open(): void {
    this.on(/^GET \/api\/v1\/journal\/key/, () => text(`${this.vkey}\n`));
    this.on(/^GET \/api\/v1\/journal\/checkpoint/, () => text(this.note()));
    this.on(/^GET \/api\/v1\/journal\/consistency/, ({ path: asked }) => {
      const [, from, to] = /from=(\d+)&to=(\d+)/.exec(asked)!.map(Number);
      return json({ hashes: subproof(from!, this.leaves().slice(0, to), true).map(b64) });
    });
    this.on(/^POST \/api\/v1\/tickets/, () => json([this.ticket("t1"), this.ticket("t2")], 201));
    this.on(/^GET \/api\/v1\/pack/, () =>
      json({ cursor: "1.", next: null, codes: {}, settings: this.settings, checkpoint: this.note(), ...this.pack }),
    );
    this.on(/^POST \/api\/v1\/captures/, ({ body }) => this.commit(body));
    this.on(/^GET \/api\/v1\/captures\//, ({ path: asked }) => this.#receipt(asked.split("/")[4]!));
    this.on(
      /^POST \/api\/v1\/attempts/,
      ({ body }) => (this.attempts.push(JSON.parse(Buffer.from(body).toString())), json({ added: 1 })),
    );
    this.on(/^POST \/api\/v1\/results/, ({ body }) => {
      const result = JSON.parse(Buffer.from(body).toString()) as ResultBody;
      this.results.push(result);
      return json({ result_id: result.result_id, state: "submitted" }, 201);
    });
  }

  /** Begins to take deliveries. Each part gets what its own call answers, whatever a test has put there. */
  openDeliveries(): void {
    this.settings = { delivery_max_bytes: 4_194_304 };
    this.on(/^POST \/api\/v1\/deliveries/, async ({ headers, body }) => {
      const [parts, promised] = [[] as PartMade[], new Map<string, string>()];
      let place = 0;
      for (const described of headers.get("Delivery-Parts")!.split(", ")) {
        const bytes = Number(/;bytes=(\d+)/.exec(described)![1]);
        const part = { described, bytes: body.slice(place, place + bytes), headers };
        place += bytes;
        parts.push(await this.#part(part, promised));
      }
      if (place !== body.length) return problem(400, "delivery_parts");
      return json({ parts: await Promise.all(parts.map((part) => this.#vouched(part))) }, 201);
    });
  }

  async #part(part: DeliveryPart, promised: Map<string, string>): Promise<PartMade> {
    const kind = part.described.split(";")[0]!;
    if (kind === "file") return this.#file(part, promised);
    if (kind === "result" && !this.#restsOnKnown(part)) return { status: 422, code: "capture_unknown" };
    const { ref, path } = kind === "record" ? this.#record(part, promised) : { ref: "", path: "/api/v1/results" };
    const found = this.answers.find(([pattern]) => pattern.test(`POST ${path}`))!;
    const answer = await found[1]({ method: "POST", path, headers: part.headers, body: part.bytes });
    if (answer.status < 400 && kind === "record") return { status: answer.status, receipt: await answer.text(), ref };
    const told = (await answer.json()) as { kept?: boolean };
    if (told.kept && ref) this.apart.add(ref);
    return { ...told, status: answer.status };
  }

  #restsOnKnown({ bytes }: DeliveryPart): boolean {
    const { captures } = JSON.parse(Buffer.from(bytes).toString()) as ResultBody;
    return captures.every(({ capture_id }) => this.commits.has(capture_id) || this.apart.has(capture_id));
  }

  #record({ bytes }: DeliveryPart, promised: Map<string, string>): { ref: string; path: string } {
    const record = JSON.parse(Buffer.from(bytes).toString()) as { capture_id: string; media: { sha256: string }[] };
    for (const { sha256 } of record.media) promised.set(sha256, record.capture_id);
    return { ref: record.capture_id, path: "/api/v1/captures" };
  }

  #file({ described, bytes }: DeliveryPart, promised: Map<string, string>): PartMade {
    const sha256 = Buffer.from(/;sha256=:(.*):/.exec(described)![1]!, "base64").toString("hex");
    const capture_id = promised.get(sha256);
    if (!capture_id || !(this.commits.has(capture_id) || this.apart.has(capture_id)))
      return { status: 409, code: "commit_first" };
    if (sha(bytes).toString("hex") !== sha256) return { status: 422, code: "media_mismatch" };
    this.uploads.set(`d${this.uploads.size}`, { capture_id, sha256, length: bytes.length, bytes });
    return { status: 201, file_of: capture_id };
  }

  /** Receipts are made when all is taken, those of files by the call for them. */
  async #vouched({ file_of, ref, ...told }: PartMade): Promise<object> {
    if (ref && told.receipt) return { ...told, receipt: this.receipt(this.commits.get(ref)?.index ?? 0) };
    if (!file_of) return told;
    const path = `/api/v1/captures/${file_of}/receipt`;
    const found = this.answers.find(([pattern]) => pattern.test(`GET ${path}`))!;
    const answer = await found[1]({ method: "GET", path, headers: new Headers(), body: new Uint8Array() });
    return { ...told, ...(answer.status === 200 ? { receipt: await answer.text() } : ((await answer.json()) as object)) };
  }

  ticket(ticket_id: string): object {
    const bytes = Buffer.from(`ticket ${ticket_id}`);
    const expires_at = new Date(Date.now() + 72 * 3_600_000).toISOString();
    return {
      ticket_id,
      expires_at,
      ticket: bytes.toString("base64url"),
      sha256: sha(bytes).toString("hex"),
      challenge_seed: sha(bytes).toString("base64url"),
    };
  }

  /** Takes a record, new or known. */
  commit(body: Uint8Array): Response {
    const { capture_id } = JSON.parse(Buffer.from(body).toString()) as { capture_id: string };
    const sha256 = sha(body).toString("hex");
    const known = this.commits.get(capture_id);
    if (known && known.sha256 !== sha256) return problem(409, "capture_differs");
    const index = known?.index ?? this.append({ type: "capture_committed", capture_id, record_sha256: sha256 });
    this.commits.set(capture_id, { index, sha256 });
    return text(this.receipt(index), known ? 200 : 201);
  }

  /** The answer to a call for a receipt, by its path. */
  receiptOf(asked: string): Response {
    return this.#receipt(asked.split("/")[4]!);
  }

  #receipt(capture_id: string): Response {
    const upload = [...this.uploads.values()].find((one) => one.capture_id === capture_id);
    if (!upload || !this.whole(upload.sha256)) return json({ missing: [upload?.sha256 ?? ""] }, 202);
    const entry = { type: "media_received", capture_id, media_sha256: upload.sha256, stored: [upload.sha256] };
    const known = this.entries.indexOf(JSON.stringify(entry));
    return text(this.receipt(known < 0 ? this.append(entry) : known));
  }
}
