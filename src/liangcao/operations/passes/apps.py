"""App label `passes`."""

from django.apps import AppConfig


class PassesConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.operations.passes"
    label = "passes"
