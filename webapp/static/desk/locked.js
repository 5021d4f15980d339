/**
 * Pictures fetched ahead are locked: they can be shown only with a key, and the server writes a look
 * down when it gives one. So nothing is noted as seen that nobody opened.
 */

const NONCE_BYTES = 16;
const IV_BYTES = 12;

/** Fetch the pictures of an inert page ahead; returns their locked bytes by address. */
export function fetchAhead(page) {
  const fetched = new Map();
  // Without a secure connection browsers offer no ciphers: the pictures then come when they are shown.
  if (!globalThis.crypto?.subtle) return fetched;
  for (const picture of page.querySelectorAll(".frame:not([hidden]) img, .portrait img")) {
    const path = picture.getAttribute("src");
    if (path?.startsWith("/media/")) fetched.set(path, fetchLocked(path));
  }
  return fetched;
}

async function fetchLocked(path) {
  try {
    const answer = await fetch(`${path}/locked`);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** Take the pictures that were fetched ahead out of an inert page, to be opened once it is shown. */
export function holdBack(page, fetched) {
  for (const picture of page.querySelectorAll("img[src]")) {
    const path = picture.getAttribute("src");
    if (!fetched.has(path)) continue;
    picture.dataset.locked = path;
    picture.removeAttribute("src");
  }
}

/** Open the pictures that were held back, now that the page is shown. */
export function openAll(page, fetched) {
  for (const picture of page.querySelectorAll("img[data-locked]")) open(picture, fetched);
}

async function open(picture, fetched) {
  const path = picture.dataset.locked;
  delete picture.dataset.locked;
  let address = path;
  try {
    const locked = await fetched.get(path);
    if (locked) address = URL.createObjectURL(await unlock(path, locked));
  } catch {
    address = path;
  }
  picture.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  picture.src = address;
}

async function unlock(path, locked) {
  const nonce = locked.slice(0, NONCE_BYTES);
  const named = [...nonce].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const answer = await fetch(`${path}/locked/${named}`);
  if (!answer.ok) throw new Error("no key");
  const key = await crypto.subtle.importKey("raw", await answer.arrayBuffer(), "AES-GCM", false, ["decrypt"]);
  const cipher = { name: "AES-GCM", iv: nonce.slice(0, IV_BYTES) };
  return new Blob([await crypto.subtle.decrypt(cipher, key, locked.slice(NONCE_BYTES))]);
}
