// Asks the site for the address of a track's bytes, which has a ticket that ends after some hours.

const ANSWER_WITHIN = 6_000; // ms
const NO_MORE = [401, 403, 404, 410];
const KINDS = document.createElement("audio"); // knows what this browser plays; it never does

// The track is deleted, or no longer for this listener. `word` is what the bar says then.
export class Gone extends Error {
  word = "gone";
}

// This browser cannot play tracks of this kind.
class Unplayable extends Gone {
  word = "unplayable";
}

export class Tickets {
  #place; // where tracks are on the site
  #addresses = new Map(); // what it said last, by the track's id

  constructor(place) {
    this.#place = place;
  }

  known(id) {
    return this.#addresses.get(id);
  }

  // Returns what the site says of a track: { id, url, type, title, artist, seconds, liked }.
  async ask(id, signal) {
    const answer = await fetch(`${this.#place}${encodeURIComponent(id)}/ticket`, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]),
    });
    if (NO_MORE.includes(answer.status)) throw new Gone(answer.statusText);
    if (!answer.ok) throw new Error(answer.statusText);
    const ticket = await answer.json();
    if (!KINDS.canPlayType(ticket.type)) throw new Unplayable(ticket.type);
    this.#addresses.set(id, ticket.url);
    return ticket;
  }
}
