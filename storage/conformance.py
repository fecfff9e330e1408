"""What every driver must do, as pytest classes: inherit one, give it the two fixtures.

    class TestMyDriver(DriverConformance):
        @pytest.fixture
        def driver(self): ...     # a fresh driver on an empty, initialised volume
        @pytest.fixture
        def backend(self, driver): ...     # see Backend: the means to harm that volume

`WriteOnceConformance` adds what holds for drivers that keep files.
"""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

import pytest
from ulid import ULID

from storage.driver import BLOCK_SIZE, MAX_SIZE, Driver
from storage.errors import (
    Corrupt,
    DigestMismatch,
    Exists,
    InvalidKey,
    Misconfigured,
    NotFound,
    TooLarge,
    Unavailable,
)
from storage.key import make_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOSTILE_KEYS = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 64,
    f"{'a' * 64}-{'0' * 26}/../x",
    f"{'a' * 64}-{'0' * 25}\0",
    f"{'a' * 64}-{'0' * 26}\n",
    f"{'A' * 64}-{'0' * 26}",
    f"{'a' * 64}-{'8' * 26}",
    f"{'é' * 64}-{'0' * 26}",
    "x" * 5000,
]

RANGES = [
    (0, None),
    (0, 1),
    (1, 2),
    (BLOCK_SIZE - 1, BLOCK_SIZE + 1),
    (BLOCK_SIZE, 2 * BLOCK_SIZE),
    (BLOCK_SIZE + 17, 2 * BLOCK_SIZE + 3),
    (2 * BLOCK_SIZE + 4999, None),
    (0, 10 * MAX_SIZE),
    (7, 7),
    (9, 3),
    (3 * BLOCK_SIZE, None),
]


class Backend(Protocol):
    """The means to harm a volume behind its driver's back."""

    def flip_bit(self, key: str, offset: int) -> None:
        """Change one bit of the stored byte at offset."""

    def go_away(self) -> None:
        """Make the volume as absent as an unmounted one."""

    def come_back(self) -> None:
        """Undo `go_away`."""


class FileBackend(Backend, Protocol):
    """The same for volumes of files."""

    def shorten(self, key: str) -> None:
        """Cut the last byte off the stored file."""

    def lengthen(self, key: str) -> None:
        """Give the stored file back its full length."""

    def unmark(self, key: str) -> None:
        """Take the commit mark away, as if the writer had died before it."""


class _HangsUp(io.BytesIO):
    """An upload whose sender is gone after a number of readings."""

    def __init__(self, data: bytes, readings: int) -> None:
        super().__init__(data)
        self._readings = readings

    def read(self, size: int | None = -1, /) -> bytes:
        if self._readings == 0:
            raise ConnectionResetError("the client hung up")
        self._readings -= 1
        return super().read(size)


