"""App label `outbox`."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Messages on their way out."""

    name = "liangcao.foundation.outbox"
    label = "outbox"
    verbose_name = "发件箱"
