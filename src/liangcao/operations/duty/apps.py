"""App label `duty`."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.duty"
    label = "duty"
