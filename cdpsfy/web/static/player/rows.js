// Tracks on pages: play from here, play next, add to the queue; and which one is being played.

import { fill } from "./text.js";

const ROW = "li[data-track]";

// Answers clicks anywhere, so that what a page brings later works, too. `words()` are the bar's.
export function answerRows(player, say, words) {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-queue]");
    if (!button) return;
    const row = button.closest("[data-track]");
    const rows = [...row.parentElement.querySelectorAll(":scope > [data-track]")];
    const track = trackOf(row);
    if (button.dataset.queue === "now") {
      player.playList(rows.map(trackOf), rows.indexOf(row), track.start);
    } else {
      const next = button.dataset.queue === "next";
      player.queue.add(track, { next });
      say(fill(next ? words().comes_next : words().added, track));
    }
  });
  player.addEventListener("change", () => markCurrent(player));
}

// Gives rows of lists their buttons, in the words of the page's template.
export function dress(part) {
  const buttons = document.getElementById("player-row").content;
  const rows = [...part.querySelectorAll(ROW)];
  if (part.matches?.(ROW)) rows.push(part);
  for (const row of rows.filter((other) => !other.querySelector("[data-queue]"))) {
    row.append(buttons.cloneNode(true));
    for (const button of row.querySelectorAll("[data-queue]")) {
      button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${trackOf(row).title}`);
    }
  }
}

export function markCurrent({ queue }) {
  for (const row of document.querySelectorAll("[data-track]")) {
    row.classList.toggle("current", row.dataset.track === queue.current?.id);
  }
}

// What a page tells of a track; `start` is where it is to begin [s].
export function trackOf(row) {
  const { track: id, title, artist, seconds, start } = row.dataset;
  return {
    id,
    title: title ?? row.querySelector("strong").textContent,
    artist: artist ?? row.querySelector("strong + span").textContent,
    seconds: Number(seconds) || null,
    start: Number(start) || 0,
  };
}
