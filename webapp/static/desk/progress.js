/** A bar that reads its address every second until the work is done. */

const EVERY_MS = 1000;
const AFTER_TROUBLE_MS = 5000;

/** Watch the work whose address `element` names in `data-job`. */
export function start(element) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const bar = element.querySelector("progress");

  /** A lost connection or a busy server says nothing about the work: ask again later. */
  async function look() {
    if (!element.isConnected) return;
    const found = await ask(element.dataset.job);
    if (found === null) setTimeout(look, AFTER_TROUBLE_MS);
    else if (show(found)) setTimeout(look, EVERY_MS);
  }

  /** Show where the work stands; true while it goes on. */
  function show({ state, done, total }) {
    bar.max = Math.max(total, 1);
    if (total) bar.value = done;
    else if (state === "running") bar.removeAttribute("value");
    part("figures").textContent = total ? `${done.toLocaleString()} / ${total.toLocaleString()}` : "";
    if (state === "done") finish();
    else if (state === "dead") part("error").hidden = false;
    else return true;
    return false;
  }

  function finish() {
    bar.value = bar.max = 1;
    part("done").hidden = false;
    if (element.dataset.reload && !isFilledIn()) location.reload();
  }

  look();
}

/** Say whether somebody has begun to fill in a form, which a reload would throw away. */
function isFilledIn() {
  const fields = document.querySelectorAll("main form :is(input:not([type='hidden'], [data-part]), textarea)");
  return [...fields].some((field) => field.checked !== field.defaultChecked || field.value !== field.defaultValue);
}

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
