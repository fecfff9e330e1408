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
  open(link, player);
}

// Few who come to a page want all of it: what fetches that comes when it is needed.
export async function listOfPage() {
  const { wholeList } = await import("./whole_list.js");
  return wholeList();
}

// What a link adds beside the one track that its page is for.
async function tracksFor(link, player) {
  return { queue: () => player.queue.entries, list: listOfPage }[link.dataset.add]?.() ?? [];
}

async function open(link, player) {
  const tracks = await tracksFor(link, player);
  const part = await fetchPart(link.href);
  if (!part) {
    // Log in first, say: it is a page like any other.
    link.dataset.add = "page";
    link.click();
    link.dataset.add = "";
    return;
  }
  const ids = tracks.map(({ id }) => id).join(" ");
  if (ids) for (const field of part.querySelectorAll('[name="tracks"]')) field.value = ids;
  if (link.dataset.add === "list") nameList(part);
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

// The page is for the first track of the list.
function nameList(part) {
  part.querySelector(".hint").textContent = document.querySelector("#main h1").textContent;
  for (const mark of part.querySelectorAll("[data-having]")) mark.remove();
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
