"""Days that are closed, kept so by the database: no row comes in on or before a day that another table closes.

Registered like append-only tables and installed, listed and compared with them (see `guards`): triggers on both
engines. On PostgreSQL the closing act and the writer must meet on one locked row, so that the trigger sees what was
closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

M = TypeVar("M", bound=type[models.Model])


@dataclass(frozen=True)
class Closing:
    """Rows whose `day` is not after a `closed_day` of a row of `closer` with the same `key` are refused."""

    closer: str
    key: str
    day: str
    closed_day: str


_CLOSINGS: dict[str, Closing] = {}


def closed_by(closer: str, *, key: str, day: str, closed_day: str) -> Any:
    """Class decorator: rows of this model are not inserted into days that `closer` (app.Model) has closed."""

    def register(model: M) -> M:
        _CLOSINGS[model._meta.label] = Closing(closer, key, day, closed_day)
        return model

    return register


def closed_models() -> list[tuple[type[models.Model], type[models.Model], Closing]]:
    """Every registered model with what closes its days, in a fixed order."""
    return [
        (apps.get_model(label), apps.get_model(_CLOSINGS[label].closer), _CLOSINGS[label])
        for label in sorted(_CLOSINGS)
    ]


def wanted_closing_guards(connection: Any, tables: set[str]) -> Iterator[tuple[str, list[str]]]:
    """(name, statements) of what must be installed on the tables that exist."""
    build = _sqlite if connection.vendor == "sqlite" else _postgresql
    for model, closer, closing in closed_models():
        if {model._meta.db_table, closer._meta.db_table} <= tables:
            yield build(model, closer, closing)


def _taken(model: type[models.Model], closer: type[models.Model], closing: Closing) -> str:
    ours = {field.name: str(field.column) for field in model._meta.concrete_fields}
    theirs = {field.name: str(field.column) for field in closer._meta.concrete_fields}
    return (
        f'EXISTS (SELECT 1 FROM "{closer._meta.db_table}" WHERE "{theirs[closing.key]}" = NEW."{ours[closing.key]}"'
        f' AND "{theirs[closing.closed_day]}" >= NEW."{ours[closing.day]}")'
    )


def _sqlite(model: type[models.Model], closer: type[models.Model], closing: Closing) -> tuple[str, list[str]]:
    table = model._meta.db_table
    name = f"keep_{table}_closed"
    refuse = f"SELECT RAISE(ABORT, 'closed: the day of this row of {table} is closed');"
    when = _taken(model, closer, closing)
    return name, [f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN {when} BEGIN {refuse} END']


def _postgresql(model: type[models.Model], closer: type[models.Model], closing: Closing) -> tuple[str, list[str]]:
    table = model._meta.db_table
    name = f"keep_{table}_closed"
    function = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF {_taken(model, closer, closing)} THEN RAISE EXCEPTION 'closed: the day of this row of {table} is closed'"
        " USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    return name, [
        function,
        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]
