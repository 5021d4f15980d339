/**
 * Sending one file by tus 1.0.0: chunks with their own SHA-256, resumed at the offset that the server names.
 *
 * Own code rather than tus-js-client: that one is 16 kB compressed of our 90, has no checksum extension, keeps its
 * addresses in localStorage, and does not change its chunk size with the line. Chunks are read into buffers one at a time:
 * Safari sends an empty body for a file read back from IndexedDB, and a buffer bounds the heap.
 */

import { sha256, toBase64, utf8, type Bytes } from "../domain/bytes";
import { afterChunk, afterCut, TRANSIENT_CODES, type Line } from "../domain/retry";
import { NetError, offline } from "./errors";
import { send } from "./http";
import { tryOtherWay } from "./methods";

const ADDRESS = "/api/v1/uploads";
const TUS = { "Tus-Resumable": "1.0.0" };
/** Cuts in a row without one more byte at the server; then the runner waits for a better moment. */
const FRUITLESS_CUTS = 3;
const CUT_WAIT_MS = 400;
/** The slowest line that is still waited for, bytes a millisecond; the chunk after a cut is a quarter as long. */
const SLOWEST = 2;
/** A line may swallow bytes without a word: no chunk is waited for longer than this beside the half minute of an answer. */
const LONGEST_CHUNK_MS = 60_000;

export interface UploadJob {
  token: string;
  blob: Blob;
  capture_id: string;
  sha256: string;
  /** Where an earlier try left off, or null. */
  url: string | null;
  line: Line;
}

/** Told as it happens, so that a kill at any moment resumes here. */
export interface UploadEvents {
  onUrl: (url: string | null) => Promise<void>;
  /** Bytes that the server has said it holds. */
  onOffset: (offset: number) => Promise<void>;
  onLine: (line: Line) => Promise<void>;
}

/** Resolves when the server holds every byte; throws NetError. */
export async function upload(job: UploadJob, events: UploadEvents): Promise<void> {
  const run = new Run(job, events);
  try {
    await run.begin();
    while (run.offset < job.blob.size) await run.step();
  } catch (error) {
    // Some boxes break the line off at a method that they do not like: where nothing came through, the next run goes the other way.
    if (error instanceof NetError && (error.code === "no_answer" || error.code === "timeout") && !run.hasMoved) tryOtherWay();
    throw error;
  }
}

class Run {
  offset = 0;
  /** Whether the server has acknowledged anything in this run. */
  hasMoved = false;
  #url: string | null;
  #line: Line;
  #cuts = 0;

  constructor(
    readonly job: UploadJob,
    readonly events: UploadEvents,
  ) {
    this.#url = job.url;
    this.#line = job.line;
  }

  async begin(): Promise<void> {
    if (this.#url && (await this.#ask(this.#url))) return;
    this.#url = await this.#create();
    await this.events.onUrl(this.#url);
    await this.events.onOffset(this.offset);
  }

  /** One chunk, or the question how far the server is after a cut. */
  async step(): Promise<void> {
    const started = Date.now();
    const at = this.offset;
    try {
      await this.#patch();
      this.#cuts = 0;
      await this.#tune(afterChunk(this.#line, this.offset - at, Date.now() - started));
    } catch (error) {
      await this.#recover(error);
    }
  }

  async #patch(): Promise<void> {
    const chunk = await this.#read();
    const answer = await send(this.#url!, {
      method: "PATCH",
      token: this.job.token,
      body: chunk,
      expects: null,
      timeoutMs: 30_000 + Math.min(LONGEST_CHUNK_MS, chunk.length / SLOWEST),
      headers: {
        ...TUS,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(this.offset),
        "Upload-Checksum": `sha256 ${toBase64(await sha256(chunk))}`,
      },
    });
    await this.#settle(answer, this.offset + 1);
    this.hasMoved = true;
  }

  async #read(): Promise<Bytes> {
    const end = Math.min(this.job.blob.size, this.offset + this.#line.chunk);
    const chunk = new Uint8Array(await this.job.blob.slice(this.offset, end).arrayBuffer());
    if (chunk.length !== end - this.offset) throw new NetError("problem", "file_unreadable", 400);
    return chunk;
  }

  /** Takes over the server's offset, which alone is the truth. */
  async #settle(answer: Response, least: number): Promise<void> {
    const offset = Number(answer.headers.get("Upload-Offset") ?? NaN);
    if (!(offset >= least && offset <= this.job.blob.size)) throw offline("portal", answer.status);
    this.offset = offset;
    await this.events.onOffset(offset);
  }

  async #recover(error: unknown): Promise<void> {
    if (!(error instanceof NetError)) throw error;
    if (error.kind === "problem" && !isPassing(error)) throw error;
    if (error.kind === "offline") await this.#tune(afterCut(this.#line));
    if (++this.#cuts > FRUITLESS_CUTS) throw error;
    await pause(CUT_WAIT_MS * this.#cuts);
    await this.#reask();
  }

  /** Asks for the offset; a question that is itself cut counts as one more cut. */
  async #reask(): Promise<void> {
    const before = this.offset;
    try {
      if (!(await this.#ask(this.#url!))) await this.begin();
    } catch (error) {
      if (!(error instanceof NetError) || error.kind === "problem" || ++this.#cuts > FRUITLESS_CUTS) throw error;
      await pause(CUT_WAIT_MS * this.#cuts);
      return this.#reask();
    }
    if (this.offset > before) this.#cuts = 0;
  }

  /** True with the offset taken over; false when the server no longer knows the upload. */
  async #ask(url: string): Promise<boolean> {
    try {
      await this.#settle(await send(url, { method: "HEAD", token: this.job.token, headers: TUS, expects: null }), 0);
      return true;
    } catch (error) {
      if (!(error instanceof NetError) || error.kind !== "problem" || ![404, 410].includes(error.status)) throw error;
      this.#url = null;
      this.offset = 0;
      await this.events.onUrl(null);
      return false;
    }
  }

  async #create(): Promise<string> {
    const { blob, capture_id, sha256: hash, token } = this.job;
    const metadata = `capture_id ${toBase64(utf8(capture_id))},sha256 ${toBase64(utf8(hash))}`;
    const headers = { ...TUS, "Upload-Length": String(blob.size), "Upload-Metadata": metadata };
    const answer = await send(ADDRESS, { method: "POST", token, headers, expects: null });
    const location = answer.headers.get("Location");
    if (!location) throw offline("portal", answer.status);
    this.offset = Number(answer.headers.get("Upload-Offset") ?? 0);
    return toPath(location);
  }

  async #tune(line: Line): Promise<void> {
    this.#line = line;
    await this.events.onLine(line);
  }
}

/** A server restored from a backup may not know the upload any more: it is begun anew. */
function isPassing({ status, code }: NetError): boolean {
  return TRANSIENT_CODES.includes(code) || status === 404 || status === 410;
}

/** Behind a proxy the server may not know its own name: only the path of its address is used. */
function toPath(location: string): string {
  return location.replace(/^https?:\/\/[^/]+/, "");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
