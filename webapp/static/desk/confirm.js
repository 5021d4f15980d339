/** Asks once more before a form that cannot be undone is sent. */

/** Ask with the words in `data-words` when `form` is submitted. */
export function start(form) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.words)) event.preventDefault();
  });
}
