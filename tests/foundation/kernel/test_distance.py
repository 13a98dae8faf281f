"""Distances over the sphere."""

import doctest

import pytest

from liangcao.foundation.kernel import distance
from liangcao.foundation.kernel.distance import Place, great_circle_m


def test_examples_hold() -> None:
    assert doctest.testmod(distance).failed == 0


# Wuhan to Beijing, by the coordinates of the two cities: about 1,050 km (checked with a geodesic on the ellipsoid, 0.3 %).
WUHAN, BEIJING = Place(30.5928, 114.3055), Place(39.9042, 116.4074)


def test_known_way() -> None:
    assert great_circle_m(WUHAN, BEIJING) == pytest.approx(1_053_000, rel=0.005)


def test_there_and_back_are_the_same() -> None:
    assert great_circle_m(WUHAN, BEIJING) == great_circle_m(BEIJING, WUHAN)


def test_opposite_points_are_half_the_earth() -> None:
    assert great_circle_m(Place(0, 0), Place(0, 180)) == 20_015_114
    assert great_circle_m(Place(90, 0), Place(-90, 0)) == 20_015_114
