// Links that add to a playlist open their page's form in a dialog: one click more, and the music plays on.

import { toast } from "./toast.js";

const PART = ".choice"; // of the page that a link leads to

export function answerLinks(player) {
  // Before htmx, which would follow the link.
  document.addEventListener("click", (event) => answer(event, player), { capture: true });
}

function answer(event, player) {
  const link = event.target.closest?.("a[data-add]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.dataset.add === "page") return;
  event.preventDefault();
  event.stopPropagation();
  const ids = link.dataset.add === "queue" ? player.queue.entries.map(({ id }) => id) : [];
  open(link, ids.join(" "));
}

async function open(link, tracks) {
  const part = await fetchPart(link.href);
  if (!part) {
    // Log in first, say: it is a page like any other.
    link.dataset.add = "page";
    link.click();
    link.dataset.add = "";
    return;
  }
  if (tracks) part.querySelector('[name="tracks"]').value = tracks;
  const dialog = document.createElement("dialog");
  dialog.className = "adding";
  dialog.setAttribute("aria-label", part.getAttribute("aria-label"));
  dialog.append(part, document.querySelector(".player-help form").cloneNode(true));
  dialog.addEventListener("submit", (submitted) => send(submitted, dialog));
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function fetchPart(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(PART);
  } catch {
    return null; // the browser says what is wrong when it follows the link
  }
}

async function send(event, dialog) {
  const { target: form, submitter } = event;
  if (form.method === "dialog") return;
  event.preventDefault();
  submitter.disabled = true;
  const { notice, url, detail } = await post(form.action, new FormData(form, submitter));
  submitter.disabled = false;
  if (url) dialog.close();
  toast(notice ?? detail, url);
}

// Sends a form as the site's scripts do; returns what it answers, or why it could not be asked.
async function post(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return { detail: document.querySelector(".player").dataset.unreached };
  }
}
