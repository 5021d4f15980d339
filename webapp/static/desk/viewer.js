/** Shows large the file whose small picture is pressed; without this module the picture opens by itself. */

/** Bind the small pictures of `viewer` to its frames. */
export function start(viewer) {
  const frames = [...viewer.querySelectorAll("[data-part='frame']")];
  const doors = [...viewer.querySelectorAll("a[data-frame]")];

  function show(id) {
    for (const frame of frames) {
      frame.hidden = frame.id !== id;
      const film = frame.querySelector("video");
      if (frame.hidden) film?.pause();
      // Its still picture comes only now: what is hidden counts as unseen.
      else if (film?.dataset.poster) film.poster = film.dataset.poster;
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
