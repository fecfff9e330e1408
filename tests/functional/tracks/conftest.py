from __future__ import annotations

from importlib.resources import files

import pytest

from tests.functional.tracks.service import MIB, Service
from tests.unit.tracks import audio_samples as samples


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def song() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()


@pytest.fixture
def long_song() -> bytes:
    """Return a WAV that fills three blocks of storage and a little of a fourth."""
    noise = samples.noise(3 * MIB + 1000)
    return samples.wav(samples.wav_format(), samples.chunk(b"data", noise))
