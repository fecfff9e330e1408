// One sentence about what was done, with a link to it, for a while.

const LASTS = 8_000; // ms
let clock = 0;

export function toast(text, url) {
  const place = document.querySelector(".toast");
  place.replaceChildren(url ? link(text, url) : text);
  window.htmx?.process(place); // so that following it does not stop the music
  clearTimeout(clock);
  clock = setTimeout(() => place.replaceChildren(), LASTS);
}

function link(text, url) {
  const element = document.createElement("a");
  element.href = url;
  element.textContent = text;
  return element;
}
