"""The instruments: each turns a frequency [Hz] and a length [s] into samples, its ring included."""

import math
from collections.abc import Callable
from functools import partial

from cdpsfy.demo.synthesis.signals import (
    RATE,
    Samples,
    decayed,
    decaying_sine,
    high_pass,
    low_pass,
    mixed,
    noise,
    oscillator,
    ramped,
    sample_count,
)

Instrument = Callable[[float, float], Samples]


# Strings: Karplus and Strong, with the tuning of Jaffe and Smith ("Extensions of the
# Karplus-Strong Plucked-String Algorithm", 1983): a delay line of one period that is averaged
# at every turn, and an all-pass filter for the fraction of a sample that the line cannot hold.


def _plucked(frequency: float, seconds: float, cutoff: float, decay: float) -> Samples:
    period = RATE / frequency - 0.5  # averaging two samples delays by half a sample
    delay = int(period - 0.1)
    fraction = period - delay
    tuning = (1 - fraction) / (1 + fraction)
    loss = 10 ** (-3 / (decay * frequency))
    samples = low_pass(noise((delay + 1) / RATE, seed=round(frequency)), cutoff)
    mean = sum(samples) / len(samples)
    samples = [sample - mean for sample in samples]
    before = 0.0
    for i in range(len(samples), sample_count(seconds)):
        average = loss * 0.5 * (samples[i - delay] + samples[i - delay - 1])
        samples.append(tuning * (average - samples[-1]) + before)
        before = average
    return samples


def steel_string(frequency: float, seconds: float) -> Samples:
    """Pluck a bright string that is left to ring."""
    return ramped(_plucked(frequency, seconds + 0.8, cutoff=5_000, decay=5), 0.001, 0.5)


def nylon_string(frequency: float, seconds: float) -> Samples:
    """Pluck a Spanish guitar's string: darker, and damped soon after the note."""
    return ramped(_plucked(frequency, seconds + 0.4, cutoff=2_200, decay=4), 0.002, 0.4)


def _bow(k: int) -> float:
    return float(k**-1.25)


def bowed_string(frequency: float, seconds: float) -> Samples:
    """Bow two strings of a section, not quite in tune, with vibrato."""
    voices = (
        oscillator(_bow, frequency, seconds + 0.3, cents=cents, vibrato=vibrato)
        for cents, vibrato in ((-4, 9), (5, 6))
    )
    return ramped(low_pass(mixed(*voices), 2_500), 0.12, 0.4)


# Struck bars and bells: partials as (multiple of the frequency, level, decay [s]).


def _struck(
    partials: tuple[tuple[float, float, float], ...], frequency: float, _seconds: float
) -> Samples:
    ring = max(decay for _, _, decay in partials)
    audible = [p for p in partials if p[0] * frequency < RATE / 3]
    waves = (decaying_sine(n * frequency, level, decay, ring) for n, level, decay in audible)
    return ramped(mixed(*waves), 0.002, 0.2)


music_box = partial(_struck, ((1, 1, 2.4), (2, 0.12, 1.6), (5.4, 0.16, 0.5), (9.1, 0.06, 0.2)))
celesta = partial(_struck, ((1, 1, 2.8), (2, 0.2, 1.4), (4, 0.22, 0.7), (8, 0.03, 0.2)))
marimba = partial(_struck, ((1, 1, 1.1), (3.93, 0.3, 0.28), (9.6, 0.12, 0.09)))
bell = partial(  # hum, prime, tierce, quint, nominal: a minor third is what makes it a bell
    _struck,
    (
        (0.5, 0.5, 7),
        (1, 0.7, 5),
        (1.2, 0.45, 3.8),
        (1.5, 0.2, 2.8),
        (2, 0.6, 2.6),
        (2.67, 0.22, 1.4),
        (3.01, 0.18, 1.2),
        (4.17, 0.1, 0.7),
    ),
)


# Keys, pads and the electric rest.


def electric_piano(frequency: float, seconds: float) -> Samples:
    """Frequency modulation at 1:1 for the body, a high tine for the hammer."""
    step = math.tau * frequency / RATE
    fade = 10 ** (-3 / (2.5 * RATE))
    body = [
        level * math.sin(i * step + 0.9 * level * math.sin(i * step))
        for i, level in ((i, fade**i) for i in range(sample_count(seconds + 0.25)))
    ]
    tine = decaying_sine(7 * frequency, 0.05, 0.35, seconds + 0.25)
    return ramped(mixed(body, tine), 0.004, 0.25)


def _soft(k: int) -> float:
    return float(k**-1.9)


def warm_pad(frequency: float, seconds: float) -> Samples:
    """Swell slowly, three voices beating against each other, and overlap the next chord."""
    voices = (oscillator(_soft, frequency, seconds + 1.6, cents=c) for c in (-7, 0, 6))
    return ramped(mixed(*voices), min(1.4, seconds / 2), 1.8)


def _saw(k: int) -> float:
    return 1 / k


def synth_pluck(frequency: float, seconds: float) -> Samples:
    """Open bright and close at once, as a filter under a short envelope does."""
    length = seconds + 0.35
    bright = decayed(oscillator(_saw, frequency, length, cents=4), 0.35)
    dark = decayed(oscillator(_soft, frequency, length, cents=-4), 1.1)
    return ramped(mixed(bright, dark), 0.003, 0.15)


def bass_guitar(frequency: float, seconds: float) -> Samples:
    """Round and short, with enough overtones to be heard on a small speaker."""
    tone = decayed(oscillator(_saw, frequency, seconds + 0.05), 2.2)
    return ramped(low_pass(tone, 420), 0.005, 0.06)


def _pulse(k: int) -> float:
    return math.sin(math.pi * k / 4) / k


def pulse(frequency: float, seconds: float) -> Samples:
    """Play the 25 % pulse wave of the game consoles, each note a little detached."""
    return ramped(oscillator(_pulse, frequency, seconds * 0.92, vibrato=4), 0.003, 0.03)


def _odd(k: int) -> float:
    return math.sin(math.pi * k / 2) / k**2


def triangle(frequency: float, seconds: float) -> Samples:
    """Play the triangle wave that was the consoles' bass."""
    return ramped(oscillator(_odd, frequency, seconds * 0.85), 0.003, 0.02)


# Drums: the frequency tunes them, their length is their own.


def kick(frequency: float, _seconds: float) -> Samples:
    """Drop from four times the frequency to it within a few hundredths of a second."""
    wave, phase = [], 0.0
    for i in range(sample_count(0.35)):
        phase += math.tau * frequency * (1 + 3 * math.exp(-i / RATE / 0.025)) / RATE
        wave.append(math.sin(phase))
    return ramped(decayed(wave, 0.5), 0.002, 0.1)


def snare(frequency: float, _seconds: float) -> Samples:
    """Rattle noise over a short drum tone."""
    rattle = decayed(high_pass(low_pass(noise(0.22, seed=7), 6_000), 900), 0.22)
    skin = decaying_sine(frequency, 0.5, 0.16, 0.22)
    return ramped(mixed(rattle, skin), 0.001, 0.05)


def hi_hat(frequency: float, _seconds: float) -> Samples:
    """Tick with the part of noise above `frequency`."""
    tick = high_pass(high_pass(noise(0.07, seed=11), frequency), frequency)
    return ramped(decayed(tick, 0.09), 0.001, 0.02)
