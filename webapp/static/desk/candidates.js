/** A candidate that is chosen goes into the field of the number, where it can still be changed. */

for (const form of document.querySelectorAll("form[data-candidates]")) {
  const number = form.elements[form.dataset.candidates];
  form.addEventListener("change", (event) => {
    if (event.target.name === "candidate") number.value = event.target.value;
  });
}
