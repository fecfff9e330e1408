"""What a listener hears: music that arrives, and is used up at its own speed."""

from __future__ import annotations

import math


class Playback:
    """The music that a player has ahead. Times are seconds of one clock that never goes back.

    rate is in bytes per second of music; ahead is what the player wants to have, in seconds of it.
    """

    def __init__(self, rate: float, ahead: float) -> None:
        self._rate = rate
        self._room = ahead * rate
        self._buffered = 0.0
        self._moment = math.nan
        self.silence = 0.0
        """Seconds without music since it began."""

    def deliver(self, size: int, moment: float) -> float:
        """Take size bytes; return the seconds of silence since the bytes before them."""
        silence = self._play_until(moment)
        self._buffered += size
        self.silence += silence
        return silence

    def pause(self, moment: float) -> float:
        """Return the seconds to wait before more is wanted, 0 if it is wanted now."""
        self._play_until(moment)
        return max(0.0, (self._buffered - self._room) / self._rate)

    def _play_until(self, moment: float) -> float:
        if math.isnan(self._moment):  # the music begins with its first bytes
            self._moment = moment
        used_up = (moment - self._moment) * self._rate
        self._moment = moment
        missing = max(0.0, used_up - self._buffered)
        self._buffered = max(0.0, self._buffered - used_up)
        return missing / self._rate
