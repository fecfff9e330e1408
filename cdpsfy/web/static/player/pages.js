// Changes of page by htmx: the next page's body takes the place of this one's, and the bar stays.
// Pages are whole by themselves; where this does not run, links and forms work as ever.

/* global htmx */

// What htmx would compile from attributes is not for this site; its policy forbids it anyway.
function refuse() {
  throw new Error("no code in attributes");
}
htmx.registerExtension("no-code", { init: (api) => api.initSecurity(null, refuse, refuse) });

// Calls `show(part)` with all that is new on a page, `arrived()` on each page that came, `failed()`
// when one could not be had.
export function follow({ show, arrived, failed }) {
  document.addEventListener("htmx:after:process", ({ target }) => show(target));
  document.addEventListener("submit", dropSecond, { capture: true });
  document.addEventListener("htmx:before:response", (event) => {
    const { response, request } = event.detail.ctx;
    const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
    if (isPage || request.method !== "GET") return;
    event.preventDefault(); // a file: the browser knows what to do with it
    window.location.assign(response.raw.url);
  });
  document.addEventListener("htmx:before:history:update", ({ detail: { history, sourceElement } }) => {
    // A form that was sent and is shown again is no step to go back over; nor is each letter of a search.
    const { href, pathname } = new URL(history.path, window.location);
    const typed = sourceElement.type === "search" && pathname === window.location.pathname;
    if (typed || href === window.location.href) history.type = "replace";
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target !== document.body) return;
    // As on a page that was loaded, reading begins at the top, and not where the old page was left.
    if (!document.querySelector("[autofocus]")) document.getElementById("main").focus({ preventScroll: true });
    arrived();
  });
  document.addEventListener("htmx:error", failed);
}

// A form that is on its way is not sent a second time by an impatient finger.
function dropSecond(event) {
  if (!event.target.classList.contains("htmx-request")) return;
  event.preventDefault();
  event.stopPropagation();
}
