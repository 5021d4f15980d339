/** How much this app keeps on the phone, and whether the browser promised not to throw it away. */

export interface Space {
  /** Bytes that the app uses, or null when the browser does not say. */
  used: number | null;
  /** The browser's limit for this app in bytes; it is not the free space of the phone. */
  limit: number | null;
  /** True: promised; false: may be cleared under pressure; null: the browser does not say. */
  persisted: boolean | null;
}

/** A share of the limit above which the worker is told to upload before recording more. */
export const FULL_SHARE = 0.8;

export async function readSpace(): Promise<Space> {
  const storage = navigator.storage as StorageManager | undefined;
  const [estimate, persisted] = await Promise.all([quietly(() => storage?.estimate?.()), quietly(() => storage?.persisted?.())]);
  return {
    used: estimate?.usage ?? null,
    limit: estimate?.quota ?? null,
    persisted: persisted ?? null,
  };
}

/** Asks for lasting storage; browsers grant it only after a tap, and some never answer, so nothing waits for it. */
export async function askToPersist(): Promise<boolean | null> {
  const storage = navigator.storage as StorageManager | undefined;
  return (await quietly(() => storage?.persist?.())) ?? null;
}

export function isNearlyFull(space: Space): boolean {
  if (space.used === null || !space.limit) return false;
  return space.used / space.limit > FULL_SHARE;
}

async function quietly<Answer>(ask: () => Promise<Answer> | undefined): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}
