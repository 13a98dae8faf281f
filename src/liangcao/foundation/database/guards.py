"""Append-only tables, kept so by the database: triggers refuse UPDATE, DELETE, TRUNCATE and, on SQLite, re-inserting
a key.

INSERT OR REPLACE on SQLite deletes the old row without firing delete triggers, so an insert that meets any unique key
of the table is refused before it happens. The same function installs, lists and compares: migrate, `check`, `verify`
and the tests all use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from liangcao.foundation.database.closed_days import wanted_closing_guards
from liangcao.foundation.database.overlaps import wanted_overlap_guards

M = TypeVar("M", bound=type[models.Model])
_APPEND_ONLY: dict[str, frozenset[str]] = {}
_SET_ONCE: dict[str, tuple[str, ...]] = {}


def append_only(*changeable: str, set_once: tuple[str, ...] = ()) -> Any:
    """Class decorator: rows of this model are only ever inserted. `changeable` fields may still be updated; those of
    `set_once` from NULL to a value, and never again."""

    def register(model: M) -> M:
        _APPEND_ONLY[model._meta.label] = frozenset(changeable) | frozenset(set_once)
        _SET_ONCE[model._meta.label] = set_once
        return model

    return register


def append_only_models() -> list[tuple[type[models.Model], frozenset[str]]]:
    """Every registered model with its changeable columns, in a fixed order."""
    return [(apps.get_model(label), _APPEND_ONLY[label]) for label in sorted(_APPEND_ONLY)]


def install_guards(connection: Any) -> None:
    """Create the missing and replace the outdated triggers of all append-only tables that exist. Idempotent."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for name, statements in _wanted(connection, tables):
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            for statement in statements:
                cursor.execute(statement)


def expected_guards(connection: Any) -> set[str]:
    """Names of the triggers that must be there."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    return {name for name, _ in _wanted(connection, tables)}


def installed_guards(connection: Any) -> set[str]:
    """Names of the triggers (and on PostgreSQL exclusion constraints) that are there and enabled."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep\\_%' ESCAPE '\\'")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'keep\\_%%'"
                " AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)"
                " UNION ALL SELECT conname FROM pg_constraint WHERE contype = 'x' AND conname LIKE 'keep\\_%%'"
                " AND connamespace = current_schema()::regnamespace"
            )
        return {row[0] for row in cursor.fetchall()}


def _wanted(connection: Any, tables: set[str]) -> Iterator[tuple[str, list[str]]]:
    build = _sqlite_guards if connection.vendor == "sqlite" else _postgresql_guards
    for model, changeable in append_only_models():
        if model._meta.db_table in tables:
            yield from build(model, changeable)
            for name in _SET_ONCE[model._meta.label]:
                column = model._meta.get_field(name).get_attname_column()[1]  # type: ignore[union-attr]
                yield _set_once_guard(connection, model._meta.db_table, str(column))
    yield from wanted_overlap_guards(connection, tables)
    yield from wanted_closing_guards(connection, tables)


def _set_once_guard(connection: Any, table: str, column: str) -> tuple[str, list[str]]:
    """The trigger that refuses a second value of a column. On PostgreSQL it calls the table's own refusing function."""
    name, when = f"keep_{table}_{column}", f'OLD."{column}" IS NOT NULL'
    if connection.vendor == "sqlite":
        refuse = f"SELECT RAISE(ABORT, 'append-only: {column} of {table} is set already');"
        text = f'CREATE TRIGGER "{name}" BEFORE UPDATE OF "{column}" ON "{table}" WHEN {when} BEGIN {refuse} END'
    else:
        text = (
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE UPDATE OF "{column}" ON "{table}" FOR EACH ROW'
            f' WHEN ({when}) EXECUTE FUNCTION "keep_{table}_refuse"()'
        )
    return name, [text]


def _frozen_columns(model: type[models.Model], changeable: frozenset[str]) -> list[str]:
    return [str(f.column) for f in model._meta.concrete_fields if f.name not in changeable]


def _unique_keys(model: type[models.Model]) -> list[list[str]]:
    """Columns of each unique key without a condition: the primary key, unique fields, unique constraints."""
    keys = [[str(f.column)] for f in model._meta.concrete_fields if f.primary_key or f.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None:
            columns = {f.name: str(f.column) for f in model._meta.concrete_fields}
            keys.append([columns[name] for name in constraint.fields])
    return keys


def _sqlite_guards(model: type[models.Model], changeable: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
    table = model._meta.db_table
    frozen = ", ".join(f'"{column}"' for column in _frozen_columns(model, changeable))
    refuse = f"SELECT RAISE(ABORT, 'append-only: {table} cannot be changed or deleted');"
    yield (
        f"keep_{table}_update",
        [f'CREATE TRIGGER "keep_{table}_update" BEFORE UPDATE OF {frozen} ON "{table}" BEGIN {refuse} END'],
    )
    yield (
        f"keep_{table}_delete",
        [f'CREATE TRIGGER "keep_{table}_delete" BEFORE DELETE ON "{table}" BEGIN {refuse} END'],
    )
    taken = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{table}" WHERE ' + " AND ".join(f'"{c}" = NEW."{c}"' for c in key) + ")"
        for key in _unique_keys(model)
    )
    again = f"SELECT RAISE(ABORT, 'append-only: {table} has this key already (UNIQUE)');"
    yield (
        f"keep_{table}_insert",
        [f'CREATE TRIGGER "keep_{table}_insert" BEFORE INSERT ON "{table}" WHEN {taken} BEGIN {again} END'],
    )


def _postgresql_guards(model: type[models.Model], changeable: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
    table = model._meta.db_table
    frozen = ", ".join(f'"{column}"' for column in _frozen_columns(model, changeable))
    function = f"keep_{table}_refuse"
    create_function = (
        f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"RAISE EXCEPTION 'append-only: {table} cannot be changed or deleted'"
        " USING ERRCODE = 'restrict_violation'; END $$"
    )
    for event, clause in (("update", f"UPDATE OF {frozen}"), ("delete", "DELETE")):
        name = f"keep_{table}_{event}"
        yield (
            name,
            [
                create_function,
                f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {clause} ON "{table}"'
                f' FOR EACH ROW EXECUTE FUNCTION "{function}"()',
            ],
        )
    name = f"keep_{table}_truncate"
    yield (
        name,
        [
            create_function,
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            f'CREATE TRIGGER "{name}" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()',
            f'REVOKE DELETE, TRUNCATE ON "{table}" FROM PUBLIC, CURRENT_USER',
        ],
    )
