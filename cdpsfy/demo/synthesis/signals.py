"""Mono signals as lists of samples: the few sources and filters that instruments are made of."""

import math
from collections.abc import Callable
from functools import lru_cache
from random import Random

RATE = 44_100  # samples per second
BANDWIDTH = 9_000  # no oscillator has harmonics above this [Hz]: nothing aliases
TABLE_SIZE = 4_096  # samples of one period: fine enough to read without interpolation

Samples = list[float]
Harmonics = Callable[[int], float]


def sample_count(seconds: float) -> int:
    """How many samples last this many seconds."""
    return round(seconds * RATE)


@lru_cache(maxsize=256)
def wavetable(amplitude: Harmonics, frequency: float) -> tuple[float, ...]:
    """One period of the tone whose k-th harmonic (from 1) has `amplitude(k)`, band-limited."""
    harmonics = [(k, amplitude(k)) for k in range(1, max(2, int(BANDWIDTH / frequency)))]
    sine = [math.sin(math.tau * i / TABLE_SIZE) for i in range(TABLE_SIZE)]
    return tuple(
        sum(level * sine[k * i % TABLE_SIZE] for k, level in harmonics if level)
        for i in range(TABLE_SIZE)
    )


def oscillator(
    amplitude: Harmonics, frequency: float, seconds: float, *, cents: float = 0, vibrato: float = 0
) -> Samples:
    """Play a steady tone, detuned by `cents`; `vibrato` is the depth of a 5 Hz one, in cents."""
    table = wavetable(amplitude, round(frequency, 2))
    step = TABLE_SIZE * frequency * 2 ** (cents / 1200) / RATE
    # A vibrato swings the phase: by its relative depth in frequency over its angular rate.
    rate = math.tau * 5 / RATE
    swing = step * (2 ** (vibrato / 1200) - 1) / rate
    return [
        table[int(i * step + swing * math.sin(i * rate)) % TABLE_SIZE]
        for i in range(sample_count(seconds))
    ]


def decaying_sine(frequency: float, level: float, decay: float, seconds: float) -> Samples:
    """Ring like a struck bar: a sine that falls by 60 dB in `decay` seconds (a two-pole filter)."""
    radius = 10 ** (-3 / (decay * RATE))
    angle = math.tau * frequency / RATE
    feedback, damping = 2 * radius * math.cos(angle), radius * radius
    before, now = 0.0, level * radius * math.sin(angle)
    samples = []
    for _ in range(sample_count(seconds)):
        samples.append(before)
        before, now = now, feedback * now - damping * before
    return samples


def noise(seconds: float, seed: int) -> Samples:
    """White noise between -1 and 1, the same for the same seed."""
    random = Random(seed)  # noqa: S311 - sound, not secrets
    return [random.uniform(-1, 1) for _ in range(sample_count(seconds))]


def low_pass(samples: Samples, cutoff: float) -> Samples:
    """Soften with one pole at `cutoff` Hz."""
    share = 1 - math.exp(-math.tau * cutoff / RATE)
    level = 0.0
    return [level := level + share * (sample - level) for sample in samples]


def high_pass(samples: Samples, cutoff: float) -> Samples:
    """Keep what `low_pass` takes away."""
    return [s - low for s, low in zip(samples, low_pass(samples, cutoff), strict=True)]


def mixed(*signals: Samples) -> Samples:
    """Add signals of one length."""
    return [math.fsum(together) for together in zip(*signals, strict=True)]


def decayed(samples: Samples, decay: float) -> Samples:
    """Let a signal die away, by 60 dB in `decay` seconds."""
    ratio = 10 ** (-3 / (decay * RATE))
    return [sample * ratio**i for i, sample in enumerate(samples)]


def ramped(samples: Samples, attack: float, release: float) -> Samples:
    """Rise over the first `attack` seconds and fall over the last `release`, without clicks."""
    result = list(samples)
    rise, fall = (min(sample_count(t), len(samples)) for t in (attack, release))
    for i in range(rise):
        result[i] *= 0.5 - 0.5 * math.cos(math.pi * i / rise)
    for i in range(fall):
        result[-1 - i] *= 0.5 - 0.5 * math.cos(math.pi * i / fall)
    return result
