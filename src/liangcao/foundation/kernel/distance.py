"""Places on the earth and how far they lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

# The mean radius of the earth in metres: (2a + b) / 3 of the WGS 84 ellipsoid (Moritz, Geodetic Reference System 1980).
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees: latitude from -90 to 90, longitude from -180 to 180. All places of a bureau are written in
    one system of coordinates (WGS 84, or the one of its map), which this cannot know."""

    latitude: float
    longitude: float


def great_circle_m(start: Place, end: Place) -> int:
    """The way over the sphere in whole metres, by the haversine formula (Sinnott, Sky and Telescope 68, 1984).

    >>> great_circle_m(Place(28.9, 120.0), Place(28.9, 120.0))
    0
    >>> great_circle_m(Place(0, 0), Place(0, 90))
    10007557
    """
    latitudes = radians(start.latitude), radians(end.latitude)
    between = radians(end.longitude - start.longitude)
    haversine = (
        sin((latitudes[1] - latitudes[0]) / 2) ** 2 + cos(latitudes[0]) * cos(latitudes[1]) * sin(between / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(haversine))))
