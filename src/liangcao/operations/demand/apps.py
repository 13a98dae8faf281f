"""App label `demand`."""

from django.apps import AppConfig


class DemandConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.demand"
    label = "demand"