class _Dribbles(io.BytesIO):
    """An upload that hands out its bytes in small, odd pieces."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or -1, 60_013) if size and size > 0 else 60_013)


def _data(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - reproducible, not secret


def _read(driver: Driver, key: str, start: int = 0, stop: int | None = None) -> bytes:
    with driver.open(key) as reader:
        return b"".join(reader.blocks(start, stop))


class DriverConformance:
    """The contract of `driver.py`, each promise a test."""

    @pytest.fixture
    def driver(self) -> Iterator[Driver]:
        """Give a fresh driver on an empty, initialised volume."""
        raise NotImplementedError

    @pytest.fixture
    def backend(self, driver: Driver) -> Iterator[Backend]:
        """Give the means to harm the driver's volume."""
        raise NotImplementedError

    @pytest.mark.parametrize(
        "size", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 5]
    )
    def test_what_was_put_is_read_back(self, driver: Driver, size: int) -> None:
        data = _data(size)

        info = driver.put(io.BytesIO(data), "audio/mpeg")

        assert _read(driver, info.key) == data

    def test_put_tells_what_it_stored(self, driver: Driver) -> None:
        data, before = _data(70_000), time.time()

        info = driver.put(io.BytesIO(data), "audio/ogg")

        assert info.size == 70_000
        assert info.sha256 == hashlib.sha256(data).hexdigest()
        assert info.key.startswith(info.sha256 + "-")
        assert info.content_type == "audio/ogg"
        assert before - 5 <= info.modified <= time.time() + 5

    def test_stat_and_open_tell_the_same_as_put(self, driver: Driver) -> None:
        info = driver.put(io.BytesIO(_data(70_000)), "audio/flac")

        with driver.open(info.key) as reader:
            assert reader.info == driver.stat(info.key) == info

    def test_the_key_bears_the_ulid_of_the_attempt(self, driver: Driver) -> None:
        ulid = str(ULID())

        info = driver.put(io.BytesIO(b"x"), "audio/mpeg", ulid)

        assert info.key == make_key(hashlib.sha256(b"x").hexdigest(), ulid)

    def test_the_same_bytes_in_two_attempts_are_two_objects(self, driver: Driver) -> None:
        first = driver.put(io.BytesIO(b"same"), "audio/mpeg")
        second = driver.put(io.BytesIO(b"same"), "audio/mpeg")

        driver.delete(first.key)

        assert first.key != second.key
        assert _read(driver, second.key) == b"same"

    def test_the_same_attempt_again_returns_the_same_object(self, driver: Driver) -> None:
        ulid = str(ULID())
        first = driver.put(io.BytesIO(_data(5000)), "audio/mpeg", ulid)

        again = driver.put(io.BytesIO(_data(5000)), "audio/mpeg", ulid)

        assert again == first
        assert [entry.key for entry in driver.list()] == [first.key]

    def test_the_source_is_stored_from_where_it_stands(self, driver: Driver) -> None:
        source = io.BytesIO(b"skip this, store that")
        source.seek(11)

        info = driver.put(source, "audio/mpeg")

        assert _read(driver, info.key) == b"store that"

    def test_a_source_may_read_in_small_pieces(self, driver: Driver) -> None:
        data = _data(2 * BLOCK_SIZE + 9)

        info = driver.put(_Dribbles(data), "audio/mpeg")

        assert _read(driver, info.key) == data

    def test_the_expected_digest_is_accepted(self, driver: Driver) -> None:
        info = driver.put(
            io.BytesIO(b"abc"), "audio/mpeg", sha256=hashlib.sha256(b"abc").hexdigest()
        )

        assert _read(driver, info.key) == b"abc"

    def test_another_digest_than_expected_stores_nothing(self, driver: Driver) -> None:
        with pytest.raises(DigestMismatch):
            driver.put(io.BytesIO(b"abc"), "audio/mpeg", sha256="0" * 64)

        assert list(driver.list()) == []

    def test_an_ulid_that_is_none_stores_nothing(self, driver: Driver) -> None:
        with pytest.raises(InvalidKey):
            driver.put(io.BytesIO(b"abc"), "audio/mpeg", "../../../etc/cron.d/x")

        assert list(driver.list()) == []

    @pytest.mark.parametrize("media_type", ["", "audio", "audio/mpeg; a=b", "a b/c", "é/x", "x/\n"])
    def test_a_media_type_that_is_none_stores_nothing(
        self, driver: Driver, media_type: str
    ) -> None:
        with pytest.raises(ValueError, match="media type"):
            driver.put(io.BytesIO(b"abc"), media_type)

        assert list(driver.list()) == []

    def test_an_object_of_the_longest_size_is_stored(self, driver: Driver) -> None:
        info = driver.put(_zeros(MAX_SIZE), "audio/wav")

        assert _read(driver, info.key, MAX_SIZE - 3) == b"\0\0\0"

    def test_a_longer_object_is_refused_and_nothing_is_stored(self, driver: Driver) -> None:
        with pytest.raises(TooLarge):
            driver.put(_zeros(MAX_SIZE + 1), "audio/wav")

        assert list(driver.list()) == []

    def test_a_hang_up_of_the_sender_stays_what_it_is_and_leaves_nothing(
        self, driver: Driver
    ) -> None:
        with pytest.raises(ConnectionResetError):
            driver.put(_HangsUp(b"abc", readings=0), "audio/mpeg")

        assert list(driver.list()) == []

    @pytest.mark.parametrize(("start", "stop"), RANGES)
    def test_a_range_yields_exactly_its_bytes(
        self, driver: Driver, start: int, stop: int | None
    ) -> None:
        data = _data(2 * BLOCK_SIZE + 5000)
        info = driver.put(io.BytesIO(data), "audio/mpeg")

        assert _read(driver, info.key, start, stop) == data[start:stop]

    def test_no_piece_is_longer_than_a_block_or_empty(self, driver: Driver) -> None:
        info = driver.put(io.BytesIO(_data(3 * BLOCK_SIZE + 5)), "audio/mpeg")

        with driver.open(info.key) as reader:
            lengths = [len(piece) for piece in reader.blocks(5)]

        assert all(0 < length <= BLOCK_SIZE for length in lengths)

    def test_one_reader_serves_many_ranges(self, driver: Driver) -> None:
        data = _data(2 * BLOCK_SIZE)
        info = driver.put(io.BytesIO(data), "audio/mpeg")

        with driver.open(info.key) as reader:
            pieces = [b"".join(reader.blocks(start, start + 3)) for start in (BLOCK_SIZE, 0, 5)]

        assert pieces == [data[BLOCK_SIZE : BLOCK_SIZE + 3], data[:3], data[5:8]]

    def test_a_deleted_object_is_gone(self, driver: Driver) -> None:
        info = driver.put(io.BytesIO(b"abc"), "audio/mpeg")

        driver.delete(info.key)

        assert list(driver.list()) == []
        for call in (driver.open, driver.stat, driver.delete):
            with pytest.raises(NotFound):
                call(info.key)

    def test_an_open_reader_survives_the_deletion(self, driver: Driver) -> None:
        data = _data(2 * BLOCK_SIZE)
        info = driver.put(io.BytesIO(data), "audio/mpeg")

        with driver.open(info.key) as reader:
            pieces = reader.blocks()
            first = next(pieces)
            driver.delete(info.key)
            rest = b"".join(pieces)

        assert first + rest == data

    def test_what_was_never_put_is_not_found(self, driver: Driver) -> None:
        key = make_key("0" * 64)

        for call in (driver.open, driver.stat, driver.delete):
            with pytest.raises(NotFound):
                call(key)

    @pytest.mark.parametrize("key", HOSTILE_KEYS)
    def test_a_hostile_key_is_refused_before_it_meets_the_volume(
        self, driver: Driver, key: str
    ) -> None:
        for call in (driver.open, driver.stat, driver.delete):
            with pytest.raises(InvalidKey):
                call(key)

    def test_the_listing_is_complete_and_ascending(self, driver: Driver) -> None:
        infos = [driver.put(io.BytesIO(_data(10, seed)), "audio/mpeg") for seed in range(20)]

        entries = list(driver.list())

        assert [entry.key for entry in entries] == sorted(info.key for info in infos)
        assert all(entry.committed and entry.size == 10 for entry in entries)

    def test_the_listing_resumes_after_any_key(self, driver: Driver) -> None:
        for seed in range(20):
            driver.put(io.BytesIO(_data(10, seed)), "audio/mpeg")
        keys = [entry.key for entry in driver.list()]

        for place, key in enumerate(keys):
            assert [entry.key for entry in driver.list(after=key)] == keys[place + 1 :]

    def test_concurrent_attempts_never_mix(self, driver: Driver) -> None:
        sources = [_data(BLOCK_SIZE + seed, seed) for seed in range(8)]

        with ThreadPoolExecutor(8) as pool:
            infos = list(pool.map(lambda data: driver.put(io.BytesIO(data), "audio/wav"), sources))

        assert [_read(driver, info.key) for info in infos] == sources

    def test_the_same_attempt_twice_at_once_makes_one_object(self, driver: Driver) -> None:
        data, ulid, barrier = _data(2 * BLOCK_SIZE), str(ULID()), threading.Barrier(4)

        def attempt(_: int) -> str:
            barrier.wait()
            try:
                return driver.put(io.BytesIO(data), "audio/mpeg", ulid).key
            except Exists:
                return "exists"

        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(attempt, range(4))) - {"exists"}

        assert [entry.key for entry in driver.list()] == list(answers)
        assert _read(driver, answers.pop()) == data

    @pytest.mark.parametrize("block", [0, 1, 2])
    def test_a_flipped_bit_is_never_handed_out(
        self, driver: Driver, backend: Backend, block: int
    ) -> None:
        data = _data(2 * BLOCK_SIZE + 5000)
        info = driver.put(io.BytesIO(data), "audio/mpeg")
        backend.flip_bit(info.key, block * BLOCK_SIZE + 1234)
        handed_out: list[bytes] = []

        with driver.open(info.key) as reader, pytest.raises(Corrupt):
            handed_out.extend(reader.blocks())

        assert b"".join(handed_out) == data[: block * BLOCK_SIZE]

    def test_a_volume_that_is_away_is_unavailable_not_empty(
        self, driver: Driver, backend: Backend
    ) -> None:
        info = driver.put(io.BytesIO(b"abc"), "audio/mpeg")
        backend.go_away()
        calls: list[Callable[[], object]] = [
            lambda: driver.put(io.BytesIO(b"abc"), "audio/mpeg"),
            lambda: driver.open(info.key),
            lambda: driver.stat(info.key),
            lambda: driver.delete(info.key),
            lambda: list(driver.list()),
        ]

        for call in calls:
            with pytest.raises(Unavailable):
                call()

    def test_a_volume_that_comes_back_has_everything(
        self, driver: Driver, backend: Backend
    ) -> None:
        info = driver.put(io.BytesIO(b"abc"), "audio/mpeg")

        backend.go_away()
        ill = driver.health()
        backend.come_back()

        assert not ill.ok
        assert driver.health().ok
        assert _read(driver, info.key) == b"abc"

    def test_health_answers_in_time(self, driver: Driver) -> None:
        health = driver.health(timeout=5.0)

        assert health.ok
        assert health.detail
        assert 0 <= health.latency <= 5.0

    def test_an_unknown_setting_is_refused_by_name(self, driver: Driver) -> None:
        with pytest.raises(Misconfigured, match=r"storage\.colour"):
            type(driver).from_settings({"colour": "red"})

    def test_a_second_close_does_nothing(self, driver: Driver) -> None:
        driver.close()
        driver.close()


