"""App label `stocktaking`."""

from django.apps import AppConfig


class StocktakingConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.stocktaking"
    label = "stocktaking"
