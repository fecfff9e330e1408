// Lists that grow as one scrolls, and results that change as one types: says so to who hears the page,
// and keeps a list that has grown for the way back to it.

/* global htmx */

const kept = new Map(); // by address, the main part of a page whose list has grown
let here = address();
let grown = false;
let back = false;
let words = ""; // what is said of what comes

export function keepLists() {
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    words = ctx.sourceElement.dataset.said;
    if (ctx.target === document.body) leave(ctx.request);
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target === document.body) return;
    here = address();
    grown = Boolean(ctx.selectOOB);
    say(words ?? document.querySelector("#results .empty, #main h1").textContent);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !event.target.matches('[type="search"]')) return;
    event.preventDefault();
    document.querySelector("#main [data-list] a")?.focus();
  });
}

// Is called on each page that came.
export function arrive() {
  here = address();
  const main = back && kept.get(here);
  grown = Boolean(main);
  if (!main) return;
  document.getElementById("main").replaceWith(main);
  htmx.process(main, true);
  main.focus({ preventScroll: true });
}

function leave({ method, headers }) {
  back = Boolean(headers["HX-History-Restore-Request"]);
  // What was changed is to be seen, so no list of before is shown again.
  if (method !== "GET") kept.clear();
  else if (grown) kept.set(here, document.getElementById("main"));
}

function say(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 100); // else the same words twice are said once
}

function address() {
  return location.pathname + location.search;
}
