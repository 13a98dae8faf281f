"""App label `watch`."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """What is open now, and the daily proof of the books. Without models."""

    name = "liangcao.oversight.watch"
    label = "watch"
    verbose_name = "值守"
