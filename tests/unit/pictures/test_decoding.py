"""What becomes of a picture: its middle square, upright, in sRGB, and nothing else of it."""

from __future__ import annotations

import pytest
from PIL import ExifTags, Image, ImageCms

from cdpsfy.pictures.decoding import squares
from cdpsfy.pictures.reasons import NotACover
from tests.unit.pictures.samples import (
    BLUE,
    JPEG,
    RED,
    REFUSED,
    decoded,
    encoded,
    halves,
    is_like,
)


def one(data: bytes, side: int = 100) -> Image.Image:
    [picture] = squares(data, [side])
    return decoded(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_size_is_a_jpeg_of_the_middle_square(kind: str) -> None:
    pictures = [decoded(each) for each in squares(encoded(halves(80, 40), kind), (96, 320, 960))]

    assert [picture.size for picture in pictures] == [(96, 96), (320, 320), (960, 960)]
    for picture in pictures:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert is_like(picture.getpixel((2, 2)), RED)
        assert is_like(picture.getpixel((picture.width - 3, 2)), BLUE)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_kind_of_colours_is_understood(kind: str, mode: str) -> None:
    if mode == "I;16":
        row = b"".join(level.to_bytes(2, "little") * 30 for level in (20_000, 50_000))
        picture = one(encoded(Image.frombytes(mode, (60, 60), row * 60), kind))
        expected = [(78,) * 3, (195,) * 3]
    else:
        picture = one(encoded(halves(60, 60, mode), kind))
        plain = halves(60, 60, mode).convert("RGB")
        expected = [plain.getpixel(place) for place in ((5, 30), (55, 30))]  # type: ignore[misc]

    assert is_like(picture.getpixel((8, 50)), expected[0])
    assert is_like(picture.getpixel((92, 50)), expected[1])


def test_what_is_seen_through_is_white() -> None:
    glass = Image.new("RGBA", (50, 50), (*RED, 0))
    palette = Image.new("P", (50, 50), 0)
    palette.putpalette([*RED, *BLUE])

    for data in (encoded(glass, "PNG"), encoded(palette, "PNG", transparency=0)):
        assert is_like(one(data).getpixel((50, 50)), (255, 255, 255))


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "left"), (2, "right"), (3, "right"), (6, "top"), (8, "bottom"), (0, "left"), (77, "left")],
)
def test_it_stands_as_the_camera_says(orientation: int, red: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    places = {"left": (5, 50), "right": (95, 50), "top": (50, 5), "bottom": (50, 95)}

    picture = one(encoded(halves(60, 60), "JPEG", exif=exif))

    assert is_like(picture.getpixel(places[red]), RED)


def test_nothing_is_left_of_what_the_file_said_beside() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "a secret person"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(halves(), "JPEG", exif=exif, icc_profile=profile, comment=b"a secret place")

    [picture] = squares(data, [100])

    assert b"secret" in data
    assert b"secret" not in picture
    assert not decoded(picture).getexif()
    assert "icc_profile" not in decoded(picture).info


def test_a_profile_of_other_colours_than_the_pictures_is_not_followed() -> None:
    wrong = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    for profile in (wrong, b"no profile"):
        picture = one(encoded(halves(60, 60), "JPEG", icc_profile=profile))

        assert is_like(picture.getpixel((5, 50)), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_one_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)

    assert is_like(one(data).getpixel((50, 50)), RED)


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_a_cover_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NotACover) as refusal:
        squares(data, [100])

    assert refusal.value.reason == reason


def test_every_beginning_of_a_picture_is_one_or_is_refused() -> None:
    for length in range(0, len(JPEG), 7):
        with pytest.raises(NotACover):
            squares(JPEG[:length], [10])
