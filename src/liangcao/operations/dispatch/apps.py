"""App label `dispatch`."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.dispatch"
    label = "dispatch"
