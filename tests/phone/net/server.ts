/** A server in memory that speaks the parts of the API that the phone's sending needs; it can be cut, closed and made to lie. */

import { createHash } from "node:crypto";

export interface Seen {
  method: string;
  path: string;
  token: string | null;
  bytes: number;
}

interface Upload {
  capture_id: string;
  sha256: string;
  length: number;
  bytes: Uint8Array;
}

export type Answer = (request: {
  method: string;
  path: string;
  headers: Headers;
  body: Uint8Array;
}) => Response | Promise<Response>;

const hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const TUS = { "Tus-Resumable": "1.0.0" };

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "Content-Type": "application/json", Date: new Date().toUTCString() },
  });
}

export function text(value: string, status = 200): Response {
  return new Response(value, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}

export function problem(status: number, code: string, facts: object = {}): Response {
  return new Response(JSON.stringify({ code, status, detail: code, ...facts }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...TUS },
  });
}

/** Stands in for `fetch` until `restore` is called. */
export class FakeServer {
  seen: Seen[] = [];
  uploads = new Map<string, Upload>();
  /** Bytes of bodies that one connection carries before it is cut. */
  life = Infinity;
  sent = 0;
  isDown = false;
  /** What a box on the way answers to everything but GET and POST; null is no box. */
  box: (() => Response) | null = null;
  answers: [RegExp, Answer][] = [];
  #left = Infinity;
  readonly #fetch = globalThis.fetch;

  constructor() {
    globalThis.fetch = ((path: string, init: RequestInit = {}) => this.#answer(path, init)) as typeof fetch;
    this.on(/^POST \/api\/v1\/uploads$/, ({ headers }) => this.#create(headers));
    this.on(/^HEAD \/api\/v1\/uploads\//, ({ path }) => this.#tell(path));
    this.on(/^PATCH \/api\/v1\/uploads\//, ({ path, headers, body }) => this.#append(path, headers, body));
  }

  restore(): void {
    globalThis.fetch = this.#fetch;
  }

  /** Later answers come before earlier ones. */
  on(pattern: RegExp, answer: Answer): void {
    this.answers.unshift([pattern, answer]);
  }

  cut(life: number): void {
    this.life = this.#left = life;
  }

  calls(pattern: RegExp): Seen[] {
    return this.seen.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  whole(sha256: string): boolean {
    return [...this.uploads.values()].some(
      (upload) => upload.sha256 === sha256 && upload.bytes.length === upload.length && hex(upload.bytes) === sha256,
    );
  }

  async #answer(path: string, { method: given = "GET", headers, body }: RequestInit): Promise<Response> {
    if (this.box && given !== "GET" && given !== "POST") return this.box();
    const method = new Headers(headers).get("X-HTTP-Method-Override") ?? given;
    const sent = new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
    const token = new Headers(headers).get("Authorization")?.replace("Bearer ", "") ?? null;
    this.seen.push({ method, path, token, bytes: sent.length });
    this.#carry(sent.length);
    const found = this.answers.find(([pattern]) => pattern.test(`${method} ${path}`));
    return found ? found[1]({ method, path, headers: new Headers(headers), body: sent }) : problem(404, "not_found");
  }

  #carry(bytes: number): void {
    if (this.isDown) throw new TypeError("network");
    this.sent += Math.min(bytes, this.#left);
    this.#left -= bytes;
    if (this.#left >= 0) return;
    this.#left = this.life;
    throw new TypeError("cut");
  }

  #create(headers: Headers): Response {
    const fields = Object.fromEntries(
      headers
        .get("Upload-Metadata")!
        .split(",")
        .map((pair) => pair.split(" ")),
    ) as Record<string, string>;
    const id = `u${this.uploads.size}`;
    this.uploads.set(id, {
      capture_id: atob(fields["capture_id"]!),
      sha256: atob(fields["sha256"]!),
      length: Number(headers.get("Upload-Length")),
      bytes: new Uint8Array(),
    });
    return new Response(null, {
      status: 201,
      headers: { ...TUS, Location: `http://inner:8000/api/v1/uploads/${id}`, "Upload-Offset": "0" },
    });
  }

  #of(path: string): Upload | undefined {
    return this.uploads.get(path.split("/").pop()!);
  }

  #tell(path: string): Response {
    const upload = this.#of(path);
    if (!upload) return problem(404, "not_found");
    return new Response(null, {
      headers: { ...TUS, "Upload-Offset": String(upload.bytes.length), "Upload-Length": String(upload.length) },
    });
  }

  #append(path: string, headers: Headers, body: Uint8Array): Response {
    const upload = this.#of(path);
    if (!upload) return problem(404, "not_found");
    if (Number(headers.get("Upload-Offset")) !== upload.bytes.length) return problem(409, "upload_offset");
    const [algorithm, digest] = headers.get("Upload-Checksum")!.split(" ");
    if (algorithm !== "sha256" || createHash("sha256").update(body).digest("base64") !== digest)
      return problem(460, "checksum_mismatch");
    upload.bytes = new Uint8Array(Buffer.concat([upload.bytes, body]));
    return new Response(null, { status: 204, headers: { ...TUS, "Upload-Offset": String(upload.bytes.length) } });
  }
}
