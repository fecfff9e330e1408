// What playlists do with scripts, on whichever page.

import { answerLinks, listOfPage } from "./adding.js";

const PASTED = 200_000; // bytes that fit into a form

export function start(player) {
  answerLinks(player);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-play-all]");
    if (button) playAll(button, player);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id === "playlist-file") paste(target);
  });
}

// Of the address that the button has, or else of the list on its page.
async function playAll({ dataset }, player) {
  player.sound.unlock(); // while the browser remembers the touch
  const tracks = dataset.playAll ? await (await fetch(dataset.playAll)).json() : await listOfPage();
  if (!tracks.length) return;
  if ("shuffled" in dataset) player.queue.setShuffled(true);
  player.playList(tracks, "shuffled" in dataset ? Math.floor(Math.random() * tracks.length) : 0);
}

// A form with a file is sent by the browser itself, which would stop the music; its text need not be.
async function paste(input) {
  const [file] = input.files;
  if (!file || file.size > PASTED) return;
  document.getElementById("playlist-text").value = await file.text();
  input.value = "";
}
