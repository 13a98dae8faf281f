"""App label `parties`."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Organisations and people."""

    name = "liangcao.reference.parties"
    label = "parties"
    verbose_name = "单位与人员"