class WriteOnceConformance(DriverConformance):
    """What else holds where objects are files with a commit mark."""

    @pytest.fixture
    def backend(self, driver: Driver) -> Iterator[FileBackend]:
        """Give the means to harm the driver's volume."""
        raise NotImplementedError

    def test_a_hang_up_in_the_middle_of_writing_leaves_nothing(self, driver: Driver) -> None:
        with pytest.raises(ConnectionResetError):
            driver.put(_HangsUp(_data(2 * BLOCK_SIZE), readings=4), "audio/mpeg")

        assert list(driver.list()) == []

    def test_a_source_that_changes_while_it_is_stored_leaves_nothing(self, driver: Driver) -> None:
        class Changes(io.BytesIO):
            def seek(self, offset: int, whence: int = 0, /) -> int:
                self.getbuffer()[0] ^= 1
                return super().seek(offset, whence)

        with pytest.raises(ValueError, match="changed"):
            driver.put(Changes(_data(5000)), "audio/mpeg")

        assert list(driver.list()) == []

    def test_an_unmarked_object_is_a_leftover_that_no_reader_sees(
        self, driver: Driver, backend: FileBackend
    ) -> None:
        info = driver.put(io.BytesIO(_data(5000)), "audio/mpeg")
        backend.unmark(info.key)
        fresh = self.another(driver)

        (entry,) = fresh.list()
        for call in (fresh.open, fresh.stat):
            with pytest.raises(NotFound):
                call(info.key)

        assert (entry.key, entry.committed, entry.size) == (info.key, False, 5000)

    def test_a_leftover_can_be_deleted(self, driver: Driver, backend: FileBackend) -> None:
        info = driver.put(io.BytesIO(_data(5000)), "audio/mpeg")
        backend.unmark(info.key)

        driver.delete(info.key)

        assert list(driver.list()) == []

    def test_an_attempt_that_is_not_whole_is_told_from_one_that_is(
        self, driver: Driver, backend: FileBackend
    ) -> None:
        ulid = str(ULID())
        info = driver.put(io.BytesIO(_data(5000)), "audio/mpeg", ulid)
        backend.unmark(info.key)

        with pytest.raises(Exists):
            self.another(driver).put(io.BytesIO(_data(5000)), "audio/mpeg", ulid)

    def test_fewer_bytes_than_the_mark_says_are_unavailable_not_short(
        self, driver: Driver, backend: FileBackend
    ) -> None:
        info = driver.put(io.BytesIO(_data(5000)), "audio/mpeg")
        backend.shorten(info.key)

        with driver.open(info.key) as reader, pytest.raises(Unavailable):
            list(reader.blocks())

        assert reader.info.size == 5000

    def test_a_file_that_seems_short_for_a_moment_is_read_whole(
        self, driver: Driver, backend: FileBackend
    ) -> None:
        data = _data(5000)
        info = driver.put(io.BytesIO(data), "audio/mpeg")
        backend.shorten(info.key)
        timer = threading.Timer(0.3, backend.lengthen, [info.key])

        timer.start()
        try:
            assert _read(driver, info.key) == data
        finally:
            timer.join()

    def test_initialising_twice_changes_nothing(self, driver: Driver) -> None:
        info = driver.put(io.BytesIO(b"abc"), "audio/mpeg")

        driver.initialise()

        assert _read(driver, info.key) == b"abc"

    def another(self, driver: Driver) -> Driver:
        """Return a second driver on the same volume, which remembers nothing."""
        raise NotImplementedError


class _Zeros(io.RawIOBase):
    """A seekable source of size zero bytes that takes no room."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        length = self._size - self._at if size < 0 else min(size, self._size - self._at)
        self._at += length
        return bytes(length)

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation(whence)
        self._at = offset
        return offset


def _zeros(size: int) -> BinaryIO:
    return cast("BinaryIO", _Zeros(size))
