"""App label `recall`."""

from django.apps import AppConfig


class RecallConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.recall"
    label = "recall"
