from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import struct
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdpsfy.tracks.audio import NotAudio, media_type
from tests.unit.tracks import audio_samples as samples

MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MIB = 1024 * 1024


class CountingFile(io.BytesIO):
    """Counts what is read."""

    total = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.total += len(content)
        return content


class FailingFile(io.BytesIO):
    """A file on a disk that dies."""

    def read(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002
        raise OSError(errno.EIO, "Input/output error")


def noise(size: int) -> bytes:
    return hashlib.shake_128(b"the same in every run").digest(size)


def type_of(content: bytes) -> str:
    return media_type(io.BytesIO(content))


def refusal_of(content: bytes) -> str:
    with pytest.raises(NotAudio) as refusal:
        type_of(content)
    return str(refusal.value)


# What is accepted


@pytest.mark.parametrize(("expected", "content"), samples.SMALL.items())
def test_each_kind_is_recognised_by_its_bytes(expected: str, content: bytes) -> None:
    assert type_of(content) == expected


def test_each_demo_track_is_what_its_name_says() -> None:
    tracks = list((files("cdpsfy.demo") / "tracks").iterdir())
    suffixes = {track.name: "." + track.name.rpartition(".")[2] for track in tracks}

    found = {track.name: type_of(track.read_bytes()) for track in tracks}

    assert found == {name: MEDIA_TYPES[suffix] for name, suffix in suffixes.items()}
    assert set(suffixes.values()) == set(MEDIA_TYPES)


@pytest.mark.parametrize("frame", [samples.MP3_FRAME_MPEG_2, samples.MP3_FRAME_MPEG_2_5])
def test_mp3_of_low_sample_rates_is_accepted(frame: bytes) -> None:
    assert type_of(frame * 4) == "audio/mpeg"


def test_the_frames_of_an_mp3_may_differ_in_length() -> None:
    content = samples.MP3_FRAME + samples.MP3_FRAME_PADDED + samples.MP3_FRAME

    assert type_of(content) == "audio/mpeg"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        BYTE_ORDER_MARK,
        samples.id3(),
        BYTE_ORDER_MARK + samples.id3(),
        samples.id3() + BYTE_ORDER_MARK,
        samples.id3() + samples.id3(footer=True) + samples.id3(),
        samples.ape_tag(),
        samples.id3() + samples.ape_tag(),
        samples.id3() + bytes(5000),
        bytes(5000),
        noise(5000),
    ],
    ids=[
        "nothing",
        "a byte order mark",
        "a tag",
        "a mark and a tag",
        "a tag and a mark",
        "several tags",
        "an APE tag",
        "tags of both kinds",
        "padding after a tag",
        "padding",
        "junk",
    ],
)
def test_an_mp3_may_begin_with(before: bytes) -> None:
    assert type_of(before + samples.mp3()) == "audio/mpeg"


def test_a_tag_with_a_cover_of_ten_mebibytes_is_skipped_not_read() -> None:
    source = CountingFile(samples.id3(10 * MIB) + samples.mp3())

    found = media_type(source)

    assert found == "audio/mpeg"
    assert source.total < MIB


def test_a_tag_before_flac_or_aac_is_skipped() -> None:
    assert type_of(samples.id3() + samples.flac()) == "audio/flac"
    assert type_of(samples.id3() + samples.adts()) == "audio/aac"


@pytest.mark.parametrize("frames", [1, 2])
def test_an_mp3_of_one_or_two_frames_is_accepted_when_nothing_follows(frames: int) -> None:
    assert type_of(samples.mp3(frames)) == "audio/mpeg"


def test_an_mp3_that_is_also_a_web_page_is_accepted_as_the_audio_it_is() -> None:
    in_the_tag = samples.id3(content=samples.HTML, size=100) + samples.mp3(6)
    after_the_tag = samples.id3() + samples.HTML + samples.mp3(6)

    assert type_of(in_the_tag) == "audio/mpeg"
    assert type_of(after_the_tag) == "audio/mpeg"


@pytest.mark.parametrize("codec", [b"\x01vorbis", b"OpusHead", b"\x7fFLAC"])
def test_ogg_sound_is_accepted_with_a_skeleton_beside_it(codec: bytes) -> None:
    assert type_of(samples.ogg(b"fishead\x00", codec)) == "audio/ogg"


