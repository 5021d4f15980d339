/** A button that prints its page. */

/** Bind the button. */
export function start(button) {
  button.addEventListener("click", () => print());
}
