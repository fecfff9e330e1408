// Of all windows of the site, one sounds at a time.

export function yieldToOthers(player) {
  const channel = new BroadcastChannel("cdpsfy.player");
  let wanted = false;
  player.addEventListener("change", () => {
    if (player.wanted && !wanted) channel.postMessage("playing");
    wanted = player.wanted;
  });
  channel.addEventListener("message", () => player.pause());
}