def test_a_cover_in_an_ogg_file_may_fill_many_pages() -> None:
    cover = samples.ogg_page(bytes(254 * 255), granule=-1) * 200
    sound = samples.ogg_page(b"sound", granule=960)

    assert type_of(samples.ogg_page(b"OpusHead", first=True) + cover + sound) == "audio/ogg"


@pytest.mark.parametrize("tag", [0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE])
def test_wav_formats_that_browsers_play_are_accepted(tag: int) -> None:
    content = samples.wav(samples.wav_format(tag), samples.chunk(b"data", bytes(10)))

    assert type_of(content) == "audio/wav"


def test_a_wav_written_to_a_pipe_does_not_know_its_size() -> None:
    unknown = b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(100)

    assert type_of(samples.wav(samples.wav_format(), unknown)) == "audio/wav"


def test_the_index_of_an_mp4_may_stand_before_or_after_the_sound() -> None:
    index = samples.movie(samples.SOUND)
    long = samples.large_box(b"mdat", bytes(100))
    to_the_end = b"\x00\x00\x00\x00mdat" + bytes(100)

    assert type_of(samples.FTYP + index + samples.MDAT) == "audio/mp4"
    assert type_of(samples.FTYP + samples.MDAT + index) == "audio/mp4"
    assert type_of(samples.FTYP + long + index) == "audio/mp4"
    assert type_of(samples.FTYP + index + to_the_end) == "audio/mp4"


def test_an_mp4_may_have_chapters_a_cover_and_lossless_sound() -> None:
    lossless = samples.track(b"soun", b"alac")

    assert type_of(samples.mp4(samples.CHAPTERS, lossless, samples.COVER)) == "audio/mp4"


def test_a_fragmented_mp4_with_sound_is_accepted() -> None:
    fragment = samples.box(b"moof", bytes(50)) + samples.MDAT

    assert type_of(samples.FTYP + samples.movie(samples.SOUND) + fragment * 3) == "audio/mp4"


# What is refused, and why


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This file is empty."),
        (bytes(1), "This is a row of zeros, not audio."),
        (bytes(MIB), "This is a row of zeros, not audio."),
        (samples.HTML, "This is a web page (HTML), not audio."),
        (b"\n <html><body><svg/>", "This is a web page (HTML), not audio."),
        (BYTE_ORDER_MARK + samples.HTML, "This is a web page (HTML), not audio."),
        (b"<?xml version='1.0'?><!DOCTYPE html>", "This is a web page (HTML), not audio."),
        (samples.HTML + samples.mp3(), "This is a web page (HTML), not audio."),
        (b"<svg onload='alert(1)'>", "This is a drawing (SVG), not audio."),
        (b"<?xml version='1.0'?><svg>", "This is a drawing (SVG), not audio."),
        (b"<?xml version='1.0'?><rss>", "This is an XML document, not audio."),
        (b"<?xml version='1.0'?>", "This is an XML document, not audio."),
        (b"\x7fELF\x02\x01\x01", "This is a program (ELF), not audio."),
        (b"MZ\x90\x00\x03", "This is a program (Windows), not audio."),
        (b"\xcf\xfa\xed\xfe\x07", "This is a program (Mach-O), not audio."),
        (b"\xca\xfe\xba\xbe\x00", "This is a program (Mach-O or Java), not audio."),
        (b"#!/bin/sh\nrm -rf /\n", "This is a script, not audio."),
        (b"PK\x03\x04\x14\x00", "This is a ZIP archive, not audio."),
        (b"%PDF-1.7\n", "This is a PDF document, not audio."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture (PNG), not audio."),
        (b"\xff\xd8\xff\xe0", "This is a picture (JPEG), not audio."),
        (b"GIF89a", "This is a picture (GIF), not audio."),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "This is a picture (WebP), not audio."),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "This is video (AVI), not audio."),
        (b"\x1a\x45\xdf\xa3", "This is video (Matroska or WebM), not audio."),
        (b"FLV\x01\x05", "This is video (Flash), not audio."),
        (b"\x00\x00\x01\xba\x44", "This is video (MPEG), not audio."),
        (samples.transport_stream(), "This is video (MPEG transport stream), not audio."),
        (samples.transport_stream(bytes(4)), "This is video (MPEG transport stream), not audio."),
        (b"MThd\x00\x00\x00\x06", "This is MIDI (notes without sound), not audio."),
        ("La canción más bonita\n".encode() * 99, "This is plain text, not audio."),
        (samples.id3(), "This is only a tag (ID3 or APE), with no audio after it."),
        (samples.id3()[:30], "This is only a tag (ID3 or APE), with no audio after it."),
        (samples.ape_tag(), "This is only a tag (ID3 or APE), with no audio after it."),
        (samples.id3() + samples.HTML, "This is a web page (HTML), not audio."),
        (samples.id3() + bytes(1000), "This is a row of zeros, not audio."),
    ],
)
def test_what_is_not_audio_is_called_by_its_name(content: bytes, reason: str) -> None:
    assert refusal_of(content) == reason


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        noise(100_000),
        samples.MP2_FRAME * 10,
        b"\xff\xfb\x00\x64".ljust(417, b"\xaa") * 10,
        samples.MP3_FRAME + samples.MP3_FRAME_MPEG_2 + samples.MP3_FRAME + b"\xaa",
        samples.mp3(2) + b"\xaa",
        noise(999) + samples.mp3(2),
        samples.MP3_FRAME[:-1],
        noise(80_000) + samples.mp3(),
        b"RF64" + samples.simple_wav()[4:],
        b"FORM\x00\x00\x00\x20AIFFCOMM".ljust(100, b"\x01"),
    ],
    ids=[
        "one byte",
        "noise",
        "MPEG layer II",
        "MP3 of free format",
        "frames of different streams",
        "two frames and something else",
        "something else and two frames",
        "part of a frame",
        "frames far behind the start",
        "RF64",
        "AIFF",
    ],
)
def test_the_rest_is_refused_with_the_list_of_what_is_played(content: bytes) -> None:
    assert refusal_of(content) == (
        "This is not audio of a kind that CDPSfy plays (MP3, Ogg, FLAC, WAV, M4A or AAC)."
    )


