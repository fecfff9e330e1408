"""`cdpsfy storage remark` after a restore that forgot the attributes."""

from __future__ import annotations

from tests.functional.cli.library import Library, cdpsfy
from tests.unit.tracks import audio_samples as samples


def test_music_that_lost_its_marks_can_be_played_again(library: Library) -> None:
    keys = library.put(samples.mp3(), samples.mp3(5))
    for key in keys:
        library.unmark(key, hours_ago=2)

    done = cdpsfy("storage", "remark", library.ini)

    assert done.returncode == 0
    assert "2 marked again" in done.stdout
    assert cdpsfy("scrub", library.ini).stdout == "2 whole\n"
    assert library.driver.stat(keys[0]).content_type == "audio/mpeg"


def test_only_whole_audio_that_nobody_writes_is_marked(library: Library) -> None:
    part, noise, young = (library.put(song)[0] for song in (b"part", samples.noise(900), b"young"))
    library.path(part).write_bytes(b"pa")
    library.unmark(part, hours_ago=2)
    library.unmark(noise, hours_ago=2)
    library.unmark(young)

    done = cdpsfy("storage", "remark", library.ini)

    assert f"left: not whole: {part}" in done.stdout
    assert f"left: whole, but no audio that is known here: {noise}" in done.stdout
    assert f"left: too young: {young}" in done.stdout
    assert "marked again" not in done.stdout


def test_younger_files_are_marked_on_demand(library: Library) -> None:
    (key,) = library.put(samples.mp3())
    library.unmark(key, hours_ago=0.1)

    done = cdpsfy("storage", "remark", library.ini, "--older-than", "1min")

    assert done.stdout.startswith(f"marked again: {key}\n")


def test_nothing_to_do_is_said(library: Library) -> None:
    library.put(samples.mp3())

    done = cdpsfy("storage", "remark", library.ini)

    assert done.stdout == "no mark is missing\n"
