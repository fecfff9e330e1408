"""The memory driver keeps the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.conformance import DriverConformance
from storage.memory import MemoryDriver

if TYPE_CHECKING:
    from collections.abc import Iterator


class DictionaryBackend:
    def __init__(self, driver: MemoryDriver) -> None:
        self._driver = driver

    def flip_bit(self, key: str, offset: int) -> None:
        blocks = self._driver._objects[key].blocks
        position = 0
        for index, block in enumerate(blocks):
            if position <= offset < position + len(block):
                changed = bytearray(block)
                changed[offset - position] ^= 1
                blocks[index] = bytes(changed)
            position += len(block)

    def go_away(self) -> None:
        self._driver.available = False

    def come_back(self) -> None:
        self._driver.available = True


class TestMemoryDriver(DriverConformance):
    @pytest.fixture
    def driver(self) -> Iterator[MemoryDriver]:
        driver = MemoryDriver.from_settings({})
        yield driver
        driver.close()

    @pytest.fixture
    def backend(self, driver: MemoryDriver) -> DictionaryBackend:
        return DictionaryBackend(driver)
