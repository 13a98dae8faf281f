"""App label `identity`."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Users, tokens and the guard."""

    name = "liangcao.foundation.identity"
    label = "identity"
    verbose_name = "身份"
