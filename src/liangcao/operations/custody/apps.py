"""App label `custody`."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.custody"
    label = "custody"
