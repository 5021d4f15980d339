/** Starts the small modules that a page names in `data-module`; every page works without them. */

const MODULES = {
  progress: () => import("./progress.js"),
  choose: () => import("./choose.js"),
  review: () => import("./review.js"),
  map: () => import("./map.js"),
  confirm: () => import("./confirm.js"),
  print: () => import("./print.js"),
  viewer: () => import("./viewer.js"),
};

/** Start the modules of `root` and below. */
function startAll(root) {
  for (const element of root.querySelectorAll("[data-module]")) {
    MODULES[element.dataset.module]?.().then((module) => module.start(element));
  }
}

startAll(document);
// A module that puts a part of another page in place tells it here; it imports nothing of this file, which imports it.
document.addEventListener("anzai:replaced", ({ target }) => startAll(target));
