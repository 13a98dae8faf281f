"""Exact order of fractions and exact sums by group, on whole arrays, without floating point.

Two levels such as 333333333/999999998 and 333333334/999999999 are nearer to each other than a float can tell, and the
plan must not depend on such luck. Every order that decides about a pack is therefore taken from the keys made here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]
# Signed 64-bit integers hold 63 bits; one bit is kept spare so that a sum of two products still fits.
SAFE = 1 << 62


def ratio_keys(numerators: Integers, denominators: Integers) -> list[Integers]:
    """Integer keys, most significant first, whose lexicographic order is the exact order of numerators/denominators.

    Equal fractions get equal keys. Both arrays hold non-negative integers, the denominators at least 1: as int64 with
    denominators below 2**60, or as Python integers of any size.
    """
    if numerators.size == 0:
        return [np.zeros(0, dtype=np.int64)]
    if object in (numerators.dtype, denominators.dtype):
        return [_ranks_of_big_ratios(numerators.astype(object), denominators.astype(object))]
    width = int(denominators.max()).bit_length()
    # Two different fractions with denominators below 2**width differ by more than 2**(-2 * width), so that this many
    # binary digits after the point tell them apart. Long division yields `shift` digits a turn without overflow.
    shift = 62 - width
    keys = [numerators // denominators]
    rest = numerators % denominators
    word, used = np.zeros_like(rest), 0
    for _ in range(-(-2 * width // shift)):
        rest = rest << shift
        if used + shift > 62:
            keys.append(word)
            word, used = np.zeros_like(rest), 0
        word = (word << shift) | (rest // denominators)
        used += shift
        rest = rest % denominators
    return [*keys, word]


def _ranks_of_big_ratios(numerators: Integers, denominators: Integers) -> Integers:
    digits = 2 * max(int(d).bit_length() for d in denominators)
    scaled = (numerators << digits) // denominators
    order = {value: rank for rank, value in enumerate(sorted(set(scaled.tolist())))}
    return np.array([order[value] for value in scaled.tolist()], dtype=np.int64)


def sum_by(groups: Integers, values: Integers, size: int) -> Integers:
    """The exact sum of `values` for each group 0..size-1; int64 or Python integers, as `values` are."""
    totals = np.zeros(size, dtype=values.dtype)
    np.add.at(totals, groups, values)
    return totals


def running_sum_by(groups: Integers, values: Integers) -> Integers:
    """The running sum of `values` inside each run of equal `groups` (which must stand together)."""
    total = np.cumsum(values)
    if groups.size == 0:
        return total
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    before = total[starts] - values[starts]
    return total - np.repeat(before, np.diff(np.r_[starts, groups.size]))
