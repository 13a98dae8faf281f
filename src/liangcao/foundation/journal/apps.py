"""App label `journal`."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Append-only journal of acts, and claims of client-made ids."""

    name = "liangcao.foundation.journal"
    label = "journal"
    verbose_name = "日志"
