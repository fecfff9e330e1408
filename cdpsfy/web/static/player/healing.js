// Keeps music coming: asks again until a track can be heard, and notices when its bytes stay away.

import { Gone } from "./tickets.js";

const FIRST_WAIT = 500; // ms
const LONGEST_WAIT = 20_000; // ms
const NO_BYTES_FOR = 5_000; // ms
const ENOUGH_AHEAD = 20; // s
const FAILURES_TO_DOUBT = 5;
const DOUBT_FOR = 10_000; // ms

// Others can be had, and this track cannot: it is damaged, or its bytes are lost.
class Refused extends Error {}

// Makes a track ready in the spare audio object, however often that takes. `at()` says from where on
// [s], `address` what to try before a fresh ticket is asked for, `other()` another track if there is
// one. Tells `failed()` after each failure. Rejects only when the track is gone, when it is refused
// although the other one is not, or when the signal aborts.
export async function bring({ sound, tickets, entry, at, address, other, learn, failed, signal }) {
  for (let failures = 0; ; failures += 1) {
    const doubtful = failures > 0 && failures % FAILURES_TO_DOUBT === 0;
    if (doubtful && (await canBeHad(other()))) throw new Refused();
    try {
      const known = failures === 0 ? address : undefined;
      const where = known ?? (await fresh());
      await sound.prepare(entry.key, address || failures ? anew(where) : where, at(), signal);
      return;
    } catch (error) {
      if (signal.aborted || error instanceof Gone) throw error;
      failed();
      await rest(backOff(failures), signal);
    }
  }

  async function canBeHad(track) {
    if (!track || track.id === entry.id) return false;
    const ticket = await tickets.ask(track.id, signal).catch(() => null);
    return ticket !== null && loads(ticket.url);
  }

  // While the site does not answer, the address of before may do.
  async function fresh() {
    try {
      const ticket = await tickets.ask(entry.id, signal);
      learn(ticket);
      return ticket.url;
    } catch (error) {
      const before = tickets.known(entry.id);
      if (signal.aborted || error instanceof Gone || !before) throw error;
      return before;
    }
  }
}

// Calls `stalled()` when the sound wants bytes and none came for five seconds. Who has more than
// twenty seconds left to hear can wait.
export function watch({ sound, wanted, stalled }) {
  let lastByte = 0;
  for (const event of ["progress", "playing", "durationchange", "seeked"]) {
    sound.addEventListener(event, () => {
      lastByte = Date.now();
    });
  }
  setInterval(() => {
    if (!wanted() || sound.whole || !sound.hungry || sound.ahead > ENOUGH_AHEAD) {
      lastByte = Date.now();
    } else if (Date.now() - lastByte > NO_BYTES_FOR) {
      lastByte = Date.now();
      stalled();
    }
  }, 1_000);
}

// A browser's cache lets who asks for an address wait for who asked before, and that may be the
// connection which is dead: another try has another address. The track service does not mind.
let tries = 0;
function anew(address) {
  const another = new URL(address);
  tries += 1;
  another.searchParams.set("again", tries);
  return another.href;
}

function loads(address) {
  const audio = new Audio();
  audio.preload = "metadata";
  audio.src = address;
  return new Promise((resolve) => {
    audio.addEventListener("loadedmetadata", () => resolve(true));
    audio.addEventListener("error", () => resolve(false));
    setTimeout(() => resolve(false), DOUBT_FOR);
  });
}

// Half of each wait is by chance: all who lost the same server are not to come back at once.
function backOff(failures) {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  return most / 2 + (Math.random() * most) / 2;
}

function rest(time, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const clock = setTimeout(resolve, time);
    // A line that is back is no reason to wait any longer.
    window.addEventListener("online", resolve, { once: true, signal });
    signal.addEventListener("abort", () => {
      clearTimeout(clock);
      reject(signal.reason);
    });
  });
}
