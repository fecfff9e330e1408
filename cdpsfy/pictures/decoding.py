"""Decodes one picture, and encodes its middle square anew in several sizes. In memory, by Pillow.

What comes out is made of pixels alone: no metadata, no animation, nothing of the file that came in.
It is JPEG, which everything takes that shows a cover: browsers, lock screens, cars, chats that
preview a link, readers of feeds. WebP would save a quarter of the bytes and leave some of them out.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    MpoImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from cdpsfy.pictures.reasons import NotACover, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

# What Pillow would load when it first needs it, and then no file can be opened any more.
Image.preinit()
_NEEDED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
_QUALITY = 85
_PAPER = (255, 255, 255)
"""What is seen through a picture."""
_SRGB = ImageCms.createProfile("sRGB")
# EXIF 2.32 §4.6.4: what is to be done, by the number of the orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def squares(data: bytes, sides: Sequence[int]) -> list[bytes]:
    """Return the middle square of a picture as JPEG, once for each side [pixels].

    Raises:
        NotACover: it is no picture of the three kinds, has too many pixels, or is damaged.
    """
    # The number is looked at below, where it cannot be a mere warning.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image)
            square = _square(image, max(sides))
    except NotACover:
        raise
    except UnidentifiedImageError as error:
        raise NotACover(Reason.NO_PICTURE) from error
    except MemoryError as error:
        raise NotACover(Reason.TOO_HEAVY) from error
    except Exception as error:  # a stranger's bytes may break a decoder in any way
        raise NotACover(Reason.DAMAGED) from error
    return [_encoded(square, side) for side in sides]


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise NotACover(Reason.TOO_LARGE)


def _square(image: Image.Image, side: int) -> Image.Image:
    """Return the first frame's middle square as it is to be seen, in sRGB."""
    # A JPEG can be decoded at an eighth of its size or more, and what is left out is never there.
    image.draft(None, (side, side))
    image.load()
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    whole = image.convert("RGBA") if image.has_transparency_data else _plain(image)
    small = whole.resize(
        (side, side),
        Image.Resampling.LANCZOS,
        box=(left, top, left + edge, top + edge),
        reducing_gap=2.0,
    )
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, _PAPER)
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    turn = _TURNS.get(_orientation(image))
    return _in_srgb(small if turn is None else small.transpose(turn), image)


def _plain(image: Image.Image) -> Image.Image:
    """Return it in a mode that can be made smaller smoothly."""
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode.startswith("I"):  # 16 bits, which would all be white but for the darkest 8
        return image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    return image.convert("L" if image.mode == "1" else "RGB")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - many cameras write it wrong; the picture may be right
        return 1


def _in_srgb(image: Image.Image, source: Image.Image) -> Image.Image:
    """Return it with the colours that its source's profile means, if that can be understood."""
    profile = source.info.get("icc_profile")
    try:
        if profile:
            wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, wide, _SRGB, outputMode="RGB")
            image = converted or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        pass  # of another kind of colours than the picture's, or of none
    return image.convert("RGB")


def _encoded(square: Image.Image, side: int) -> bytes:
    file = io.BytesIO()
    picture = square.resize((side, side), Image.Resampling.LANCZOS)
    picture.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()
