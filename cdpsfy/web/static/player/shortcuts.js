// Keys that work everywhere but where one writes. They can be turned off (WCAG 2.1.4).

import { keep, read } from "./storage.js";

const NAME = "cdpsfy.shortcuts";
const KEYS = {
  " ": "toggle",
  ArrowRight: "forward",
  ArrowLeft: "backward",
  l: "like",
  m: "mute",
  n: "next",
  p: "previous",
  s: "shuffle",
  r: "repeat",
  "?": "help",
};
const WITH_SHIFT = { ArrowUp: "louder", ArrowDown: "quieter" };

// Calls `act(name)` for each key that means something; it says whether it did anything.
export function listen(act) {
  document.addEventListener("keydown", (event) => {
    const name = (event.shiftKey && WITH_SHIFT[event.key]) || KEYS[event.key];
    if (!name || !areOn() || isTaken(event)) return;
    if (act(name)) event.preventDefault();
  });
}

export function areOn() {
  return read(localStorage, NAME) ?? true;
}

export function turn(on) {
  keep(localStorage, NAME, on);
}

// Whether the key already means something where it was pressed.
function isTaken({ target, key, altKey, ctrlKey, metaKey, defaultPrevented }) {
  if (altKey || ctrlKey || metaKey || defaultPrevented) return true;
  if (target.closest("dialog")) return true;
  if (target.matches('input[type="range"]')) return key.startsWith("Arrow");
  if (target.closest("input, textarea, select, audio, [contenteditable]")) return true;
  return key === " " && target.closest("button, a, summary") !== null;
}
