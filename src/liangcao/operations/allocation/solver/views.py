"""Rows that are made when somebody looks: a plan of a million lines is numbers until one of them is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

T = TypeVar("T")

# Rows are made so many at a time: one by one they would cost ten times as much, all at once they would fill the memory.
BLOCK = 4096


class View(Sequence[T]):
    """`size` rows; `make(first, last)` gives those from first up to, but not including, last. Never changes.

    It reads like a tuple and equals any sequence of the same rows.
    """

    def __init__(self, size: int, make: Callable[[int, int], list[T]]) -> None:
        self._size = size
        self._make = make
        self._first = 0
        self._block: list[T] = []

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        for first in range(0, self._size, BLOCK):
            yield from self._make(first, min(first + BLOCK, self._size))

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        if isinstance(place, slice):
            return tuple(self._row(number) for number in range(self._size)[place])
        return self._row(range(self._size)[place])

    def _row(self, number: int) -> T:
        # Readers go from line to line: the block that was read last mostly holds the next one too.
        if not 0 <= number - self._first < len(self._block):
            self._first = number - number % BLOCK
            self._block = self._make(self._first, min(self._first + BLOCK, self._size))
        return self._block[number - self._first]

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))
