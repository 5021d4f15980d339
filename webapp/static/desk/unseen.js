/**
 * Keeps a case from being decided by a key or a click that was meant for the one before it: nothing counts
 * until its picture is there and the eye has had a moment. The server judges what was decided in any case.
 */

const MOMENT_MS = 600;

let lastSeen = "";

/** Mark the page as seen once it can have been; a case that comes back with a question was seen already. */
export async function watch(page) {
  const address = page.querySelector("form.decision").action;
  if (address !== lastSeen) await Promise.all([drawn(page.querySelector(".frame:not([hidden]) :is(img, video)")), new Promise((resolve) => setTimeout(resolve, MOMENT_MS))]);
  lastSeen = address;
  page.dataset.seen = "1";
}

/** Whether this page may be decided; when it may not yet, it says so. */
export function isSeen(page) {
  const seen = page.dataset.seen === "1";
  page.querySelector("[data-part='unseen']")?.toggleAttribute("hidden", seen);
  return seen;
}

/** Wait until a picture or a film shows something, or never will. */
function drawn(picture) {
  if (!picture || isThere(picture)) return undefined;
  return new Promise((resolve) => {
    for (const name of ["load", "loadeddata", "loadedmetadata", "error", "stalled"]) picture.addEventListener(name, resolve, { once: true });
  });
}

function isThere(picture) {
  if (picture.localName === "video") return picture.readyState > 0 || picture.error !== null;
  return picture.complete && picture.hasAttribute("src");
}
