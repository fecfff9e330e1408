// Hearts: on rows, on a track's page and in the bar. All of one track change at once, and change back
// when the site did not take it. Without this, each is the button of a form.

import { token } from "../token.js";

export class Likes {
  #place; // where tracks are on the site
  #queue;
  #turn = Promise.resolve(); // one after the other: the last one pressed is the last one to arrive

  constructor(place, queue) {
    this.#place = place;
    this.#queue = queue;
    document.addEventListener("submit", (event) => this.#answer(event), { capture: true });
  }

  set(id, liked) {
    this.#show(id, liked);
    this.#turn = this.#turn.then(() => this.#send(id, liked));
  }

  #answer(event) {
    const heart = event.submitter;
    if (!heart?.matches(".heart")) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(idOf(heart), heart.getAttribute("aria-pressed") === "false");
  }

  async #send(id, liked) {
    try {
      const answer = await fetch(`${this.#place}${encodeURIComponent(id)}/like`, {
        method: liked ? "POST" : "DELETE",
        headers: { Accept: "application/json", "X-CSRF-Token": token() },
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const { likes } = await answer.json();
      for (const count of document.querySelectorAll("[data-likes]")) {
        if (count.dataset.likes === id) count.textContent = likes;
      }
    } catch {
      this.#show(id, !liked);
    }
  }

  #show(id, liked) {
    this.#queue.setLiked(id, liked);
    for (const heart of document.querySelectorAll("button.heart[formaction]")) {
      if (idOf(heart) !== id) continue;
      heart.setAttribute("aria-pressed", liked);
      heart.value = liked ? "delete" : "post";
    }
  }
}

const idOf = (heart) => heart.getAttribute("formaction").split("/").at(-2);
