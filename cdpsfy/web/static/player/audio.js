// Sound: two audio objects that are in no page, so that no change of page stops them. One is heard;
// the other one makes ready what comes next, or the same track by another connection.

const READY_WITHIN = 10_000; // ms without a byte
const EVENTS = ["timeupdate", "durationchange", "progress", "playing", "waiting", "pause", "ended", "error", "seeked"];

export class Sound extends EventTarget {
  #heard = this.#make();
  #spare = this.#make();
  #prepared = null; // what the spare one has ready, by the caller's name for it

  get position() {
    return this.#heard.currentTime;
  }

  get duration() {
    return this.#heard.duration;
  }

  get paused() {
    return this.#heard.paused;
  }

  get ended() {
    return this.#heard.ended;
  }

  get error() {
    return this.#heard.error;
  }

  get loaded() {
    return this.#heard.readyState >= HTMLMediaElement.HAVE_METADATA && !this.#heard.error;
  }

  get prepared() {
    return this.#prepared;
  }

  get volume() {
    return this.#heard.volume;
  }

  get muted() {
    return this.#heard.muted;
  }

  // Seconds that can be heard before another byte is needed.
  get ahead() {
    const { buffered, currentTime } = this.#heard;
    for (let range = 0; range < buffered.length; range += 1) {
      if (buffered.start(range) <= currentTime + 0.1 && currentTime < buffered.end(range)) {
        return buffered.end(range) - currentTime;
      }
    }
    return 0;
  }

  // Whether all that is left of the track is here.
  get whole() {
    return this.loaded && this.position + this.ahead >= this.duration - 0.5;
  }

  // Whether it waits for bytes; a browser that has enough for now stops fetching by itself.
  get hungry() {
    const { readyState, networkState } = this.#heard;
    return readyState < HTMLMediaElement.HAVE_FUTURE_DATA || networkState === HTMLMediaElement.NETWORK_LOADING;
  }

  setVolume(volume, muted) {
    for (const audio of [this.#heard, this.#spare]) {
      audio.volume = Math.min(1, Math.max(0, volume));
      audio.muted = muted;
    }
    this.dispatchEvent(new Event("volumechange"));
  }

  // Phones let an object play only once it was loaded by a touch: both, as they take turns.
  unlock() {
    for (const audio of [this.#heard, this.#spare]) {
      if (!audio.currentSrc) audio.load();
    }
  }

  play() {
    return this.#heard.play();
  }

  pause() {
    this.#heard.pause();
    this.#spare.pause(); // it may still be heard for a moment after the hand-over
  }

  seek(seconds) {
    this.#heard.currentTime = seconds;
  }

  silence() {
    empty(this.#heard);
  }

  // Loads an address into the spare object and resolves when it could be heard from `at` [s] on.
  // Rejects when it cannot be had, when nothing comes, or when the signal aborts.
  prepare(name, address, at, signal) {
    signal.throwIfAborted();
    const audio = this.#spare;
    this.#prepared = null;
    return new Promise((resolve, reject) => {
      const listening = new AbortController();
      let clock = 0;
      const end = (settle, value) => {
        clearTimeout(clock);
        listening.abort();
        settle(value);
      };
      const fail = () => {
        empty(audio);
        end(reject, new Error("not loaded"));
      };
      const wait = () => {
        clearTimeout(clock);
        clock = setTimeout(fail, READY_WITHIN);
      };
      const on = (event, act) => audio.addEventListener(event, act, { signal: listening.signal });
      on("error", fail);
      on("progress", wait);
      on("loadedmetadata", () => {
        if (at) audio.currentTime = at;
      });
      for (const event of ["canplay", "seeked"]) {
        on(event, () => {
          if (audio.seeking || audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return;
          this.#prepared = name;
          end(resolve);
        });
      }
      signal.addEventListener("abort", fail, { signal: listening.signal });
      wait();
      audio.src = address;
    });
  }

  // Lets the spare object be heard instead of the other one. When it has the same track and the other
  // one still plays what it had fetched, it goes on from there, and no silence lies between.
  handOver({ goOn }) {
    const [old, fresh] = [this.#heard, this.#spare];
    [this.#heard, this.#spare] = [fresh, old];
    this.#prepared = null;
    if (goOn && !old.paused && !old.error) {
      const { src } = old;
      fresh.currentTime = old.currentTime;
      fresh.addEventListener("playing", () => old.src === src && empty(old), { once: true });
    } else {
      empty(old);
    }
    for (const event of ["durationchange", "timeupdate"]) this.dispatchEvent(new Event(event));
  }

  #make() {
    const audio = new Audio();
    audio.preload = "auto";
    for (const name of EVENTS) {
      audio.addEventListener(name, () => {
        if (audio === this.#heard) this.dispatchEvent(new Event(name));
      });
    }
    return audio;
  }
}

// Ends what an object is fetching, too.
function empty(audio) {
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
}
