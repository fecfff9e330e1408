"""Where things lie on a volume."""

from __future__ import annotations

OBJECTS = "objects"
SENTINEL = ".cdpsfy-volume"
"""Written when the volume is initialised. Without it a place is not the volume: an unmounted
mount point is an empty folder, which would silently take writes."""

FOLDERS = tuple(f"{OBJECTS}/{byte:02x}" for byte in range(256))
"""Made once: on Gluster every mkdir is locked three ways, and 256 keep each folder short."""


def path_of(key: str) -> str:
    """Return the path of a well-formed key, relative to the volume's root."""
    return f"{OBJECTS}/{key[:2]}/{key}"
