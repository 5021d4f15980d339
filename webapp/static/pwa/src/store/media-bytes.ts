/** How files lie in the database: as Blobs, or as buffers where the browser refuses Blobs (Safari's private mode). */

import { isBlobRefused } from "./errors";

let takesBlobs = true;

/** Runs `store` with the files as Blobs; when the browser refuses those, once more with buffers. */
export async function storingBytes<Answer>(
  blobs: readonly Blob[],
  store: (bytes: (Blob | ArrayBuffer)[]) => Promise<Answer>,
): Promise<Answer> {
  if (takesBlobs) {
    try {
      return await store([...blobs]);
    } catch (error) {
      if (!isBlobRefused(reasonOf(error))) throw error;
      takesBlobs = false;
    }
  }
  return store(await Promise.all(blobs.map((blob) => blob.arrayBuffer())));
}

function reasonOf(error: unknown): unknown {
  return (error as { reason?: unknown }).reason ?? error;
}

export function asBlob(bytes: Blob | ArrayBuffer, mime: string): Blob {
  return bytes instanceof Blob && bytes.type === mime ? bytes : new Blob([bytes], { type: mime });
}
