// What is played, in which order. Knows neither sound nor pages.

const REPEATS = ["off", "all", "one"];

export class Queue extends EventTarget {
  entries = []; // { key, asked } and what is known of the track, see about()
  at = -1; // the place of the current entry; -1 when there is none
  repeat = "off";
  shuffled = false;
  #order = []; // the keys as they stood before they were shuffled
  #lastKey = 0; // a track may be in it twice, so its id names no entry

  get current() {
    return this.entries[this.at];
  }

  // What comes when the current entry ends by itself, or undefined.
  get following() {
    if (this.repeat === "one") return this.current;
    return this.entries[this.at + 1] ?? (this.repeat === "all" ? this.entries[0] : undefined);
  }

  // Plays tracks from the place `at` on. What somebody asked for and has not heard comes first.
  replace(tracks, at) {
    const asked = this.entries.slice(this.at + 1).filter((entry) => entry.asked);
    this.entries = tracks.map((track) => this.#enter(track, false));
    this.at = at;
    this.#order = this.entries.map((entry) => entry.key);
    this.#order.splice(at + 1, 0, ...asked.map((entry) => entry.key));
    if (this.shuffled) this.#shuffle();
    this.entries.splice(this.at + 1, 0, ...asked);
    this.#tell();
  }

  // Adds a track behind the current one, or at the end.
  add(track, { next }) {
    const entry = this.#enter(track, true);
    this.entries.splice(next ? this.at + 1 : this.entries.length, 0, entry);
    this.#order.push(entry.key);
    if (this.at < 0) this.at = 0;
    this.#tell();
  }

  // Steps forward (1) or back (-1); false when there is nothing there.
  step(by) {
    const count = this.entries.length;
    let at = this.at + by;
    if (this.repeat !== "off") at = (at + count) % count;
    if (!this.entries[at]) return false;
    this.#moveTo(at);
    return true;
  }

  // Goes on by itself, as an entry has ended.
  advance() {
    return this.repeat === "one" ? Boolean(this.current) : this.step(1);
  }

  choose(key) {
    this.#moveTo(this.#placeOf(key));
  }

  // Moves an entry to a place; its neighbours make room.
  move(key, to) {
    const current = this.current;
    const from = this.#placeOf(key);
    if (from < 0 || to < 0 || to >= this.entries.length || from === to) return;
    this.entries.splice(to, 0, ...this.entries.splice(from, 1));
    this.at = this.entries.indexOf(current);
    if (!this.shuffled) this.#order = this.entries.map((entry) => entry.key);
    this.#tell();
  }

  // When it was the current one, the next one is current.
  remove(key) {
    const place = this.#placeOf(key);
    if (place < 0) return;
    this.entries.splice(place, 1);
    this.#order = this.#order.filter((other) => other !== key);
    if (place < this.at) this.at -= 1;
    this.at = Math.min(this.at, this.entries.length - 1);
    this.#tell();
  }

  clear() {
    this.entries = [];
    this.#order = [];
    this.at = -1;
    this.#tell();
  }

  setShuffled(shuffled) {
    if (shuffled === this.shuffled) return;
    this.shuffled = shuffled;
    if (shuffled) {
      this.#order = this.entries.map((entry) => entry.key);
      this.#shuffle();
    } else {
      const current = this.current;
      const place = new Map(this.#order.map((key, index) => [key, index]));
      this.entries.sort((one, other) => place.get(one.key) - place.get(other.key));
      this.at = this.entries.indexOf(current);
    }
    this.#tell();
  }

  turnRepeat() {
    this.repeat = REPEATS[(REPEATS.indexOf(this.repeat) + 1) % REPEATS.length];
    this.#tell();
  }

  // Learns what the site says of a track now.
  learn(track) {
    const before = JSON.stringify(this.entries);
    for (const entry of this.entries.filter(({ id }) => id === track.id)) Object.assign(entry, about(track));
    if (JSON.stringify(this.entries) !== before) this.#tell();
  }

  setLiked(id, liked) {
    for (const entry of this.entries) if (entry.id === id) entry.liked = liked;
    this.#tell();
  }

  // What to keep for another day, as plain values.
  get memory() {
    const { entries, at, repeat, shuffled } = this;
    return { entries, at, repeat, shuffled, order: this.#order };
  }

  recall({ entries, at, repeat, shuffled, order }) {
    Object.assign(this, { entries, at, repeat, shuffled });
    this.#order = order;
    this.#lastKey = Math.max(0, ...order);
    this.#tell();
  }

  #enter(track, asked) {
    this.#lastKey += 1;
    return { key: this.#lastKey, asked, ...about(track) };
  }

  #placeOf(key) {
    return this.entries.findIndex((entry) => entry.key === key);
  }

  #moveTo(at) {
    if (!this.entries[at]) return;
    this.at = at;
    this.#tell();
  }

  // Fisher and Yates, all but the current entry, which comes first.
  #shuffle() {
    const [current] = this.at < 0 ? [] : this.entries.splice(this.at, 1);
    const rest = this.entries;
    for (let last = rest.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [rest[last], rest[other]] = [rest[other], rest[last]];
    }
    this.entries = current ? [current, ...rest] : rest;
    this.at = current ? 0 : -1;
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

// What is known of a track: from a page its words, from the site all of it. `peaks` is the address of
// its waveform, `liked` is known of who is logged in, `cover` has addresses by size, `art` are the classes of the picture drawn without one.
function about({ id, title, artist, seconds, liked, peaks, cover, art }) {
  return { id, title, artist, seconds, liked, peaks, cover, art };
}
