// Starts the player on the first page; it goes on until the window is closed.

import { Bar } from "./bar.js";
import { showTo } from "./media_session.js";
import { remember } from "./memory.js";
import { yieldToOthers } from "./one_window.js";
import { follow } from "./pages.js";
import { Player } from "./player.js";
import { answerRows, markCurrent } from "./rows.js";
import { listen } from "./shortcuts.js";

const onPage = () => document.querySelector(".player");

export const player = new Player(onPage().dataset.tracks);
remember(player);
if ("mediaSession" in navigator) showTo(navigator.mediaSession, player);
if ("BroadcastChannel" in window) yieldToOthers(player);

let bar = new Bar(onPage(), player);
const say = (text) => bar.say(text);
answerRows(player, say, () => bar.words);
listen((name) => bar.act(name));
follow({
  arrived: () => {
    // The bar stays from page to page; only one in another language is a new one.
    if (bar.root !== onPage()) {
      bar.leave();
      bar = new Bar(onPage(), player);
    }
    document.documentElement.lang = bar.root.lang;
    markCurrent(player);
    startScripts();
  },
  failed: () => say(bar.words.unreached),
});
document.documentElement.classList.add("scripted");
markCurrent(player);
startScripts();

// A part of a page that has a script of its own names it; a module runs once, so it is called.
async function startScripts() {
  for (const part of document.querySelectorAll("[data-script]")) {
    const { start } = await import(`../${part.dataset.script}.js`);
    start(part);
  }
}
