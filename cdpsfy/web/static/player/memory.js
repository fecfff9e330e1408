// Remembers the queue, the place in it and the volume, so that a reload or another day finds them.

import { keep, read } from "./storage.js";

const NAME = "cdpsfy.player";
const PLAYING = "cdpsfy.playing"; // of this window alone: a new one does not start to sound
const EVERY = 5_000; // ms

export function remember(player) {
  recall(player);
  let due = 0;
  let saved = 0;
  const save = () => {
    clearTimeout(due);
    due = 0;
    saved = Date.now();
    const { queue, sound, position, wanted } = player;
    const { volume, muted } = sound;
    keep(localStorage, NAME, { ...queue.memory, position, volume, muted });
    keep(sessionStorage, PLAYING, wanted);
  };
  player.addEventListener("change", () => {
    due ||= setTimeout(save, 200);
  });
  player.addEventListener("time", () => {
    if (Date.now() - saved > EVERY) save();
  });
  window.addEventListener("pagehide", save);
}

function recall(player) {
  const memory = read(localStorage, NAME);
  if (!memory) return;
  player.sound.setVolume(memory.volume, memory.muted);
  player.queue.recall(memory);
  player.position = memory.position;
  if (read(sessionStorage, PLAYING)) player.play();
}
