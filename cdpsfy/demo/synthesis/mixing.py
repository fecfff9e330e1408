"""From parts to a stereo recording: placing, reverberation, loudness, fades."""

import math
from random import Random

from cdpsfy.demo.synthesis.pieces import Part, Piece
from cdpsfy.demo.synthesis.signals import RATE, Samples, high_pass, ramped, sample_count

Stereo = tuple[Samples, Samples]

PEAK = 10 ** (-3 / 20)  # -3 dBFS
LOUDNESS = 10 ** (-19 / 20)


def record(piece: Piece) -> Stereo:
    """Play a piece and master it."""
    beat = 60 / piece.tempo
    end = max(note.start + note.length for part in piece.parts for note in part.notes)
    size = sample_count(end * beat + piece.tail)
    dry = ([0.0] * size, [0.0] * size)
    for number, part in enumerate(piece.parts):
        _play(part, beat, dry, Random(f"{piece.title} {number}"))  # noqa: S311 - sound, not secrets
    return _mastered(_in_a_room(dry, piece.room), piece.tail)


def _play(part: Part, beat: float, stage: Stereo, random: Random) -> None:
    """Add a part to the stage, as a person plays: never twice quite as loud, nor quite in time."""
    angle = (part.pan + 1) * math.pi / 4
    played: dict[tuple[float, float], Samples] = {}
    for note in part.notes:
        what = (note.frequency, note.length * beat)
        if what not in played:
            played[what] = part.instrument(*what)
        level = part.level * note.velocity * random.uniform(0.85, 1)
        late = note.position * part.strum + random.uniform(0, 0.008)
        start = sample_count(note.start * beat + late)
        for channel, share in zip(stage, (math.cos(angle), math.sin(angle)), strict=True):
            _add(played[what], channel, start, level * share)


def _add(samples: Samples, channel: Samples, start: int, level: float) -> None:
    heard = samples[: len(channel) - start]
    for i, sample in enumerate(heard, start):
        channel[i] += level * sample


def _in_a_room(dry: Stereo, wet: float) -> Stereo:
    """Mix in reverberation; the channels differ by 23 samples, which is what makes it wide."""
    left, right = (
        [d + wet * w for d, w in zip(channel, _reverberation(channel, spread), strict=True)]
        for channel, spread in zip(dry, (0, 23), strict=True)
    )
    return left, right


def _reverberation(samples: Samples, spread: int) -> Samples:
    """Schroeder's reverberator: parallel combs, then all-passes in series (delays in samples)."""
    combs = [_comb(samples, delay + spread) for delay in (1557, 1617, 1491, 1422)]
    diffuse = [sum(together) / len(combs) for together in zip(*combs, strict=True)]
    for delay in (556, 225):
        diffuse = _all_pass(diffuse, delay + spread)
    return high_pass(diffuse, 120)


def _comb(samples: Samples, delay: int, feedback: float = 0.82, damping: float = 0.3) -> Samples:
    line, echo, result = [0.0] * delay, 0.0, []
    for i, sample in enumerate(samples):
        place = i % delay
        echo = line[place] + damping * (echo - line[place])
        line[place] = sample + feedback * echo
        result.append(echo)
    return result


def _all_pass(samples: Samples, delay: int, gain: float = 0.5) -> Samples:
    line, result = [0.0] * delay, []
    for i, sample in enumerate(samples):
        place = i % delay
        echo = line[place]
        line[place] = sample + gain * echo
        result.append(echo - gain * line[place])
    return result


def _mastered(stereo: Stereo, fade_out: float) -> Stereo:
    """Bring to the common loudness, round off the peaks, fade the ends."""
    gain = LOUDNESS / max(_loudness(channel) for channel in stereo)
    left, right = (
        ramped([_rounded(gain * sample) for sample in channel], attack=0.02, release=fade_out)
        for channel in stereo
    )
    return left, right


def _loudness(channel: Samples) -> float:
    """Root mean square of what the ear weighs: little of the bass, nothing of the silences."""
    heard = high_pass(channel, 150)
    window = RATE // 4
    powers = [
        sum(sample * sample for sample in part) / window
        for part in (heard[i : i + window] for i in range(0, len(heard), window))
    ]
    gate = max(powers) / 100
    return math.sqrt(sum(p for p in powers if p > gate) / sum(1 for p in powers if p > gate))


def _rounded(sample: float, knee: float = 0.4) -> float:
    """Leave quiet samples alone and bend louder ones smoothly below the peak level."""
    if abs(sample) <= knee:
        return sample
    headroom = PEAK - knee
    return math.copysign(knee + headroom * math.tanh((abs(sample) - knee) / headroom), sample)
