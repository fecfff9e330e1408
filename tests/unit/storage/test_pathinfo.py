"""By what Gluster tells of a folder, absent is told from away."""

from __future__ import annotations

import pytest

from storage.pathinfo import count_copies, is_complete

FIRST = "(<REPLICATE:nas-replicate-0> {copies})"
SECOND = "(<REPLICATE:nas-replicate-1> {copies})"
LAYOUT = "(nas-dht-layout (nas-replicate-1 0 2147483646) (nas-replicate-0 2147483647 4294967295))"


def copies(*nodes: int) -> str:
    return " ".join(f"<POSIX(/srv/brick/nas):nas{node}:/srv/brick/nas/objects>" for node in nodes)


def folder(*sets: str) -> str:
    return f"((<DISTRIBUTE:nas-dht> {' '.join(sets)}) {LAYOUT})"


@pytest.mark.parametrize("nodes", [(1, 2, 3), (2, 3)])
def test_with_a_quorum_of_each_set_it_is_complete(nodes: tuple[int, ...]) -> None:
    text = folder(FIRST.format(copies=copies(*nodes)), SECOND.format(copies=copies(4, 5, 6)))

    assert is_complete(text)


def test_a_set_that_is_left_out_is_away() -> None:
    assert not is_complete(folder(FIRST.format(copies=copies(1, 2, 3))))


def test_a_set_without_quorum_is_away() -> None:
    text = folder(FIRST.format(copies=copies(2)), SECOND.format(copies=copies(4, 5, 6)))

    assert not is_complete(text)


def test_a_volume_of_one_set_is_complete_with_a_quorum() -> None:
    assert is_complete(FIRST.format(copies=copies(1, 3)))
    assert not is_complete(FIRST.format(copies=copies(3)))


def test_the_copies_of_a_file_are_counted() -> None:
    assert count_copies(f"(<DISTRIBUTE:nas-dht> {FIRST.format(copies=copies(1, 2, 3))})") == 3
