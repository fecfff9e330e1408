// How loud a track is from its beginning to its end, drawn as bars. What was played is coloured by
// clipping (player.css), so nothing is drawn anew while it plays, and nothing when colours change.

const BAR = 4; // px, with the space beside it
const WIDTH = 800; // of the picture's own coordinates; its height is the loudest, and a little
const MIDDLE = 66;
const QUIETEST = 3;

// Draws what is at `address` with each line of `picture`; rejects when it cannot be had.
export async function draw(picture, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  const peaks = new Uint8Array(await answer.arrayBuffer());
  const bars = Math.round(picture.getBoundingClientRect().width / BAR) || 100;
  const bound = (bar) => Math.floor((bar * peaks.length) / bars);
  let line = "";
  for (let bar = 0; bar < bars; bar += 1) {
    const level = Math.max(QUIETEST, ...peaks.subarray(bound(bar), bound(bar + 1)));
    line += `M${((bar + 0.5) * WIDTH) / bars} ${MIDDLE - level / 2}v${level}`;
  }
  for (const path of picture.children) path.setAttribute("d", line);
}
