// The list of what comes: reorder by drag, by buttons and by Alt with arrows; remove; play from there.

import { clock, fill } from "./text.js";

// Shows `player`'s queue in `list`, made from `template`, until `signal` aborts.
export function showQueue(list, template, player, words, say, signal) {
  const { queue } = player;
  let dragged = null;

  const show = () => {
    const focus = focused(list);
    list.replaceChildren(...queue.entries.map(row));
    list.children[queue.at]?.setAttribute("aria-current", "true");
    if (focus) (list.querySelector(focus) ?? list.querySelector("button"))?.focus();
  };

  const row = (entry) => {
    const item = template.content.firstElementChild.cloneNode(true);
    item.dataset.key = entry.key;
    item.querySelector(".title").textContent = entry.title;
    item.querySelector(".title + span").textContent = entry.artist;
    item.querySelector("time").textContent = entry.seconds ? clock(entry.seconds) : "";
    for (const button of item.querySelectorAll("[aria-label]")) {
      button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${entry.title}`);
    }
    return item;
  };

  const move = (key, to) => {
    const { title } = queue.entries.find((entry) => entry.key === key);
    if (to < 0 || to >= queue.entries.length) return;
    queue.move(key, to);
    say(fill(words.moved, { title, place: to + 1, count: queue.entries.length }));
  };

  const act = (name, key) => {
    const place = queue.entries.findIndex((entry) => entry.key === key);
    if (name === "choose") player.choose(key);
    if (name === "up") move(key, place - 1);
    if (name === "down") move(key, place + 1);
    if (name === "remove") player.remove(key);
  };

  const on = (event, handle) => {
    const handleRow = (told) => {
      const item = told.target.closest?.("li");
      if (item) handle(told, item);
    };
    list.addEventListener(event, handleRow, { signal });
  };
  on("click", ({ target }, item) => act(target.closest("[data-row]")?.dataset.row, keyOf(item)));
  on("keydown", (event, item) => {
    const name = event.altKey ? { ArrowUp: "up", ArrowDown: "down" }[event.key] : { Delete: "remove" }[event.key];
    if (!name) return;
    event.preventDefault();
    act(name, keyOf(item));
  });
  on("dragstart", ({ dataTransfer }, item) => {
    dragged = keyOf(item);
    dataTransfer.effectAllowed = "move";
    dataTransfer.setData("text/plain", item.querySelector(".title").textContent); // Firefox wants some
  });
  on("dragover", (event, item) => {
    if (dragged === null) return;
    event.preventDefault();
    for (const other of list.children) other.classList.toggle("over", other === item);
  });
  on("drop", (event, item) => {
    event.preventDefault();
    if (dragged !== null) move(dragged, [...list.children].indexOf(item));
  });
  on("dragend", () => {
    dragged = null;
    for (const item of list.children) item.classList.remove("over");
  });
  queue.addEventListener("change", show, { signal });
  show();
}

const keyOf = (item) => Number(item.dataset.key);

// Where the focus is, as it can be found again in a list that was made anew.
function focused(list) {
  const { activeElement } = document;
  const item = list.contains(activeElement) && activeElement.closest("li");
  return item && `[data-key="${item.dataset.key}"] [data-row="${activeElement.dataset.row}"]`;
}
