// The waveform on a track's own page: a slider like the bar's, which plays that track from there.

import { trackOf } from "./rows.js";
import { showSeek } from "./seek.js";

// Shows it in `place` with a copy of the bar's slider `model`, in its words, until `signal` aborts.
export function showTrack(place, player, model, words, signal) {
  const track = trackOf(document.querySelector(".play[data-track]"));
  const isCurrent = () => player.queue.current?.id === track.id;
  const seek = model.cloneNode(true);
  const slider = seek.querySelector("input");
  slider.setAttribute("aria-label", `${slider.getAttribute("aria-label")}: ${track.title}`);
  place.replaceChildren(seek);
  const shown = {
    peaks: place.dataset.peaks,
    get position() {
      return isCurrent() ? player.position : track.start;
    },
    get duration() {
      return (isCurrent() && player.duration) || track.seconds || 0;
    },
    get buffered() {
      return isCurrent() ? player.buffered : 0;
    },
    seek(seconds) {
      if (isCurrent()) player.seek(seconds);
      else player.playList([track], 0, seconds);
    },
  };
  showSeek(seek, shown, player, words, signal);
}
