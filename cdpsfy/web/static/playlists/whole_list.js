// The list of a page as a whole: also what is on the pages after it.

import { toast } from "./toast.js";
import { trackOf } from "../player/rows.js";

const MOST = 1000; // tracks

// Fetches one page after the other. When one cannot be had, says so and returns what there is.
export async function wholeList() {
  const tracks = [];
  for (let part = document; part && tracks.length < MOST; part = await pageAfter(part)) {
    tracks.push(...[...part.querySelectorAll("[data-list] > [data-track]")].map(trackOf));
  }
  return tracks.slice(0, MOST);
}

async function pageAfter(part) {
  const next = part.querySelector('.more [rel="next"]');
  if (!next) return null;
  try {
    const answer = await fetch(next.getAttribute("href"), { headers: { Accept: "text/html" } });
    if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    // No answer is told as one that has no list in it.
  }
  toast(document.querySelector(".player").dataset.unreached);
  return null;
}
