"""Makes covers of pictures that strangers send, in a process that may do little and not for long.

`shrink` is what others call. It starts `__main__` for each picture, which gives up memory, time and
files before it looks at the first byte; `decoding` runs there alone.
"""

from cdpsfy.pictures.process import LONGEST, shrink
from cdpsfy.pictures.reasons import NotACover, Reason

__all__ = ["LONGEST", "NotACover", "Reason", "shrink"]