@pytest.mark.parametrize("codec", [b"\x80theora", b"\x01video", b"BBCD\x00"])
def test_ogg_video_is_refused(codec: bytes) -> None:
    assert refusal_of(samples.ogg(b"\x01vorbis", codec)) == "This is video (Ogg), not audio."


@pytest.mark.parametrize("codecs", [[b"Speex   "], [b"\x01vorbis", b"\x80kate"], [b"fishead\x00"]])
def test_an_ogg_file_with_other_streams_is_refused(codecs: list[bytes]) -> None:
    assert refusal_of(samples.ogg(*codecs)) == (
        "This Ogg file holds something else than Vorbis, Opus or FLAC sound."
    )


def test_an_ogg_file_of_headers_alone_is_refused() -> None:
    headers = samples.ogg_page(b"OpusHead", first=True) + samples.ogg_page(b"OpusTags")

    assert refusal_of(headers) == "This Ogg file is damaged or cut short: it holds no sound."


def test_flac_metadata_alone_is_refused() -> None:
    metadata = samples.flac()[:-100]

    assert refusal_of(metadata) == "This FLAC file is damaged or cut short: it holds no sound."


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [samples.wav_format()],
        [samples.wav_format(), samples.chunk(b"data", b"")],
        [samples.wav_format(), b"data\x00\x01\x00\x00"],
        [samples.chunk(b"data", bytes(100))],
    ],
    ids=["no chunks", "no data", "empty data", "data cut off", "no format"],
)
def test_a_wav_without_sound_is_refused(chunks: list[bytes]) -> None:
    assert refusal_of(samples.wav(*chunks)) == "This WAV file holds no sound."


def test_a_wav_that_browsers_do_not_play_is_refused() -> None:
    adpcm = samples.wav(samples.wav_format(0x0002), samples.chunk(b"data", bytes(100)))

    assert refusal_of(adpcm) == (
        "The sound in this WAV file is coded in a way that browsers do not play."
    )


def test_mp4_video_is_refused_wherever_its_index_stands() -> None:
    index = samples.movie(samples.SOUND, samples.VIDEO)

    assert refusal_of(samples.FTYP + index + samples.MDAT) == "This is video (MP4), not audio."
    assert refusal_of(samples.FTYP + samples.MDAT + index) == "This is video (MP4), not audio."


