"""App label `supply`."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.supply"
    label = "supply"
