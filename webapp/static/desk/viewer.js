/** Shows large the file whose small picture is pressed; without this module the picture opens by itself. */

/** Bind the small pictures of `viewer` to its frames. */
export function start(viewer) {
  const frames = [...viewer.querySelectorAll("[data-part='frame']")];
  const doors = [...viewer.querySelectorAll("a[data-frame]")];

  function show(id) {
    for (const frame of frames) {
      frame.hidden = frame.id !== id;
      if (frame.hidden) frame.querySelector("video")?.pause();
    }
    for (const door of doors) {
      if (door.dataset.frame === id) door.setAttribute("aria-current", "true");
      else door.removeAttribute("aria-current");
    }
  }

  for (const door of doors) {
    door.addEventListener("click", (event) => {
      event.preventDefault();
      show(door.dataset.frame);
    });
  }
}
