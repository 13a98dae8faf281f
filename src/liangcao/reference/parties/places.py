"""Conditions of the tables of units and stores: where they stand, when they are open."""

from __future__ import annotations

from django.db.models import F, Q


def on_the_earth() -> Q:
    """Latitude and longitude in degrees, or neither."""
    return Q(latitude=None, longitude=None) | Q(
        latitude__isnull=False, longitude__isnull=False,
        latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180,
    )  # fmt: skip


def opens_before_it_closes() -> Q:
    """Both hours or neither, on one day."""
    return Q(opens_at=None, closes_at=None) | Q(
        opens_at__isnull=False, closes_at__isnull=False, opens_at__lt=F("closes_at")
    )
