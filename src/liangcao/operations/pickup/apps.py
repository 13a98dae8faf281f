"""App label `pickup`."""

from django.apps import AppConfig


class PickupConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.pickup"
    label = "pickup"
