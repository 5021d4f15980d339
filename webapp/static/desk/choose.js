/** Ticks all rows of a table at once and says how many are ticked. */

/** Bind the "all" box and the counter inside the form `form`. */
export function start(form) {
  const all = form.querySelector("[data-part='all']");
  const boxes = [...form.querySelectorAll("tbody input[type='checkbox']")];
  const counter = form.querySelector("[data-part='chosen']");

  function show() {
    const chosen = boxes.filter((box) => box.checked).length;
    if (counter) counter.textContent = counter.dataset.words.replace("{n}", chosen);
    if (all) all.checked = chosen > 0 && chosen === boxes.length;
    for (const button of form.querySelectorAll("[data-part='needs-choice']")) button.disabled = chosen === 0;
  }

  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  if (all) all.closest("[hidden]")?.removeAttribute("hidden");
  show();
}
