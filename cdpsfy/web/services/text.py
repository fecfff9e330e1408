"""What strangers write (names, titles, tags), made safe to keep and to compare."""

from __future__ import annotations

import unicodedata

# Control characters, and the overrides that make text read in another order than it is stored.
_UNWANTED_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}
_UNWANTED = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean(text: str, longest: int) -> str:
    """Return text in one line, composed (NFC), without unwanted characters, cut to longest."""
    kept = (" " if character.isspace() else character for character in text)
    visible = "".join(
        character
        for character in kept
        if character not in _UNWANTED
        and unicodedata.category(character) not in _UNWANTED_CATEGORIES
    )
    return " ".join(unicodedata.normalize("NFC", visible).split())[:longest].strip()


def comparison_key(name: str) -> str:
    """Return what two spellings of one name have in common: case and compatibility forms go."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
