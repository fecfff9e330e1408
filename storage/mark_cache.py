"""Remembers commit marks: they never change, and asking the volume is a round trip."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.mark import Mark


class MarkCache:
    """The marks of the capacity objects used last, by key. Thread-safe."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._marks: OrderedDict[str, Mark] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Mark | None:
        """Return the remembered mark, or None."""
        with self._lock:
            mark = self._marks.get(key)
            if mark is not None:
                self._marks.move_to_end(key)
            return mark

    def add(self, key: str, mark: Mark) -> None:
        """Remember a mark that was seen on the volume."""
        with self._lock:
            self._marks[key] = mark
            if len(self._marks) > self._capacity:
                self._marks.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget a mark, as its object is deleted."""
        with self._lock:
            self._marks.pop(key, None)
