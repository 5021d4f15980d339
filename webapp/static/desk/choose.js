/** Ticks all rows of a table at once, says how many are chosen, and asks for what a button needs. */

/** Bind the boxes, the counter and the buttons inside the form `form`. */
export function start(form) {
  const all = form.querySelector("[data-part='all']");
  const everyone = form.querySelector("[data-part='everyone']");
  const boxes = [...form.querySelectorAll("tbody input[type='checkbox']")];
  const counter = form.querySelector("[data-part='chosen']");

  function show() {
    const ticked = boxes.filter((box) => box.checked).length;
    const chosen = everyone?.checked ? Number(everyone.dataset.count) : ticked;
    if (counter) counter.textContent = counter.dataset.words.replace("{n}", chosen.toLocaleString());
    if (all) all.checked = ticked > 0 && ticked === boxes.length;
    for (const box of [...boxes, all]) if (box) box.disabled = Boolean(everyone?.checked);
    for (const button of form.querySelectorAll("[data-part='needs-choice']")) button.disabled = chosen === 0;
  }

  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-needs]");
    if (button) askFor(form, button);
  });
  if (all) all.closest("[hidden]")?.removeAttribute("hidden");
  show();
}

/** Let the browser ask for the field that the pressed button needs, if any, and for no other's. */
function askFor(form, pressed) {
  for (const button of form.querySelectorAll("button[data-needs]")) {
    const field = form.elements[button.dataset.needs];
    if (field) field.required = button === pressed;
  }
}
