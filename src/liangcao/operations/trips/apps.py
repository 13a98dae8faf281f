"""App label `trips`."""

from django.apps import AppConfig


class TripsConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.trips"
    label = "trips"
