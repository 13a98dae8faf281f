"""App label `config`."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """No tables: registers the settings check."""

    name = "liangcao.config"
    label = "config"

    def ready(self) -> None:
        """Let Django know the checks."""
        from liangcao.config import checks  # noqa: F401
