// Starts the player on the first page; it goes on until the window is closed.

import { Bar } from "./bar.js";
import { showTo } from "./media_session.js";
import { remember } from "./memory.js";
import { yieldToOthers } from "./one_window.js";
import { follow } from "./pages.js";
import { Player } from "./player.js";
import { tellPlays } from "./plays.js";
import { answerRows, dress, markCurrent } from "./rows.js";
import { listen } from "./shortcuts.js";
import { arrive, keepLists } from "../lists.js";
import { start as startPlaylists } from "../playlists/start.js";
import { startSharing } from "../share.js";
import { showTheme } from "../theme.js";
import { showTrack } from "./track_page.js";
import { start as startUpload } from "../upload.js";

const onPage = () => document.querySelector(".player");

export const player = new Player(onPage().dataset.tracks);
remember(player);
tellPlays(player, onPage().dataset.tracks);
keepLists();
if ("mediaSession" in navigator) showTo(navigator.mediaSession, player);
if ("BroadcastChannel" in window) yieldToOthers(player);

let bar = new Bar(onPage(), player);
let leaving; // ends what belongs to a page
const say = (text) => bar.say(text);
answerRows(player, say, () => bar.words);
listen((name) => bar.act(name));
startPlaylists(player);
const show = (part) => {
  dress(part);
  markCurrent(player);
};
follow({
  show,
  arrived: () => {
    arrive();
    // The bar stays from page to page; only one in another language is a new one.
    if (bar.root !== onPage()) {
      bar.leave();
      bar = new Bar(onPage(), player);
    }
    document.documentElement.lang = bar.root.lang;
    showTheme();
    startScripts();
  },
  failed: () => say(bar.words.unreached),
});
document.documentElement.classList.add("scripted");
show(document.body);
startScripts();

// A script runs once in a window, and not with each page that needs it.
function startScripts() {
  leaving?.abort();
  leaving = new AbortController();
  const upload = document.getElementById("upload");
  if (upload) startUpload(upload);
  const sharing = document.getElementById("share");
  if (sharing) startSharing(sharing, player, leaving.signal);
  const track = document.querySelector(".track-waveform");
  if (track) showTrack(track, player, bar.root.querySelector(".player-seek"), bar.words, leaving.signal);
}
