"""What a text is found by: its words without case and accents, in one spelling.

The databases' own ideas of a word, of case and of accents all differ. So they never see the text:
what they index are words made here, written with nothing but a to z, digits and `_`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 80
"""Characters of a word that count; InnoDB leaves out what is longer than 84, with a tag of two."""
_LONGEST_SLUG = 200

# Letters that Unicode does not take apart, as people write them without the key for them.
_SIMPLER = dict(zip("đðħ\u0131łø", "ddhilo", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"}
# Scripts without spaces between words (Thai to Khmer, kana, Han), and pictures.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\u2600-\u27bf\U0001f300-\U0001faff\U00020000-\U0003ffff"
)
_PICTURE = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_DIGITS = string.digits + string.ascii_lowercase


def split(text: str) -> list[str]:
    """Return the words of a text, in order: lower case, no accents, ß as ss and æ as ae."""
    return _simplify(text).translate(_SPACED).split()


def slug(text: str) -> str:
    """Return a text as addresses have it: its words, with `-` between them; empty without words."""
    return "-".join(split(text))[:_LONGEST_SLUG].rstrip("-")


def parts(words: list[str]) -> list[str]:
    """Return what words are indexed by, each once: themselves, where they stand between spaces.

    Of what is written without spaces, any two neighbours, and the last one: so each character is
    the beginning of a part.
    """
    return _encoded(chain.from_iterable(_neighbours(run, last=True) for run in _runs(words)))


def sought_parts(words: list[str]) -> list[str]:
    """Return the parts whose beginnings a text with these words has, each once."""
    return _encoded(chain.from_iterable(_neighbours(run, last=False) for run in _runs(words)))


def encode(word: str) -> str:
    """Return a word in ASCII. What one word begins with, its code begins with, too.

    Spaces become two `_`; other characters become one, and their number in base 36.
    """
    return word.translate(_CODES)


def _simplify(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Together again is what is not an accent: the syllables of Hangul, the voiced kana.
    return unicodedata.normalize("NFC", folded.translate(_BARE))


def _bare(character: str) -> str:
    return "" if _is_accent(character) else _SIMPLER.get(character, character)


def _is_accent(mark: str) -> bool:
    # Unicode's combining classes: 1 strikes through, 10 to 36 are the points of Hebrew, Arabic and
    # Syriac, from 200 stand accents. The others are letters to who reads them, as in Hindi or Thai.
    combining = unicodedata.combining(mark)
    chooses_a_form = "\ufe00" <= mark <= "\ufe0f"
    return combining == 1 or 10 <= combining <= 36 or combining >= 200 or chooses_a_form  # noqa: PLR2004


def _spaced(character: str) -> str:
    of_a_word = unicodedata.category(character)[0] in "LMN" or _PICTURE.match(character)
    return character if of_a_word else " "


def _runs(words: list[str]) -> list[str]:
    return [run for word in words for run in _RUN.findall(word)]


def _neighbours(run: str, *, last: bool) -> list[str]:
    if not _UNSPACED_RUN.match(run):
        return [run]
    pairs = [first + second for first, second in pairwise(run)]
    return [*pairs, run[-1]] if last or not pairs else pairs


def _encoded(runs: chain[str]) -> list[str]:
    return list(dict.fromkeys(encode(run)[:LONGEST] for run in runs))


def _code(character: str) -> str:
    if character == " ":
        return "__"
    if character.isascii():
        return character
    number = ord(character)
    return "_" + "".join(_DIGITS[number // 36**power % 36] for power in (3, 2, 1, 0))


class _Table(dict[int, str]):
    """A table for `str.translate` that a rule fills, as characters come up."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = rule

    def __missing__(self, number: int) -> str:
        text = self._rule(chr(number))
        if number < _MANY:
            self[number] = text
        return text


_MANY = 0x3000
"""From here on are the scripts with thousands of characters; they are not worth their memory."""
_BARE, _SPACED, _CODES = _Table(_bare), _Table(_spaced), _Table(_code)
