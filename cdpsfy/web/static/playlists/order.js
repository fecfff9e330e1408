// Reorders a playlist by drag (mouse, pen or finger), by Alt with arrows and by its buttons. The page
// shows at once what is wished; the server's order wins.

import { fill } from "../player/text.js";
import { toast } from "./toast.js";

const ROW = "li[data-entry]";
const EDGE = 70; // px from the edge of the window, where it scrolls
const BY = 14; // px
const STEPS = { ArrowUp: "up", ArrowDown: "down" };

let held = null; // { row, next }: what is dragged, and what was behind it
let turn = Promise.resolve(); // moves reach the server in their order

export function answerOrder() {
  document.addEventListener("pointerdown", hold);
  document.addEventListener("pointermove", drag);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", putBack);
  document.addEventListener("keydown", press);
  document.addEventListener("submit", step, { capture: true }); // before htmx
}

function hold(event) {
  const grip = event.target.closest?.(".grip");
  if (!grip || event.button) return;
  event.preventDefault();
  const row = grip.closest(ROW);
  held = { row, next: row.nextElementSibling };
  row.classList.add("held");
}

function drag({ clientX, clientY }) {
  if (!held) return;
  if (clientY < EDGE) window.scrollBy(0, -BY);
  if (clientY > window.innerHeight - EDGE) window.scrollBy(0, BY);
  const other = document.elementFromPoint(clientX, clientY)?.closest(ROW);
  if (!other || other === held.row) return;
  const { top, height } = other.getBoundingClientRect();
  if (clientY < top + height / 2) other.before(held.row);
  else other.after(held.row);
}

function drop() {
  if (!held) return;
  const { row, next } = held;
  letGo();
  if (row.nextElementSibling !== next) save(row);
}

function putBack() {
  if (!held) return;
  held.row.parentElement.insertBefore(held.row, held.next);
  letGo();
}

function letGo() {
  held.row.classList.remove("held");
  held = null;
}

function press(event) {
  if (event.key === "Escape") putBack();
  const row = event.altKey && event.target.closest?.(`[data-version] > ${ROW}`);
  if (row && STEPS[event.key] && move(row, STEPS[event.key])) event.preventDefault();
}

function step(event) {
  const row = event.target.closest(ROW);
  if (!row || !move(row, event.submitter?.value)) return;
  event.preventDefault();
  event.stopPropagation();
}

// Moves a row where there is one beside it on this page; beyond it, the form does.
function move(row, where) {
  const other = { up: row.previousElementSibling, down: row.nextElementSibling }[where];
  if (!other) return false;
  const focus = document.activeElement;
  if (where === "up") other.before(row);
  else other.after(row);
  focus.focus(); // what is moved in a page loses it
  save(row);
  return true;
}

function save(row) {
  const list = row.parentElement;
  const title = row.querySelector("strong").textContent;
  toast(fill(list.dataset.moved, { title, place: [...list.children].indexOf(row) + 1 }));
  const body = new FormData(row.querySelector("form"));
  body.set("move", "behind");
  body.set("behind", row.previousElementSibling?.dataset.entry ?? list.dataset.before);
  turn = turn.then(() => send(row.querySelector("form").action, body, list));
}

async function send(address, body, list) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const { version, detail } = await answer.json();
    const alone = version === Number(list.dataset.version) + 1;
    list.dataset.version = version;
    if (alone) return;
    toast(detail ?? list.dataset.changed);
  } catch {
    toast(list.dataset.failed);
  }
  await showAnew(list);
}

async function showAnew(list) {
  const page = await (await fetch(window.location.href)).text();
  const anew = new DOMParser().parseFromString(page, "text/html").querySelector("[data-version]");
  if (!anew || !list.isConnected) return;
  list.replaceWith(anew);
  window.htmx?.process(anew);
}
