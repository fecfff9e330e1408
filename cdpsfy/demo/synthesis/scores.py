"""Written music: "A4:1 C4+E4:.5 R:2" is a note, a chord and a rest, with lengths in beats."""

import re
from dataclasses import dataclass
from itertools import accumulate

_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "b": -1}
_PITCH = re.compile(r"([A-G])([#b]?)(\d)")


@dataclass(frozen=True)
class Note:
    """One sound: start and length in beats, frequency in Hz, velocity from 0 to 1.

    `position` counts the notes of a chord from its lowest: a strummed chord spreads them.
    """

    start: float
    length: float
    frequency: float
    velocity: float = 0.8
    position: int = 0


def frequency(pitch: str) -> float:
    """Tune a pitch like "C#4" in equal temperament, A4 at 440 Hz; ValueError when it is none."""
    match = _PITCH.fullmatch(pitch)
    if match is None:
        raise ValueError(f"not a pitch: {pitch!r}")
    letter, accidental, octave = match.groups()
    semitones = _SEMITONES[letter] + _ACCIDENTALS[accidental] + 12 * (int(octave) - 4) - 9
    return float(440 * 2 ** (semitones / 12))


def melody(text: str, start: float = 0) -> list[Note]:
    """Read notes, chords and rests, one after another from beat `start`."""
    tokens = [(pitches, float(beats)) for pitches, beats in re.findall(r"(\S+):(\S+)", text)]
    starts = accumulate((beats for _, beats in tokens), initial=start)
    return [
        Note(at, beats, frequency(pitch), position=position)
        for (pitches, beats), at in zip(tokens, starts, strict=False)
        if pitches != "R"
        for position, pitch in enumerate(pitches.split("+"))
    ]


def arpeggio(chords: str, order: str, step: float) -> list[Note]:
    """Play each chord of "A3+C4+E4 …" note by note, `step` beats each, in the `order` "0121"."""
    pitches = [chord.split("+") for chord in chords.split()]
    return melody(" ".join(f"{chord[int(i)]}:{step}" for chord in pitches for i in order))


def rhythm(pattern: str, step: float, tuning: float, start: float = 0) -> list[Note]:
    """Read a drum pattern, `step` beats a character: "X" an accent, "x" a hit, "." silence."""
    velocity = {"X": 1.0, "x": 0.6}
    hits = pattern.replace(" ", "")
    return [
        Note(start + i * step, step, tuning, velocity[hit])
        for i, hit in enumerate(hits)
        if hit != "."
    ]
