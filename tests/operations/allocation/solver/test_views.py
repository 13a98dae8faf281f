"""Rows made when they are read: like a tuple in every way that readers use."""

from __future__ import annotations

import pytest

from liangcao.operations.allocation.solver.views import BLOCK, View


def view(size: int, asked: list[tuple[int, int]] | None = None) -> View[int]:
    def made(first: int, last: int) -> list[int]:
        if asked is not None:
            asked.append((first, last))
        return [number * number for number in range(first, last)]

    return View(size, made)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_it_reads_like_the_tuple_of_its_rows(size: int) -> None:
    rows = tuple(number * number for number in range(size))
    seen = view(size)

    assert len(seen) == size
    assert tuple(seen) == rows
    assert [seen[place] for place in range(size)] == list(rows)
    assert list(reversed(seen)) == list(reversed(rows))
    assert seen[2:BLOCK:3] == rows[2:BLOCK:3]
    assert seen[-3:] == rows[-3:]
    assert seen == rows
    assert seen == view(size)
    assert seen != view(size + 1)
    assert seen != 7


def test_a_place_outside_is_refused_as_a_tuple_refuses_it() -> None:
    seen = view(3)

    assert seen[-1] == 4
    for place in (3, -4):
        with pytest.raises(IndexError):
            seen[place]


def test_neighbours_are_made_once() -> None:
    asked: list[tuple[int, int]] = []
    seen = view(2 * BLOCK, asked)

    assert [seen[place] for place in range(BLOCK)][-1] == (BLOCK - 1) ** 2
    assert asked == [(0, BLOCK)]