def test_an_mp4_without_sound_that_is_played_is_refused() -> None:
    dolby = samples.track(b"soun", b"ac-3")

    assert refusal_of(samples.mp4(samples.CHAPTERS)) == "This MP4 file holds no sound."
    assert refusal_of(samples.mp4(samples.box(b"trak"))) == "This MP4 file holds no sound."
    assert refusal_of(samples.mp4(dolby)) == "The sound in this MP4 file is neither AAC nor ALAC."


@pytest.mark.parametrize(
    "boxes",
    [
        b"",
        samples.MDAT,
        samples.movie(samples.SOUND),
        samples.movie(samples.SOUND) + samples.box(b"mdat"),
        samples.MDAT + samples.movie(samples.SOUND)[:-1],
        b"\x00\x00\x00\x07free" + samples.MDAT + samples.movie(samples.SOUND),
        struct.pack(">I4sQ", 1, b"free", 2**64 - 1) + samples.movie(samples.SOUND),
        struct.pack(">I4sQ", 1, b"free", 15) + samples.movie(samples.SOUND),
    ],
    ids=[
        "no boxes",
        "no index",
        "no sound",
        "empty sound",
        "index cut off",
        "a box smaller than its header",
        "a box larger than any file",
        "a large box smaller than its header",
    ],
)
def test_a_damaged_mp4_is_refused(boxes: bytes) -> None:
    assert refusal_of(samples.FTYP + boxes) == (
        "This MP4 file is damaged or cut short: its index or its sound is missing."
    )


# What holds for every file


@pytest.mark.parametrize("content", [samples.mp3(), samples.simple_wav(), samples.HTML, b""])
def test_the_source_is_left_at_its_start(content: bytes) -> None:
    source = io.BytesIO(content)
    source.seek(len(content) // 2)

    with contextlib.suppress(NotAudio):
        media_type(source)

    assert source.tell() == 0


def test_an_error_of_the_disk_is_not_mistaken_for_a_bad_file() -> None:
    with pytest.raises(OSError, match="Input/output error"):
        media_type(FailingFile(samples.mp3()))


@pytest.mark.parametrize(
    "content",
    [
        samples.FTYP + samples.box(b"free") * MIB,
        samples.mp4(samples.box(b"trak") * MIB),
        samples.id3(0) * MIB,
        samples.ogg_page(b"OpusHead", first=True) * MIB,
        samples.wav(samples.chunk(b"JUNK", b"") * MIB),
        b"fLaC\x00\x00\x00\x22" + bytes(8 * MIB),
        b"\xff\xfb\x90\x00" * 4 * MIB,
        b"\xff\xf1\x50" * 4 * MIB,
    ],
    ids=[
        "boxes",
        "tracks",
        "tags",
        "pages",
        "chunks",
        "metadata blocks",
        "false MP3 headers",
        "false ADTS headers",
    ],
)
def test_a_file_made_of_millions_of_nothings_is_refused_after_a_little_reading(
    content: bytes,
) -> None:
    source = CountingFile(content)

    with pytest.raises(NotAudio):
        media_type(source)

    assert source.total < MIB


@pytest.mark.parametrize("content", samples.SMALL.values(), ids=samples.SMALL)
def test_a_file_cut_off_anywhere_is_recognised_or_refused(content: bytes) -> None:
    for size in range(len(content)):
        assert answers(content[:size])


def answers(content: bytes) -> bool:
    """Return whether there is a media type or a refusal; anything else raised fails the test."""
    try:
        return type_of(content).startswith("audio/")
    except NotAudio as refusal:
        return bool(str(refusal))


MAGIC_NUMBERS = [
    b"",
    b"ID3\x04\x00\x00\x00\x00\x00\x05",
    b"APETAGEX",
    b"OggS\x00\x02",
    b"fLaC\x00\x00\x00\x22",
    b"RIFF\xff\xff\xff\xffWAVE",
    samples.FTYP,
    b"\xff\xfb\x90\x64",
    b"\xff\xf1\x50\x80",
    b"<",
]


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(MAGIC_NUMBERS), st.binary(max_size=2000))
def test_any_bytes_behind_any_magic_number_are_recognised_or_refused(
    magic_number: bytes, rest: bytes
) -> None:
    assert answers(magic_number + rest)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(sorted(samples.SMALL.values())), st.integers(0, 499), st.binary(max_size=9))
def test_a_file_damaged_anywhere_is_recognised_or_refused(
    content: bytes, place: int, damage: bytes
) -> None:
    assert answers(content[:place] + damage + content[place + len(damage) :])
