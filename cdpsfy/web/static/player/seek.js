// A slider of the place in a track: by pointer, by keys, with the time under the pointer.

import { ACTIONS } from "./actions.js";
import { clock, fill } from "./text.js";
import { draw } from "./waveform.js";

const KEYS = { ArrowRight: "forward", ArrowUp: "forward", ArrowLeft: "backward", ArrowDown: "backward" };

// Shows in `place` where `track` is, { position, duration, buffered, peaks, seek }, until `signal`
// aborts. `player` tells when that changes.
export function showSeek(place, track, player, words, signal) {
  const slider = place.querySelector("input");
  const tip = place.querySelector("output");
  const [now, all] = place.querySelectorAll("time");
  let held = false; // a finger is on it: it does not move away from under it
  let drawn = null; // the address of the waveform that is shown

  const show = () => {
    const { position, duration, buffered } = track;
    const percent = (seconds) => `${duration ? (100 * seconds) / duration : 0}%`;
    now.textContent = clock(position);
    all.textContent = clock(duration);
    slider.max = duration || 1;
    slider.disabled = !duration;
    if (!held) slider.value = position;
    place.style.setProperty("--played", percent(slider.value));
    place.style.setProperty("--buffered", percent(buffered));
    slider.setAttribute("aria-valuetext", fill(words.of, { now: clock(slider.value), all: clock(duration) }));
    if (track.peaks !== drawn) showWaveform(track.peaks);
  };
  const showWaveform = async (peaks) => {
    drawn = peaks;
    place.classList.remove("drawn");
    const done = peaks && (await draw(place.querySelector("svg"), peaks).then(() => true, () => false));
    if (done && drawn === peaks) place.classList.add("drawn"); // else another track's is on its way
  };
  const showTip = ({ clientX }) => {
    const { left, width } = slider.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - left) / width));
    tip.hidden = slider.disabled;
    tip.textContent = clock(part * track.duration);
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
    track.seek(Number(slider.value));
  });
  // "change" comes after this one, and only when it was moved.
  for (const event of ["pointerup", "pointercancel"]) on(slider, event, () => setTimeout(() => (held = false)));
  on(slider, "keydown", (event) => {
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    ACTIONS[action](track);
  });
  on(slider, "pointermove", showTip);
  on(slider, "pointerleave", () => (tip.hidden = true));
  show();
}
