"""App label `forecast`."""

from django.apps import AppConfig


class ForecastConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.forecast"
    label = "forecast"
