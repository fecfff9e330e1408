"""Why a file is refused, in words for the person who uploads it."""

from __future__ import annotations

import codecs
import re

UNKNOWN = "This is not audio of a kind that CDPSfy plays (MP3, Ogg, FLAC, WAV, M4A or AAC)."

# The first bytes of each kind, as in the registry of its own format.
_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\x7fELF", "a program (ELF)"),
        (rb"MZ", "a program (Windows)"),
        (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", "a program (Mach-O)"),
        (rb"\xca\xfe\xba\xbe", "a program (Mach-O or Java)"),
        (rb"#!", "a script"),
        (rb"PK(\x03\x04|\x05\x06)", "a ZIP archive"),
        (rb"%PDF-", "a PDF document"),
        (rb"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
        (rb"\xff\xd8\xff", "a picture (JPEG)"),
        (rb"GIF8[79]a", "a picture (GIF)"),
        (rb"RIFF.{4}WEBP", "a picture (WebP)"),
        (rb"RIFF.{4}AVI ", "video (AVI)"),
        (rb"\x1a\x45\xdf\xa3", "video (Matroska or WebM)"),
        (rb"FLV\x01", "video (Flash)"),
        # ISO/IEC 13818-1: a pack header, or a sequence header without any container.
        (rb"\x00\x00\x01[\xba\xb3]", "video (MPEG)"),
        # ISO/IEC 13818-1 §2.4.3.2: packets of 188 bytes; Blu-ray puts 4 bytes before each.
        (rb"(G.{187}){2}G|.{4}(G.{191}){2}G", "video (MPEG transport stream)"),
        (rb"MThd", "MIDI (notes without sound)"),
    )
)
_MARKUP = re.compile(rb"\s*<(\?xml|[!a-z])", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(rb"<(?:!doctype\s+)?([a-z]+)", re.IGNORECASE)
_TEXT_RANGE = 1024


class NotAudio(Exception):
    """The file is refused. `str()` is one sentence that a person understands."""


def refuse_other_kinds(head: bytes) -> None:
    """Raise `NotAudio` if `head`, the first bytes of a file, is clearly something else than audio.

    No bytes at all are nothing in particular.
    """
    if head and (kind := _signature(head) or _markup(head) or _filler(head)):
        raise NotAudio(f"This is {kind}, not audio.")


def _signature(head: bytes) -> str | None:
    return next((kind for pattern, kind in _SIGNATURES if pattern.match(head)), None)


def _markup(head: bytes) -> str | None:
    """Tell HTML, SVG and other XML apart by the first element or the document type."""
    markup = _MARKUP.match(head)
    if markup is None:
        return None
    element = _FIRST_ELEMENT.search(head)
    name = element[1].lower() if element else b""
    if name == b"svg":
        return "a drawing (SVG)"
    if markup[1].lower() == b"?xml" and name != b"html":
        return "an XML document"
    return "a web page (HTML)"


def _filler(head: bytes) -> str | None:
    if not head.strip(b"\0"):
        return "a row of zeros"
    if _is_text(head[:_TEXT_RANGE]):
        return "plain text"
    return None


def _is_text(head: bytes) -> bool:
    try:
        # Incremental: the range may end inside a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)
