"""App label `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, templates and static files."""

    name = "liangcao.interfaces.web"
    label = "web"
