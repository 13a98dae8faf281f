"""Spans of time that never overlap, kept so by the database: an exclusion constraint on PostgreSQL, triggers on SQLite.

Registered like append-only tables and installed, listed and compared with them (see `guards`). PostgreSQL's constraint
needs no extension: the key is written as a range of one number, which GiST indexes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

M = TypeVar("M", bound=type[models.Model])


@dataclass(frozen=True)
class Span:
    """Rows with the same `key` may not share a moment of [`starts`, `ends`); rows whose column is as `unless` says are
    left out."""

    key: str
    starts: str
    ends: str
    unless: tuple[str, str]


_SPANS: dict[str, Span] = {}


def never_overlapping(key: str, *, starts: str, ends: str, unless: tuple[str, str]) -> Any:
    """Class decorator: no two rows with the same `key` overlap in time."""

    def register(model: M) -> M:
        _SPANS[model._meta.label] = Span(key, starts, ends, unless)
        return model

    return register


def spanned_models() -> list[tuple[type[models.Model], Span]]:
    """Every registered model with its span, in a fixed order."""
    return [(apps.get_model(label), _SPANS[label]) for label in sorted(_SPANS)]


def wanted_overlap_guards(connection: Any, tables: set[str]) -> Iterator[tuple[str, list[str]]]:
    """(name, statements) of what must be installed on the tables that exist."""
    build = _sqlite if connection.vendor == "sqlite" else _postgresql
    for model, span in spanned_models():
        if model._meta.db_table in tables:
            yield from build(model, span)


def _columns(model: type[models.Model], span: Span) -> tuple[str, str, str, str]:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return columns[span.key], columns[span.starts], columns[span.ends], columns[span.unless[0]]


def _sqlite(model: type[models.Model], span: Span) -> Iterator[tuple[str, list[str]]]:
    table = model._meta.db_table
    key, starts, ends, state = _columns(model, span)
    out = span.unless[1]
    refuse = f"SELECT RAISE(ABORT, 'overlap: {table} has a row of this {key} at this time (UNIQUE)');"
    for event, other in (("INSERT", ""), ("UPDATE", ' AND "id" <> OLD."id"')):
        name = f"keep_{table}_overlap_{event.lower()}"
        taken = (
            f'NEW."{state}" <> \'{out}\' AND EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}"'
            f' AND "{state}" <> \'{out}\' AND "{starts}" < NEW."{ends}" AND "{ends}" > NEW."{starts}"{other})'
        )
        yield name, [f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN {taken} BEGIN {refuse} END']


def _postgresql(model: type[models.Model], span: Span) -> Iterator[tuple[str, list[str]]]:
    table = model._meta.db_table
    key, starts, ends, state = _columns(model, span)
    name = f"keep_{table}_overlap"
    # Not dropped and made again: building the index anew would lock the table at every migrate.
    yield (
        name,
        [
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}'"
            f" AND conrelid = '\"{table}\"'::regclass) THEN"
            f' ALTER TABLE "{table}" ADD CONSTRAINT "{name}" EXCLUDE USING gist'
            f' (int8range("{key}", "{key}", \'[]\') WITH &&, tstzrange("{starts}", "{ends}") WITH &&)'
            f" WHERE (\"{state}\" <> '{span.unless[1]}'); END IF; END $$"
        ],
    )
