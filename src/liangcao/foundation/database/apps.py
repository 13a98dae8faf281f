"""Installs the append-only guards after every migrate (Django's SQLite table rebuild drops triggers)."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate


def _install_after_migrate(using: str, **_: Any) -> None:
    from liangcao.foundation.database.guards import install_guards

    install_guards(connections[using])


class DatabaseConfig(AppConfig):
    """Registers the one infrastructure hook of the project."""

    name = "liangcao.foundation.database"
    label = "database"

    def ready(self) -> None:
        """Listen to migrate: it tells every app that has models once all migrations are done. This app has none, so one
        that is always there stands for all."""
        sender = apps.get_app_config("contenttypes")
        post_migrate.connect(_install_after_migrate, sender=sender, dispatch_uid="append-only guards")
