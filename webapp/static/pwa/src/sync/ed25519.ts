/** Ed25519 by the browser where it has it (Chrome 137, Safari 17), else by an audited library that is loaded only then. */

import type { Bytes } from "../domain/bytes";

let isNative: boolean | null = null;

export async function verifyEd25519(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  if (isNative !== false) {
    try {
      const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      isNative = true;
      return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
    } catch (error) {
      if (isNative) throw error;
      isNative = false;
    }
  }
  const { verifyAsync } = await import("@noble/ed25519");
  return verifyAsync(signature, message, publicKey, { zip215: false });
}
