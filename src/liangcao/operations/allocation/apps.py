"""App label `allocation`."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.allocation"
    label = "allocation"
