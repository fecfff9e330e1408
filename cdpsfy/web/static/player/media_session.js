// Media keys, headphones and the lock screen.

import { ACTIONS } from "./actions.js";

const NAMES = {
  play: "play",
  pause: "pause",
  stop: "pause",
  nexttrack: "next",
  previoustrack: "previous",
  seekforward: "forward",
  seekbackward: "backward",
};

export function showTo(session, player) {
  for (const [name, action] of Object.entries(NAMES)) {
    handle(session, name, () => ACTIONS[action](player));
  }
  handle(session, "seekto", ({ seekTime }) => player.seek(seekTime));
  let shown;
  player.addEventListener("change", () => {
    const { current } = player.queue;
    session.playbackState = current ? (player.wanted ? "playing" : "paused") : "none";
    const now = JSON.stringify(current);
    if (now === shown) return;
    shown = now;
    session.metadata = current ? new MediaMetadata(metadata(current)) : null;
  });
  player.addEventListener("time", () => {
    const { duration, position } = player;
    if (duration > 0) session.setPositionState({ duration, position: Math.min(position, duration) });
  });
}

function metadata({ title, artist, cover }) {
  return { title, artist, artwork: Object.values(cover ?? {}).map((src) => ({ src })) };
}

// A browser refuses the names that it does not know.
function handle(session, name, act) {
  try {
    session.setActionHandler(name, act);
  } catch {
    return;
  }
}
