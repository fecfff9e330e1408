"""The two kinds of objects, each at an address of its own: tracks are heard, covers are seen.

They lie on the same volume under the same kind of name; the media type of its mark tells what an
object is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdpsfy.tracks import audio, pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from storage import ObjectInfo


@dataclass(frozen=True, slots=True)
class Kind:
    """What may lie at an address."""

    types: str
    """How the media types of its objects begin."""
    media_type: Callable[[BinaryIO], str]
    """Tells an upload's type by its bytes, or raises what says why it is refused."""

    def includes(self, info: ObjectInfo) -> bool:
        """Tell whether an object is of this kind; at the other's address it is not found."""
        return info.content_type.startswith(self.types)


KINDS = {
    "tracks": Kind("audio/", audio.media_type),
    "covers": Kind("image/", pictures.media_type),
}
"""By the first part of the address."""
