// Light or dark, on a page that htmx brought: such a page comes without a head of its own.

export function showTheme() {
  const { theme } = document.querySelector(".foot [data-theme]").dataset;
  document.documentElement.dataset.theme = theme;
  for (const meta of document.querySelectorAll("meta[data-scheme]")) {
    const { scheme } = meta.dataset;
    if (theme) meta.media = scheme === theme ? "all" : "not all";
    else meta.media = `(prefers-color-scheme: ${scheme})`;
  }
}
