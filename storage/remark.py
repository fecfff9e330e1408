"""Gives a mark back to a whole file that lost it, as in a restore without attributes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from storage.errnos import volume_errors
from storage.errors import DigestMismatch, NotFound
from storage.key import check_key, digest_of
from storage.layout import path_of
from storage.mark import Mark, check_media_type
from storage.measure import file_blocks, measure
from storage.spool import open_spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.files import File, Files


def remark(files: Files, key: str, media_type_of: Callable[[BinaryIO], str]) -> Mark:
    """Set the mark of a file whose bytes have the digest that its name says, and return it.

    media_type_of tells the media type from the bytes, a seekable file; what it raises passes
    through. A mark that is there already stays. Nobody may be writing the file any more: its
    writer would find the mark set, and take its upload for failed.

    Raises:
        NotFound: there is no such file.
        DigestMismatch: it has other bytes, as an attempt that was never finished has.
        TooLarge: it is longer than an object may be.
        Full: there is no room for the mark.
        Unavailable: the volume does not answer.
    """
    check_key(key)
    try:
        with volume_errors(files):
            file = files.open(path_of(key))
        with file:
            mark = _make_mark(files, file, key, media_type_of)
            with volume_errors(files):
                set_missing_mark(file, mark.encode())
    except FileNotFoundError as error:
        raise NotFound(key) from error
    return mark


def set_missing_mark(file: File, value: bytes) -> None:
    """Set a mark durably where it is missing; one that is there stays.

    On Gluster it comes back on every replica that lost it, also where others have it still.

    Raises:
        OSError: the volume does not answer as it should.
    """
    # As after an upload: a mark on bytes that a power cut can take away would lie.
    file.sync()
    with suppress(FileExistsError):
        file.set_mark(value)
    file.sync()


def _make_mark(
    files: Files, file: File, key: str, media_type_of: Callable[[BinaryIO], str]
) -> Mark:
    with open_spool() as spool:
        measured = measure(_kept(file_blocks(files, file), spool))
        if measured.sha256 != digest_of(key):
            raise DigestMismatch(f"the bytes of {key} have the SHA-256 {measured.sha256}")
        spool.seek(0)
        content_type = media_type_of(spool)
    check_media_type(content_type)
    return Mark(measured.size, content_type, measured.checksums)


def _kept(blocks: Iterator[bytes], spool: BinaryIO) -> Iterator[bytes]:
    for block in blocks:
        spool.write(block)
        yield block
