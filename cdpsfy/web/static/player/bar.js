// The bar at the foot of every page: shows the player, and lets it be used.

import { ACTIONS } from "./actions.js";
import { showQueue } from "./queue_list.js";
import { showSeek } from "./seek.js";
import { areOn, turn } from "./shortcuts.js";
import { fill } from "./text.js";

const NOTICE_LASTS = 8_000; // ms

export class Bar {
  #leaving = new AbortController();
  #clock = 0;

  // `root` is the page's element, which brings the words of its language.
  constructor(root, player) {
    this.root = root;
    this.player = player;
    this.words = root.dataset;
    const { signal } = this.#leaving;
    const say = (text) => this.say(text);
    root.addEventListener("click", (event) => this.#click(event), { signal });
    root.addEventListener("keydown", (event) => this.#escape(event), { signal });
    player.addEventListener("change", () => this.#show(), { signal });
    player.addEventListener("notice", ({ detail }) => this.#notice(detail), { signal });
    showSeek(this.#find(".player-seek"), player, player, this.words, signal);
    showQueue(this.#find(".player-queue ol"), this.#find("template"), player, this.words, say, signal);
    this.#listenToVolume(signal);
    this.#find(".player-help input").checked = areOn();
    this.#find(".player-help input").addEventListener("change", ({ target }) => turn(target.checked), { signal });
    this.#show();
  }

  // Lets go of the player, for a bar in another language.
  leave() {
    this.#leaving.abort();
  }

  // Does what a button or a key names; returns false when there is nothing to do it to.
  act(name) {
    if (this.root.hidden) return false;
    if (name === "queue") this.#toggleQueue();
    else if (name === "help") this.#find(".player-help").showModal();
    else ACTIONS[name](this.player);
    return true;
  }

  // Says something to who sees and who hears, without a word more than that.
  say(text) {
    const place = this.#find(".player-notice");
    place.textContent = text;
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => (place.textContent = ""), NOTICE_LASTS);
  }

  #find(selector) {
    return this.root.querySelector(selector);
  }

  #click({ target }) {
    const name = target.closest("[data-do]")?.dataset.do;
    if (name) this.act(name);
  }

  #toggleQueue() {
    const queue = this.#find(".player-queue");
    queue.hidden = !queue.hidden;
    this.#find('[data-do="queue"]').setAttribute("aria-expanded", String(!queue.hidden));
    if (!queue.hidden) queue.querySelector('[aria-current] [data-row="choose"]')?.focus();
  }

  #escape({ key, target }) {
    if (key !== "Escape" || !target.closest(".player-queue")) return;
    this.#toggleQueue();
    this.#find('[data-do="queue"]').focus();
  }

  #notice({ word, title }) {
    this.say(fill(this.words[word], { title }));
  }

  #listenToVolume(signal) {
    const volume = this.#find(".player-volume");
    volume.addEventListener("input", () => this.player.sound.setVolume(Number(volume.value), false), { signal });
  }

  #show() {
    const { queue, sound, wanted } = this.player;
    const { current } = queue;
    this.root.hidden = !current;
    document.documentElement.classList.toggle("with-player", Boolean(current));
    this.#find(".player-title").textContent = current?.title ?? "";
    this.#find(".player-artist").textContent = current?.artist ?? "";
    if (current) this.#lead(current);
    this.#showCover(current ?? {});
    this.#press("toggle", wanted, wanted ? this.words.pause : this.words.play);
    this.#press("like", current?.liked === true);
    this.#press("shuffle", queue.shuffled);
    this.#press("repeat", queue.repeat !== "off", this.words[`repeat_${queue.repeat}`]);
    this.#press("mute", sound.muted);
    this.#find('[data-do="repeat"]').dataset.repeat = queue.repeat;
    this.#find(".player-volume").value = sound.muted ? 0 : sound.volume;
  }

  // Where the title leads, and the heart of who has to log in first.
  #lead({ id, liked }) {
    const known = typeof liked === "boolean";
    const [heart, login] = [this.#find('[data-do="like"]'), this.#find("a.heart")];
    const place = this.words.tracks + encodeURIComponent(id);
    this.#find(".player-title").href = place;
    this.#find('[data-add=""]').href = `${place}/add`;
    login.href = this.words.login + encodeURIComponent(id);
    heart.hidden = !known;
    login.hidden = known;
  }

  #showCover({ cover, art }) {
    const place = this.#find(".player-cover");
    const [picture] = place.children;
    place.hidden = !cover && !art;
    place.className = `player-cover ${cover ? "" : (art ?? "")}`;
    picture.hidden = !cover;
    if (cover && picture.getAttribute("src") !== cover.small) picture.src = cover.small;
  }

  // A button whose name tells its state is not told as pressed as well.
  #press(name, pressed, label) {
    const button = this.#find(`[data-do="${name}"]`);
    button.classList.toggle("on", pressed);
    if (!label) button.setAttribute("aria-pressed", String(pressed));
    else if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
  }
}
