"""App label `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, templates and static files."""

    name = "liangcao.interfaces.web"
    label = "web"

    def ready(self) -> None:
        """Let the journal and the list of sessions hear of log-ins."""
        from liangcao.interfaces.web.entrance import sessions
        from liangcao.interfaces.web.journalling import listen

        listen()
        sessions.listen()
