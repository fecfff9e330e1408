"""Make the demo tracks again: `python -m cdpsfy.demo.synthesise OUTPUT_FOLDER` (needs ffmpeg)."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cdpsfy.demo.synthesis.covers import SIZE, draw
from cdpsfy.demo.synthesis.encoding import encode, ffmpeg
from cdpsfy.demo.synthesis.mixing import record
from cdpsfy.demo.synthesis.pieces import ALBUMS, PIECES, Album

_PICTURE_CODECS = {
    ".jpg": ("-q:v", "4"),
    ".png": ("-vf", "split[a][b];[a]palettegen=max_colors=64[p];[b][p]paletteuse=dither=none"),
}


def synthesise(folder: Path) -> None:
    """Write every piece into `folder`, which is made if needed, and say so as it goes."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        covers = {album: paint_cover(album, Path(scratch)) for album in ALBUMS}
        for position, piece in enumerate(PIECES, 1):
            target = folder / f"{position:02}-{piece.file}"
            encode(record(piece), piece, covers[piece.album], target)
            done = f"{position}/{len(PIECES)} {target.name}: {target.stat().st_size} bytes"
            print(done, flush=True)  # noqa: T201 - the progress of a command


def paint_cover(album: Album, folder: Path) -> Path:
    """Write an album's cover into `folder` as a picture file."""
    target = folder / album.cover_file
    raw = ("-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{SIZE}x{SIZE}")
    ffmpeg(
        *(*raw, "-i", "pipe:", *_PICTURE_CODECS[target.suffix], str(target)),
        data=draw(album.cover),
    )
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the command and its one argument
        sys.exit("usage: python -m cdpsfy.demo.synthesise OUTPUT_FOLDER")
    synthesise(Path(sys.argv[1]))
