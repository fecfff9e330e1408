"""Twelve short tracks of our own, for a new site to show."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def tracks() -> list[Traversable]:
    """Return the audio files, ordered by name; they may lie in a zip: open them, or `as_file`."""
    return sorted((files(__name__) / "tracks").iterdir(), key=lambda track: track.name)
