"""The twelve pieces and their albums, as data: who plays what, where, how loud."""

from dataclasses import dataclass

from cdpsfy.demo.synthesis.covers import Picture, lighthouse, quarter_circles, three_discs
from cdpsfy.demo.synthesis.instruments import (
    Instrument,
    bass_guitar,
    bell,
    bowed_string,
    celesta,
    electric_piano,
    hi_hat,
    kick,
    marimba,
    music_box,
    nylon_string,
    pulse,
    snare,
    steel_string,
    synth_pluck,
    triangle,
    warm_pad,
)
from cdpsfy.demo.synthesis.scores import Note, arpeggio, melody, rhythm


@dataclass(frozen=True)
class Album:
    """What the pieces of one record share; the cover file's suffix is the picture's format."""

    title: str
    artist: str
    year: int
    cover: Picture
    cover_file: str


@dataclass(frozen=True)
class Part:
    """One instrument's notes; pan from -1 (left) to 1; strum in seconds between chord notes."""

    instrument: Instrument
    notes: list[Note]
    level: float = 1.0
    pan: float = 0.0
    strum: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A composition: its place on the album, tempo in beats per minute, room from 0 (dry) to 1.

    The `tail` is what rings after the last beat, and is faded [s].
    The suffix of `file` is the format it is encoded in.
    """

    title: str
    file: str
    album: Album
    number: int
    genre: str
    tempo: float
    room: float
    parts: tuple[Part, ...]
    tail: float = 2.2


NANAS = Album("Nanas para tres discos", "Las Tres Réplicas", 2015, three_discs, "discs.jpg")
LIGHTHOUSE = Album("Faro de guardia", "Nodo Norte", 2019, lighthouse, "lighthouse.jpg")
MACHINES = Album("Small Machines", "Ada Cantarera", 2022, quarter_circles, "circles.png")
ALBUMS = (NANAS, LIGHTHOUSE, MACHINES)


LULLABY = Piece(
    title="Canción de cuna",
    file="cancion-de-cuna.flac",
    album=NANAS,
    number=1,
    genre="Lullaby",
    tempo=92,
    room=0.3,
    parts=(
        Part(
            celesta,
            melody("""
                A4:1 C5:1 A4:1   Bb4:2 D5:1      C5:1.5 Bb4:.5 A4:1   G4:3
                A4:1 C5:1 F5:1   E5:1.5 D5:.5 A4:1   Bb4:1 A4:1 G4:1  F4:3
            """),
        ),
        Part(
            celesta,
            melody("""
                F3:1 C4:1 A3:1   Bb3:1 D4:1 F4:1   F3:1 C4:1 A3:1   C3:1 G3:1 E4:1
                F3:1 C4:1 A3:1   D3:1 A3:1 F4:1    C3:1 G3:1 E4:1   F3:1 C4:1 F4:1
            """),
            level=0.5,
        ),
    ),
)

# A canon: each of the three "discs" starts one turn (eight beats) after the one before.
_CANON = (
    "F#5:1 A5:1 F#5:1 D5:1 B4:1 D5:1 C#5:2 ",
    "D6:.5 C#6:.5 D6:1 B5:.5 A5:.5 B5:1 G5:.5 F#5:.5 G5:1 A5:.5 G5:.5 E5:1 ",
    "A5:2 F#5:2 D5:2 E5:2 ",
)

CANON = Piece(
    title="Nanas para tres discos",
    file="nanas-para-tres-discos.mp3",
    album=NANAS,
    number=2,
    genre="Music box",
    tempo=112,
    room=0.35,
    parts=(
        Part(music_box, melody("".join(_CANON) + "F#5:2"), pan=-0.6),
        Part(music_box, melody("".join(_CANON[:2]) + "A5:2", start=8), level=0.8, pan=0.6),
        Part(music_box, melody(_CANON[0] + "D6:2", start=16), level=0.7),
        Part(music_box, melody("D4:2 B3:2 G3:2 A3:2 " * 3 + "D4+A4:2"), level=0.5, strum=0.05),
    ),
)

# Change ringing: five bells hunt through each other, every row a new order.
BELLS = Piece(
    title="Campanas de medianoche",
    file="campanas-de-medianoche.flac",
    album=NANAS,
    number=3,
    genre="Ambient",
    tempo=152,
    room=0.4,
    parts=(
        Part(
            bell,
            melody("""
                C5:1 A4:1 G4:1 F4:1 D4:1   A4:1 C5:1 F4:1 G4:1 D4:1
                A4:1 F4:1 C5:1 D4:1 G4:1   F4:1 A4:1 D4:1 C5:1 G4:1
                F4:1 D4:1 A4:1 G4:1 C5:1   D4:1 F4:1 G4:1 A4:1 C5:1   D4+A4:5
            """),
            strum=0.03,
        ),
        Part(warm_pad, melody("D3+A3:15 F3+C4:10 D3+A3:10"), level=0.11),
    ),
)

WALTZ = Piece(
    title="Vals de la azotea",
    file="vals-de-la-azotea.mp3",
    album=NANAS,
    number=4,
    genre="Waltz",
    tempo=176,
    room=0.25,
    parts=(
        Part(
            steel_string,
            melody("""
                E5:2 C5:1   D5:1 F5:1 A5:1   G5:2 D5:1        E5:3
                C5:1 F5:1 A5:1   A5:1 G5:1 F5:1   E5:1 G#5:1 B5:1  E5:3
                A5:2 E5:1   F5:1 E5:1 D5:1   G5:2 B4:1        C5:1 D5:1 E5:1
                F5:1 A4:1 C5:1   B4:1 D5:1 G#4:1  A4:3   A4+E5+A5:3
            """),
            pan=0.3,
            strum=0.03,
        ),
        Part(
            steel_string,
            melody("""
                A2:1 C4+E4:1 C4+E4:1   D3:1 A3+F4:1 A3+F4:1   G2:1 B3+D4:1 B3+D4:1
                C3:1 E4+G4:1 E4+G4:1   F2:1 A3+C4:1 A3+C4:1   D3:1 A3+F4:1 A3+F4:1
                E3:1 G#3+D4:1 G#3+D4:1   E2:1 G#3+B3:1 G#3+B3:1
                A2:1 C4+E4:1 C4+E4:1   D3:1 A3+F4:1 A3+F4:1   G2:1 B3+D4:1 B3+D4:1
                C3:1 E4+G4:1 E4+G4:1   F2:1 A3+C4:1 A3+C4:1   E3:1 G#3+D4:1 G#3+D4:1
                A2:1 C4+E4:1 C4+E4:1   A2+E3+A3+C4:3
            """),
            level=0.45,
            pan=-0.3,
            strum=0.02,
        ),
    ),
)

DRIFT = Piece(
    title="Marea lenta",
    file="marea-lenta.opus",
    album=LIGHTHOUSE,
    number=1,
    genre="Ambient",
    tempo=60,
    room=0.6,
    parts=(
        Part(
            warm_pad,
            melody("C3+G3+D4+E4+B4:4.5 A2+E3+G3+C4+B4:4.5 F2+C3+A3+E4+G4:4.5 C3+G3+D4+E4+C5:4"),
            level=0.3,
        ),
        Part(
            electric_piano,
            melody("R:2 G5:2.5 R:1.5 E5:1 B5:2 R:2 C6:.5 A5:2 R:1.5 G5:2"),
            level=0.8,
            pan=0.5,
        ),
        Part(
            electric_piano,
            melody("R:3.5 D5:2 R:2.5 C5:2.5 R:1.5 E5:2 R:2 D5:1.5"),
            level=0.8,
            pan=-0.5,
        ),
    ),
)

GROOVE = Piece(
    title="Heartbeat",
    file="heartbeat.m4a",
    album=LIGHTHOUSE,
    number=2,
    genre="Funk",
    tempo=108,
    room=0.1,
    tail=1.2,
    parts=(
        Part(kick, rhythm("X...x.X...x..... X..x..X...x...x." * 3 + "X", 0.25, 52), level=0.9),
        Part(snare, rhythm("....X.......X..x" * 6, 0.25, 190), level=0.75, pan=0.1),
        Part(hi_hat, rhythm("x.X.x.X.x.X.x.Xx" * 6, 0.25, 6_000), level=1.6, pan=-0.3),
        Part(
            bass_guitar,
            melody(
                """
                E2:.75 E2:.25 R:.5 G2:.5 A2:.5 R:.5 B2:.5 D3:.5
                E3:.5 R:.25 E2:.25 E2:.5 R:.5 D3:.5 B2:.5 A2:.5 G2:.5
                """
                * 3
                + "E2:2"
            ),
            level=0.8,
        ),
        Part(
            electric_piano,
            melody(
                "R:1.5 G4+B4+D5:.25 R:1.75 G4+B4+D5:.5 R:1.5 A4+C#5+E5:.25 R:.75 G4+B4+D5:1.5 " * 3
                + "G4+B4+D5+F#5:2"
            ),
            level=0.4,
            pan=0.35,
        ),
    ),
)

# The grid is in thirds of a beat: that is the swing.
_THIRD = 1 / 3

LO_FI = Piece(
    title="Rainy Platform",
    file="rainy-platform.mp3",
    album=LIGHTHOUSE,
    number=3,
    genre="Lo-fi",
    tempo=80,
    room=0.25,
    tail=1.4,
    parts=(
        Part(kick, rhythm("X....x..X... X.......Xx.." * 2 + "X", _THIRD, 48, start=4), level=0.8),
        Part(snare, rhythm("...X.....X.." * 4, _THIRD, 170, start=4), level=0.8),
        Part(hi_hat, rhythm("x.xX.xx.xX.x" * 4, _THIRD, 5_000, start=4), level=1.2, pan=0.3),
        Part(
            bass_guitar,
            melody(
                "R:4 D2:1.67 D2:.33 A2:1 R:1 G2:1.67 G2:.33 D3:1 R:1 "
                "C2:1.67 C2:.33 G2:1 R:1 A2:1.67 A2:.33 E2:1 R:1 D2:3"
            ),
            level=0.7,
        ),
        Part(
            electric_piano,
            melody(
                "F3+A3+C4+E4:2.67 F3+A3+C4+E4:1.33 " * 2 + "F3+B3+E4+A4:2.67 F3+B3+E4+A4:1.33 "
                "E3+G3+B3+D4:2.67 E3+G3+B3+D4:1.33 G3+B3+C4+E4:2.67 G3+B3+C4+E4:1.33 "
                "F3+A3+C4+E4:3"
            ),
            level=0.55,
            strum=0.025,
        ),
        Part(
            electric_piano,
            melody(
                "R:2 C5:.67 E5:.33 A5:2.67 E5:.33 D5:.67 C5:1.33 B4:2 "
                "R:1.67 G4:.33 B4:.67 D5:1.33 C5:3 R:1 A4:3"
            ),
            level=0.6,
            pan=-0.3,
        ),
    ),
)

ARPEGGIO = Piece(
    title="Northern Arpeggio",
    file="northern-arpeggio.mp3",
    album=LIGHTHOUSE,
    number=4,
    genre="Electronic",
    tempo=124,
    room=0.35,
    parts=(
        Part(
            synth_pluck,
            arpeggio(
                "A3+C4+E4+A4 F3+A3+C4+G4 C4+E4+G4+B4 G3+B3+D4+A4 "
                "A3+C4+E4+C5 F3+A3+C4+G4 D4+F4+A4+E5",
                order="0123132101231323",
                step=0.25,
            ),
            level=0.5,
            pan=-0.25,
        ),
        Part(
            warm_pad,
            melody("A3+E4:4 F3+C4:4 C4+G4:4 G3+D4:4 A3+E4:4 F3+C4:4 D4+A4:4 A3+C4+E4+A4:2"),
            level=0.13,
            pan=0.25,
        ),
        Part(
            bass_guitar,
            melody("A1:4 F2:4 C2:4 G2:4 A1:4 F2:4 D2:4 A1:2"),
            level=0.9,
        ),
        Part(
            bell,
            melody("R:16 E5:4 C5:4 A5:4 A4:2"),
            level=0.4,
            pan=0.5,
        ),
    ),
)

CHIPTUNE = Piece(
    title="Eight Bits to Cádiz",
    file="eight-bits-to-cadiz.wav",
    album=MACHINES,
    number=1,
    genre="Chiptune",
    tempo=168,
    room=0.0,
    tail=0.4,
    parts=(
        Part(
            pulse,
            melody("""
                C5:.5 E5:.5 G5:.5 C6:.5 B5:.5 G5:.5 E5:1   A5:.75 G5:.25 E5:.5 C5:.5 A4:1 R:1
                F5:.5 A5:.5 C6:.5 A5:.5 G5:.5 F5:.5 A5:1   G5:.5 F5:.5 D5:.5 B4:.5 D5:1 G5:1
                C5:.5 E5:.5 G5:.5 C6:.5 B5:.5 G5:.5 E5:1   C6:.75 B5:.25 A5:.5 E5:.5 A5:1 G5:1
                F5:.5 A5:.5 C6:.5 A5:.5 G5:.5 B5:.5 D6:.5 B5:.5   C6:1 G5:.5 E5:.5 C5:2
            """),
            level=0.5,
        ),
        Part(
            pulse,
            arpeggio(
                "C4+E4+G4 A3+C4+E4 F3+A3+C4 G3+B3+D4 C4+E4+G4 A3+C4+E4 F3+A3+C4",
                order="0120120120120120",
                step=0.25,
            ),
            level=0.35,
        ),
        Part(
            triangle,
            melody("""
                C3:.5 C3:.5 G3:.5 C3:.5 C3:.5 C3:.5 G3:.5 B2:.5
                A2:.5 A2:.5 E3:.5 A2:.5 A2:.5 A2:.5 E3:.5 G2:.5
                F2:.5 F2:.5 C3:.5 F2:.5 F2:.5 F2:.5 C3:.5 F#2:.5
                G2:.5 G2:.5 D3:.5 G2:.5 G2:.5 A2:.5 B2:.5 G2:.5
                C3:.5 C3:.5 G3:.5 C3:.5 C3:.5 C3:.5 G3:.5 B2:.5
                A2:.5 A2:.5 E3:.5 A2:.5 A2:.5 A2:.5 E3:.5 G2:.5
                F2:.5 F2:.5 C3:.5 F2:.5 G2:.5 G2:.5 D3:.5 G2:.5   C3:1 G2:1 C2:2
            """),
            level=0.9,
        ),
        Part(hi_hat, rhythm("..X...X." * 7, 0.5, 3_500), level=1.2),
    ),
)

# Interlocking patterns that enter one after another, twelve quavers to a turn.
MARIMBAS = Piece(
    title="Marimba for Idle Cores",
    file="marimba-for-idle-cores.ogg",
    album=MACHINES,
    number=2,
    genre="Minimalism",
    tempo=144,
    room=0.2,
    tail=1.4,
    parts=(
        Part(
            marimba,
            melody("G4:.5 D5:.5 R:.5 Bb4:.5 C5:.5 R:.5 D5:.5 G4:.5 R:.5 F5:.5 D5:.5 C5:.5 " * 7),
            pan=-0.6,
        ),
        Part(
            marimba,
            melody(
                "R:.5 G5:.5 F5:.5 R:.5 D5:.5 F5:.5 R:.5 C5:.5 D5:.5 R:.5 Bb4:.5 D5:.5 " * 6, start=6
            ),
            level=0.8,
            pan=0.6,
        ),
        Part(
            marimba,
            melody(
                "G3:1.5 D4:1 G3:.5 Bb3:1.5 F4:1.5 " * 3
                + "Eb3:1.5 Bb3:1 Eb4:.5 F3:1.5 C4:1.5 "
                + "G3:1.5 D4:1 G3:.5 Bb3:1.5 D4:1.5 G2+D3+G3:1",
                start=12,
            ),
            level=1.2,
        ),
    ),
)

# The Andalusian cadence, once in each twelve beats: A minor, G, F, E.
PHRYGIAN = Piece(
    title="Soleá del último tren",
    file="solea-del-ultimo-tren.ogg",
    album=MACHINES,
    number=3,
    genre="Flamenco",
    tempo=148,
    room=0.2,
    parts=(
        Part(
            nylon_string,
            melody(
                "A2+E3+A3+C4+E4:3 G2+D3+G3+B3+D4:3 F2+C3+F3+A3+C4:2 F2+C3+F3+A3+C4:1 "
                "E2+B2+E3+G#3+B3+E4:3 "
                * 2
                + "A2+E3+A3+C4+E4:2 G2+D3+G3+B3+D4:2 F2+C3+F3+A3+C4:2 E2+B2+E3+G#3+B3+E4:4"
            ),
            level=0.5,
            strum=0.022,
        ),
        Part(
            nylon_string,
            melody("""
                E5:1 F5:.5 E5:.5 D5:.5 C5:.5   D5:1 E5:.5 D5:.5 C5:.5 B4:.5
                C5:1 D5:.5 C5:.5 B4:.5 A4:.5   B4:.5 A4:.5 G#4:1 E4:1
                A4:.33 B4:.33 C5:.34 B4:.33 C5:.33 D5:.34 C5:1
                G4:.33 A4:.33 B4:.34 A4:.33 B4:.33 C5:.34 B4:1
                F4:.33 G4:.33 A4:.34 G4:.33 A4:.33 B4:.34 A4:1   G#4:.5 A4:.5 F4:.5 G#4:.5 E4:1
                E5:.5 D5:.5 C5:.5 B4:.5   D5:.5 C5:.5 B4:.5 A4:.5   C5:.5 B4:.5 A4:.5 F4:.5 E4:4
            """),
        ),
    ),
)

CHORALE = Piece(
    title="Quorum Chorale",
    file="quorum-chorale.m4a",
    album=MACHINES,
    number=4,
    genre="Classical",
    tempo=80,
    room=0.5,
    parts=(
        Part(
            bowed_string,
            melody("""
                B4:1 B4:1 C5:1 A4:2   D5:1 E5:1 C5:1 D5:2
                G5:1 F#5:1 E5:1 D5:1  C5:1 B4:1 A4:1 G4:3
            """),
            pan=-0.5,
        ),
        Part(
            bowed_string,
            melody("""
                G4:1 G4:1 G4:1 G4:1 F#4:1   G4:1 G4:1 A4:1 A4:2
                B4:1 B4:1 C5:1 B4:1  A4:1 G4:1 F#4:1 D4:3
            """),
            level=0.8,
            pan=-0.15,
        ),
        Part(
            bowed_string,
            melody("""
                D4:1 E4:1 E4:1 D4:2   D4:1 E4:1 E4:1 F#4:2
                G4:1 F#4:1 G4:1 G4:1  E4:1 D4:1 C4:1 B3:3
            """),
            level=0.8,
            pan=0.15,
        ),
        Part(
            bowed_string,
            melody("""
                G3:1 E3:1 C3:1 D3:2   B2:1 C3:1 A2:1 D3:2
                E3:1 D3:1 C3:1 B2:1  C3:1 D3:2 G2:3
            """),
            pan=0.5,
        ),
    ),
)

PIECES = (
    *(LULLABY, CANON, BELLS, WALTZ),
    *(DRIFT, GROOVE, LO_FI, ARPEGGIO),
    *(CHIPTUNE, MARIMBAS, PHRYGIAN, CHORALE),
)
