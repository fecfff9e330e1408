// The link to what a page shows: copied, or given to the system to be sent on; also to this moment.

import { clock } from "./player/text.js";

// `place` is the sheet with the link; `player` knows which moment "this" is, until `signal` aborts.
export function startSharing(place, player, signal) {
  const find = (name) => place.querySelector(`[data-share="${name}"]`);
  const link = place.querySelector("input[readonly]");
  const page = link.value;
  const moment = find("moment");
  const show = () => {
    const isHeard = player.queue.current?.id === place.dataset.of;
    const seconds = isHeard ? Math.floor(player.position) : Number(place.dataset.start) || 0;
    moment.closest("label").hidden = !seconds;
    moment.nextElementSibling.textContent = clock(seconds);
    link.value = moment.checked && seconds ? `${page}?t=${seconds}` : page;
  };
  place.addEventListener("toggle", show, { signal });
  moment.addEventListener("change", show, { signal });
  find("copy").addEventListener("click", async () => {
    link.select(); // for who has to copy by hand after all
    await navigator.clipboard.writeText(link.value);
    find("copied").textContent = find("copied").dataset.text;
  }, { signal });
  find("copy").hidden = !navigator.clipboard; // there is none without https
  find("send").hidden = !navigator.share;
  find("send").addEventListener("click", () => {
    // Who shares with nobody after all has not failed.
    navigator.share({ title: document.title, url: link.value }).catch(() => {});
  }, { signal });
}
