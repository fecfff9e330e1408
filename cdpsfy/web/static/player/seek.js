// The bar's slider of the place in a track: by pointer, by keys, with the time under the pointer.

import { ACTIONS } from "./actions.js";
import { clock } from "./time.js";
import { fill } from "./words.js";

const KEYS = { ArrowRight: "forward", ArrowUp: "forward", ArrowLeft: "backward", ArrowDown: "backward" };

// Follows `player` in `place`, until `signal` aborts.
export function showSeek(place, player, words, signal) {
  const slider = place.querySelector("input");
  const tip = place.querySelector("output");
  const [now, all] = place.querySelectorAll("time");
  let held = false; // a finger is on it: it does not move away from under it

  const show = () => {
    const { position, duration } = player;
    now.textContent = clock(position);
    all.textContent = clock(duration);
    slider.max = Math.max(1, Math.floor(duration));
    slider.disabled = !duration;
    if (!held) slider.value = Math.floor(position);
    slider.style.setProperty("--played", `${duration ? (100 * slider.value) / slider.max : 0}%`);
    slider.setAttribute("aria-valuetext", fill(words.of, { now: clock(slider.value), all: clock(duration) }));
  };
  const showTip = ({ clientX }) => {
    const { left, width } = slider.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - left) / width));
    tip.hidden = slider.disabled;
    tip.textContent = clock(part * player.duration);
    tip.style.left = `${slider.offsetLeft + part * width}px`;
  };
  const on = (element, event, act) => element.addEventListener(event, act, { signal });

  on(player, "time", show);
  on(player, "change", show);
  on(slider, "pointerdown", () => (held = true));
  on(slider, "input", () => {
    held = true; // until "change", which comes at once when it was moved by a key
    show();
  });
  on(slider, "change", () => {
    held = false;
    player.seek(Number(slider.value));
  });
  // "change" comes after this one, and only when it was moved.
  for (const event of ["pointerup", "pointercancel"]) on(slider, event, () => setTimeout(() => (held = false)));
  on(slider, "keydown", (event) => {
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    ACTIONS[action](player);
  });
  on(slider, "pointermove", showTip);
  on(slider, "pointerleave", () => (tip.hidden = true));
  show();
}
