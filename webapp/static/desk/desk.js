/** Starts the small modules that a page names in `data-module`; every page works without them. */

const MODULES = {
  progress: () => import("./progress.js"),
  choose: () => import("./choose.js"),
  review: () => import("./review.js"),
  pictures: () => import("./pictures.js"),
  map: () => import("./map.js"),
  confirm: () => import("./confirm.js"),
};

for (const element of document.querySelectorAll("[data-module]")) {
  MODULES[element.dataset.module]?.().then((module) => module.start(element));
}
