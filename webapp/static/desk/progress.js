/** A bar that reads `/jobs/<id>` every second until the work is done. */

const EVERY_MS = 1000;

/** Watch the job that `element` names in `data-job`. */
export function start(element) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const bar = element.querySelector("progress");

  async function look() {
    const answer = await fetch(element.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { state, done, total, error } = await answer.json();
    bar.max = Math.max(total, 1);
    if (total) bar.value = done;
    else if (state === "running") bar.removeAttribute("value");
    part("figures").textContent = total ? `${done.toLocaleString()} / ${total.toLocaleString()}` : "";
    if (state === "done") finish();
    else if (state === "failed") fail(error);
    else setTimeout(look, EVERY_MS);
  }

  function finish() {
    bar.value = bar.max = 1;
    part("done").hidden = false;
    if (element.dataset.reload) location.reload();
  }

  function fail(error) {
    part("error").textContent = `${part("error").dataset.words}${error ?? ""}`;
    part("error").hidden = false;
  }

  look();
}
