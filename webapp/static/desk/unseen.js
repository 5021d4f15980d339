/**
 * Keeps a case from being decided by a key or a click that was meant for the one before it: nothing counts
 * until its picture is there and the eye has had a moment. A picture that does not come keeps nobody waiting
 * for ever: the case may still have to be sent back. The server judges what was decided in any case.
 */

const MOMENT_MS = 600;
const LONGEST_MS = 8000;

let lastSeen = "";

/** Mark the page as seen once it can have been; a case that comes back with a question was seen already. */
export async function watch(page) {
  const address = page.querySelector("form.decision").action;
  if (address !== lastSeen) {
    const picture = drawn(page.querySelector(".frame:not([hidden]) :is(img, video)"));
    await Promise.all([passed(MOMENT_MS), Promise.race([picture, passed(LONGEST_MS)])]);
  }
  lastSeen = address;
  page.dataset.seen = "1";
}

/** Whether this page may be decided; when it may not yet, it says so. */
export function isSeen(page) {
  const seen = page.dataset.seen === "1";
  page.querySelector("[data-part='unseen']")?.toggleAttribute("hidden", seen);
  return seen;
}

function passed(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Wait until a picture or a film shows something, or never will. A browser that saves data suspends a film
 * before it has read any of it.
 */
function drawn(picture) {
  if (!picture || isThere(picture)) return undefined;
  return new Promise((resolve) => {
    for (const name of ["load", "loadeddata", "loadedmetadata", "error", "stalled", "suspend"])
      picture.addEventListener(name, resolve, { once: true });
  });
}

function isThere(picture) {
  if (picture.localName === "video") return picture.readyState > 0 || picture.error !== null;
  return picture.complete && picture.hasAttribute("src");
}
