// What a listener can do, by name: the buttons of the bar, keys and the lock screen all come here.

const SEEK_BY = 5; // s
const VOLUME_BY = 0.1;

export const ACTIONS = {
  toggle: (player) => player.toggle(),
  play: (player) => player.play(),
  pause: (player) => player.pause(),
  next: (player) => player.next(),
  previous: (player) => player.previous(),
  forward: (player) => player.seek(player.position + SEEK_BY),
  backward: (player) => player.seek(player.position - SEEK_BY),
  shuffle: ({ queue }) => queue.setShuffled(!queue.shuffled),
  repeat: ({ queue }) => queue.turnRepeat(),
  mute: ({ sound }) => sound.setVolume(sound.volume, !sound.muted),
  louder: ({ sound }) => sound.setVolume(sound.volume + VOLUME_BY, false),
  quieter: ({ sound }) => sound.setVolume(sound.volume - VOLUME_BY, sound.muted),
  like: (player) => player.like(),
  clear: (player) => player.clear(),
};
