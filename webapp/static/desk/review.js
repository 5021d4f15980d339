/**
 * Review by keyboard, with the next case and its pictures fetched while the present one is looked at.
 * Without this module every key is a button and every case a page.
 */

import { isSeen, watch } from "./unseen.js";
import { fetchAhead, holdBack, openAll } from "./locked.js";

const KEYS_OFF = "anzai-keys-off";
let ahead = null;
let keysBound = false;

/** Bring the page of a review to life; called anew for every case shown. */
export function start(page) {
  const form = page.querySelector("form.decision");
  if (form) {
    watch(page);
    bindForm(form);
    bindWords(form);
    bindSwitch(form);
  }
  for (const link of page.querySelectorAll("a[data-key]")) {
    link.addEventListener("click", (event) => {
      if (ahead?.address === link.href) {
        event.preventDefault();
        show(ahead.page, link.href, { pictures: ahead.pictures });
      }
    });
  }
  for (const picture of page.querySelectorAll(".frame img")) {
    picture.addEventListener("click", () => picture.closest(".frame").classList.toggle("frame-close"));
  }
  if (!keysBound) {
    document.addEventListener("keydown", press);
    keysBound = true;
  }
  lookAhead(page.querySelector("[data-part='following']")?.href);
}

/** Fetch the next case and its pictures; it stays inert, so that nothing counts as seen yet. */
async function lookAhead(address) {
  if (!address || ahead?.address === address) return;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = parse(await answer.text());
  ahead = { address, page, pictures: fetchAhead(page) };
}

/** A page that is parsed so loads and runs nothing until parts of it are taken over. */
function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Put a fetched page in the place of the present one, and open its `pictures` that came ahead. */
function show(page, address, { push = true, pictures = new Map() } = {}) {
  holdBack(page, pictures);
  const main = document.importNode(page.querySelector("main"), true);
  const side = page.querySelector(".side-list");
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  if (side) document.querySelector(".side-list").replaceWith(document.importNode(side, true));
  for (const old of document.querySelectorAll(".page > .notice")) old.remove();
  main.before(...[...page.querySelectorAll(".page > .notice")].map((notice) => document.importNode(notice, true)));
  if (push) history.pushState({}, "", address);
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
  main.dispatchEvent(new Event("anzai:replaced", { bubbles: true }));
  openAll(main, pictures);
}

addEventListener("popstate", () => location.reload());

function bindForm(form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!isSeen(form.closest(".review"))) {
      event.preventDefault();
      return;
    }
    if (button?.dataset.needsWords && !hasWords(form)) {
      event.preventDefault();
      askForWords(form);
      return;
    }
    event.preventDefault();
    await send(form, button);
  });
}

/** Send a decision and show the case that the server leads to. */
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.status === 401) return location.assign(form.dataset.page ?? location.href);
    const fresh = parse(await answer.text());
    const pictures = answer.ok && ahead?.address === answer.url ? ahead.pictures : new Map();
    show(fresh, answer.redirected ? answer.url : (form.dataset.page ?? location.href), { push: answer.redirected, pictures });
  } catch {
    for (const one of form.querySelectorAll("button")) one.disabled = false;
    form.querySelector("[data-part='offline']").hidden = false;
  }
}

function hasWords(form) {
  return form.words.value.trim() !== "" || form.querySelector("input[name='phrase']:checked") !== null;
}

function askForWords(form) {
  form.querySelector("[data-part='words']").open = true;
  form.querySelector("input[name='phrase']").focus();
}

/** Words typed in go out by Ctrl+Enter as a return; Esc gives the single keys back, with the words kept. */
function bindWords(form) {
  form.querySelector("[data-part='words-keys']").hidden = false;
  form.words.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") form.words.blur();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      form.requestSubmit(form.querySelector("[data-needs-words]"));
    else return;
    event.preventDefault();
  });
}

/** Single keys can be switched off, for people whose speech or hands would press them by chance. */
function bindSwitch(form) {
  const box = form.querySelector("[data-part='keys']");
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = localStorage.getItem(KEYS_OFF) !== "1";
  box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "0" : "1"));
}

function press(event) {
  const typing = event.target.closest?.("textarea, select, input:not([type='radio'], [type='checkbox'])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(KEYS_OFF) === "1") return;
  const wanted = document.querySelector(`.review [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  // A key that is held down was pressed once: for the case before this one.
  if (event.repeat) return;
  if (wanted.localName === "summary") openWords(wanted.parentElement);
  else wanted.click();
}

function openWords(part) {
  part.open = true;
  part.querySelector("textarea").focus();
}
