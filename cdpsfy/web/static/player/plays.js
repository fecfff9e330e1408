// Tells the site what was heard: after half a minute, or half of a shorter track. What is told too
// often it does not count.

import { token } from "../token.js";

const ENOUGH = 30; // s
const JUMP = 3; // s; what the position moves at once by is not heard
const AGAIN_AFTER = 20_000; // ms
const TRIES = 5;

export function tellPlays(player, place) {
  let key;
  let before = 0; // s, where it was
  let heard = 0; // s
  let told = false;
  player.addEventListener("time", () => {
    const { duration, position } = player;
    const { current } = player.queue;
    const step = position - before;
    before = position;
    if (current?.key !== key || (step < 0 && position < 1)) {
      key = current?.key;
      heard = 0;
      told = false;
    } else if (step > 0 && step < JUMP) {
      heard += step;
    }
    if (told || !duration || heard < Math.min(ENOUGH, duration / 2)) return;
    told = true;
    // Of who is not logged in nothing is kept.
    if (typeof current.liked === "boolean") send(`${place}${encodeURIComponent(current.id)}/plays`, TRIES);
  });
}

async function send(address, tries) {
  const request = { method: "POST", keepalive: true, headers: { "X-CSRF-Token": token() } };
  const answer = await fetch(address, request).catch(() => null);
  const refused = answer && answer.status < 500;
  if (!refused && tries > 1) setTimeout(send, AGAIN_AFTER, address, tries - 1);
}
