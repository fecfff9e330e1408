// The player: a queue, its sound, and the listener's wish to hear it, which no failure takes away.

import { Sound } from "./audio.js";
import { bring, watch } from "./healing.js";
import { Likes } from "./likes.js";
import { Queue } from "./queue.js";
import { Gone, Tickets } from "./tickets.js";

const PREPARE_BEFORE_END = 40; // s
const PREPARE_AGAIN = 10_000; // ms
const SOON = 10_000; // ms
const FROM_THE_START = 3; // s; later than this, "previous" means the beginning of this track

const { MEDIA_ERR_DECODE, MEDIA_ERR_SRC_NOT_SUPPORTED } = MediaError;

// Tells "change" of what is played and wished, "time" of where it is, "notice" of what to say.
export class Player extends EventTarget {
  queue = new Queue();
  sound = new Sound();
  likes;
  wanted = false; // whether the listener wishes to hear something
  position = 0; // s, in the current entry, also while its sound is not there
  #tickets;
  #heard = null; // the key of the entry whose sound is there
  #bringing = null; // ends what is being brought to be heard
  #preparing = null; // ends what is being prepared to come next
  #preparedAt = 0; // ms, when that was tried last
  #undecodable = null; // where decoding failed, as it does there again in a damaged file
  #gaveUpAt = -Infinity; // ms, when that was the end of a track

