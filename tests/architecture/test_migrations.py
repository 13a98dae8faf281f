"""Migrations: complete on both engines, named for their change, free of live code."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.architecture.tree import SOURCE, imported_modules, python_files, short
from tests.rig.databases import TestDatabase

# Field classes are part of a migration's text; they may not change their meaning.
ALLOWED_IMPORTS = ("liangcao.foundation.database.fields",)


def migration_files() -> list[Path]:
    return [
        path for path in python_files(migrations=True) if path.parent.name == "migrations" and path.stem != "__init__"
    ]


def test_models_and_migrations_agree(fresh_database: TestDatabase) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_an_empty_database_is_migrated_to_the_last_step(empty_database: TestDatabase) -> None:
    call_command("migrate", verbosity=0)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_every_app_with_models_has_migrations() -> None:
    ours = [
        config for config in apps.get_app_configs() if config.name.startswith("liangcao.") and list(config.get_models())
    ]
    without = [config.label for config in ours if not list((Path(config.path) / "migrations").glob("0001_*.py"))]
    assert not without


def test_migrations_are_named_for_their_change() -> None:
    assert not [short(path) for path in migration_files() if "_auto_" in path.stem or path.stem.endswith("_auto")]


def test_migrations_import_no_live_code() -> None:
    offenders = [
        f"{short(path)}:{line} {module}"
        for path in migration_files()
        for line, module in imported_modules(path)
        if module.startswith("liangcao")
        and not any(allowed.startswith(module) or module.startswith(allowed) for allowed in ALLOWED_IMPORTS)
    ]
    assert not offenders


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in python_files()}
    assert not [short(folder) for folder in folders if folder != SOURCE and not (folder / "__init__.py").exists()]
