"""App label `briefing`."""

from django.apps import AppConfig


class BriefingConfig(AppConfig):
    """See the package docstring."""

    name = "liangcao.oversight.briefing"
    label = "briefing"