  constructor(place) {
    super();
    this.#tickets = new Tickets(place);
    this.likes = new Likes(place, this.queue);
    this.queue.addEventListener("change", () => this.#tell("change"));
    for (const event of ["playing", "waiting", "volumechange"]) {
      this.sound.addEventListener(event, () => this.#tell("change"));
    }
    for (const event of ["timeupdate", "durationchange", "progress", "seeked"]) {
      this.sound.addEventListener(event, () => this.#noteTime());
    }
    this.sound.addEventListener("ended", () => this.#goOn());
    this.sound.addEventListener("error", () => this.#heal());
    this.sound.addEventListener("pause", () => this.#notePause());
    watch({ sound: this.sound, wanted: () => this.#isHeard && this.wanted, stalled: () => this.#heal() });
  }

  get duration() {
    const { duration } = this.sound;
    return this.#isHeard && Number.isFinite(duration) ? duration : (this.queue.current?.seconds ?? 0);
  }

  // Until where the current track could be heard without another byte [s].
  get buffered() {
    return this.#isHeard ? this.position + this.sound.ahead : 0;
  }

  get peaks() {
    return this.queue.current?.peaks;
  }

  get #isHeard() {
    return this.#heard !== null && this.#heard === this.queue.current?.key;
  }

  play() {
    if (!this.queue.current) return;
    this.wanted = true;
    this.sound.unlock();
    if (this.#isHeard && this.sound.loaded) this.#start();
    else if (!this.#bringing) this.#bring(this.position);
    this.#tell("change");
  }

  pause() {
    this.wanted = false;
    this.#bringing?.abort();
    this.#bringing = null;
    this.sound.pause();
    this.#tell("change");
  }

  toggle() {
    if (this.wanted) this.pause();
    else this.play();
  }

  // Likes the current track, or no longer; of who is not logged in nothing is known.
  like() {
    const { id, liked } = this.queue.current ?? {};
    if (typeof liked === "boolean") this.likes.set(id, !liked);
  }

  // Plays a list from one of its tracks on, and that one from a place in it [s].
  playList(tracks, at, seconds = 0) {
    this.queue.replace(tracks, at);
    this.#begin(seconds);
  }

  choose(key) {
    this.queue.choose(key);
    this.#begin();
  }

  next() {
    if (this.queue.step(1)) this.#begin();
  }

  previous() {
    if (this.position > FROM_THE_START || !this.queue.step(-1)) this.seek(0);
    else this.#begin();
  }

  seek(seconds) {
    this.position = Math.max(0, Math.min(seconds, this.duration || seconds));
    if (this.#isHeard && this.sound.loaded) this.sound.seek(this.position);
    else if (this.#bringing) this.#bring(this.position);
    this.#tell("time");
  }

  remove(key) {
    const wasCurrent = this.queue.current?.key === key;
    const wasLast = this.queue.at === this.queue.entries.length - 1;
    this.queue.remove(key);
    if (!wasCurrent) return;
    if (this.wanted && this.queue.current && (!wasLast || this.queue.repeat === "all")) {
      if (wasLast) this.queue.step(1);
      this.#begin();
    } else {
      this.#stop();
    }
  }

  clear() {
    this.queue.clear();
    this.#stop();
  }

  // Plays the current entry from a place in it [s].
  #begin(at = 0) {
    const { current } = this.queue;
    this.#heard = null;
    this.position = at;
    this.#preparedAt = 0;
    this.wanted = true;
    this.sound.unlock();
    if (this.sound.prepared === current.key && !at) {
      this.#handOver(current);
    } else {
      this.sound.silence();
      this.#bring(at);
    }
    this.#tell("change");
    this.#tell("time");
  }

  #stop() {
    this.pause();
    this.#heard = null;
    this.position = 0;
    this.sound.silence();
    this.#tell("change");
    this.#tell("time");
  }

  #goOn() {
    if (this.queue.advance()) this.#begin();
    else this.#stop();
  }

  // Asks for the current entry until it is there. `address` is what to try before a fresh ticket.
  async #bring(at, address) {
    this.#bringing?.abort();
    this.#preparing?.abort();
    const entry = this.queue.current;
    const task = new AbortController();
    this.#bringing = task;
    this.position = at;
    let failures = 0;
    try {
      await bring({
        sound: this.sound,
        tickets: this.#tickets,
        entry,
        at: () => this.position,
        address,
        other: () => this.queue.following,
        learn: (ticket) => this.queue.learn(ticket),
        failed: () => {
          failures += 1;
          this.#say("again", entry);
        },
        signal: task.signal,
      });
    } catch (error) {
      if (!task.signal.aborted) this.#giveUp(entry, error);
      return;
    }
    if (failures) this.#say("back", entry);
    this.#handOver(entry);
  }

  #handOver(entry) {
    this.#bringing?.abort();
    this.#bringing = null;
    this.sound.handOver({ goOn: this.#heard === entry.key });
    this.#heard = entry.key;
    if (this.wanted) this.#start();
    this.#tell("change");
  }

  async #start() {
    try {
      await this.sound.play();
    } catch (error) {
      // Browsers want a touch before any sound; all else is told by events.
      if (error.name === "NotAllowedError") this.pause();
    }
  }

  // Gets the sound back where it was, by another connection. A dead one is asked for again at the
  // same address; one that was refused needs a fresh ticket.
  #heal() {
    if (!this.#isHeard || this.#bringing) return;
    const { code } = this.sound.error ?? {};
    if (!this.wanted) {
      this.#heard = null; // it is asked for when it is wished for again
      return;
    }
    const { current } = this.queue;
    if (code === MEDIA_ERR_DECODE && this.#failedHereBefore(current)) {
      this.#skipDamaged(current);
      return;
    }
    const address = code === MEDIA_ERR_SRC_NOT_SUPPORTED ? undefined : this.#tickets.known(current.id);
    this.#bring(this.position, address);
  }

  #failedHereBefore({ key }) {
    const before = this.#undecodable;
    this.#undecodable = { key, position: this.position };
    return before?.key === key && Math.abs(before.position - this.position) < 2;
  }

  // Two in a row are not damaged: it is the sound that cannot be heard, as when headphones are pulled
  // out of Firefox, and no queue is emptied for that.
  #skipDamaged(entry) {
    const again = performance.now() - this.#gaveUpAt < SOON;
    this.#gaveUpAt = performance.now();
    if (!again) return this.#giveUp(entry, this.sound.error);
    this.#say("unheard", entry);
    return this.pause();
  }

  #giveUp(entry, error) {
    this.#bringing = null;
    this.#say(error.word ?? "unplayable", entry);
    this.remove(entry.key);
  }

  #noteTime() {
    if (!this.#isHeard || !this.sound.loaded) return;
    this.position = this.sound.position;
    this.#prepareNext();
    this.#tell("time");
  }

  // Somebody else stopped it: a call, headphones pulled out, the lock screen.
  #notePause() {
    const { loaded, paused, ended } = this.sound;
    if (!this.#isHeard || !loaded || !paused || ended) return;
    this.wanted = false;
    this.#tell("change");
  }

  // Fetches the beginning of what comes next, once nothing of the current track is in its way.
  async #prepareNext() {
    const { following } = this.queue;
    const near = this.sound.whole || this.duration - this.position < PREPARE_BEFORE_END;
    if (!near || !following || this.#bringing || this.sound.prepared === following.key) return;
    if (Date.now() - this.#preparedAt < PREPARE_AGAIN) return;
    this.#preparedAt = Date.now();
    this.#preparing?.abort();
    this.#preparing = new AbortController();
    const { signal } = this.#preparing;
    try {
      const ticket = await this.#tickets.ask(following.id, signal);
      this.queue.learn(ticket);
      await this.sound.prepare(following.key, ticket.url, 0, signal);
    } catch (error) {
      // Anything but a track that is gone is seen to when its turn comes.
      if (error instanceof Gone && following !== this.queue.current) this.#giveUp(following, error);
    }
  }

  #say(word, entry) {
    this.dispatchEvent(new CustomEvent("notice", { detail: { word, title: entry.title } }));
  }

  #tell(event) {
    this.dispatchEvent(new Event(event));
  }
}
