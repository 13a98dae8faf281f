"""App label `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, templates and static files."""

    name = "liangcao.interfaces.web"
    label = "web"

    def ready(self) -> None:
        """Let the journal hear of log-ins."""
        from liangcao.interfaces.web.journalling import listen

        listen()
