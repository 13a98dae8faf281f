"""Set-based statements on both engines: many rows travel as one JSON parameter, so a move of any size is a constant
number of statements. json_each on SQLite, jsonb_array_elements on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import F, Func

# SQL with %s placeholders, and their values.
Statement = tuple[str, list[Any]]
Rows = list[tuple[Any, ...]]


@cache
def is_sqlite() -> bool:
    """Which of the two engines this process speaks to; asked on the hot path, so looked up once."""
    return bool(connections[DEFAULT_DB_ALIAS].vendor == "sqlite")


@cache
def rows_table(*columns: tuple[str, str]) -> str:
    """SQL of a table expression `(…) AS r` with these (name, type) columns, read from one JSON array parameter of
    arrays.

    Types: "bigint", "uuid", "text", "date". The caller passes `rows_parameter(rows)` for the single placeholder.
    """
    if is_sqlite():
        fields = ", ".join(f"json_extract(value, '$[{i}]') AS {name}" for i, (name, _) in enumerate(columns))
        return f"(SELECT {fields} FROM json_each(%s)) AS r"
    fields = ", ".join(f"(value->>{i})::{kind} AS {name}" for i, (name, kind) in enumerate(columns))
    return f"(SELECT {fields} FROM jsonb_array_elements(%s::jsonb)) AS r"


def rows_parameter(rows: list[tuple[Any, ...]]) -> str:
    """The JSON parameter for `rows_table`. UUIDs are written the way the engine stores them (32 hex digits on
    SQLite)."""
    plain: Callable[[UUID], str] = _hex if is_sqlite() else str
    return json.dumps(rows, default=plain, separators=(",", ":"), ensure_ascii=False)


def stored(key: UUID) -> str:
    """A UUID as the engine keeps it: 32 hex digits on SQLite, with dashes on PostgreSQL."""
    return key.hex if is_sqlite() else str(key)


def stored_keys(ids: Iterable[UUID]) -> list[str]:
    """Many UUIDs as `stored` writes them; asks for the engine once."""
    write: Callable[[UUID], str] = _hex if is_sqlite() else str
    return [write(key) for key in ids]


def _hex(key: UUID) -> str:
    return key.hex


def among(column: str, kind: str) -> str:
    """SQL “column is one of the list”, with one placeholder for `list_parameter(values)`, whatever its length."""
    if is_sqlite():
        return f"{column} IN (SELECT value FROM json_each(%s))"
    return f"{column} = ANY(%s::{kind}[])"


def list_parameter(values: Iterable[Any]) -> str:
    """The parameter for `among`: plain integers, or UUIDs as `stored` writes them. One text on both engines: the driver
    would look at each value of a list for itself."""
    return json.dumps(list(values)) if is_sqlite() else f"{{{','.join(map(str, values))}}}"


class Among(Func):
    """For `filter`: a column of whole numbers is one of these, however many: they travel as one parameter. A list of
    IN has one for each, of which SQLite takes 32,766, and is slow to build long before."""

    output_field = models.BooleanField()

    def __init__(self, column: str, values: Iterable[int]) -> None:
        super().__init__(F(column))
        self.values = sorted(set(values))

    def as_sql(self, compiler: Any, connection: Any, *_told: Any, **_more: Any) -> Any:
        """The text, and the column's own parameters with ours after them."""
        column, parameters = compiler.compile(self.source_expressions[0])
        return among(column, "bigint"), [*parameters, list_parameter(self.values)]


def moment(value: datetime) -> datetime:
    """A moment from the engine with its zone: SQLite keeps moments in UTC and does not say so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def insert_statement(row: models.Model) -> Statement:
    """INSERT of one new row, as `save(force_insert=True)` would write it, without signals and without its cost.

    For rows on the hot path whose model sends no signals and whose primary key is already set.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    values = [
        getattr(row, name) if prepare is None else prepare(getattr(row, name), connection)
        for name, prepare in _prepared_fields(type(row))
    ]
    return _insert_text(type(row)), values


# Kinds of fields whose values both engines take as they are. Not their subclasses, which may have more to say.
_PLAIN = frozenset({models.CharField, models.TextField, models.IntegerField, models.BigIntegerField})


@cache
def _prepared_fields(model: type[models.Model]) -> list[tuple[str, Callable[[Any, Any], Any] | None]]:
    """Attribute name, and what makes the engine's value of it where something must."""
    return [
        (field.attname, None if type(field) in _PLAIN else field.get_db_prep_save)
        for field in model._meta.concrete_fields
    ]


@cache
def _insert_text(model: type[models.Model]) -> str:
    columns = [str(field.column) for field in model._meta.concrete_fields]
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


def insert(model: type[models.Model], unless: str = "", /, **values: Any) -> list[Any]:
    """INSERT one row of the named columns at once, without the model's `save`. Returns its primary key in a list, or
    nothing where `unless` (an ON CONFLICT clause) left it out."""
    connection = connections[DEFAULT_DB_ALIAS]
    prepared = [
        model._meta.get_field(name).get_db_prep_save(value, connection)  # type: ignore[union-attr]
        for name, value in values.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insert_named(model, tuple(values), unless), prepared)
        return list(cursor.fetchone() or ())


@cache
def _insert_named(model: type[models.Model], names: tuple[str, ...], unless: str) -> str:
    columns = ", ".join(str(model._meta.get_field(name).column) for name in names)  # type: ignore[union-attr]
    places = ", ".join(["%s"] * len(names))
    key = model._meta.pk.column  # type: ignore[union-attr]
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places}) {unless} RETURNING {key}"


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """INSERT of many rows with these attributes, which are all of the model's but its key: as `bulk_create` would write
    them, without its cost. The engine gives the keys, and nobody is told them."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    given = zip(fields, zip(*rows, strict=True), strict=True)
    values = list(zip(*(_prepared_column(field, column) for field, column in given), strict=True))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    into = f"INSERT INTO {model._meta.db_table} ({columns})"
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.executemany(f"{into} VALUES ({', '.join(['%s'] * len(fields))})", values)
        else:
            table = rows_table(*((f'"{field.column}"', str(field.db_type(connection))) for field in fields))
            cursor.execute(f"{into} SELECT {columns} FROM {table}", [rows_parameter(values)])


def _prepared_column(field: Any, values: Sequence[Any]) -> list[Any]:
    """What the engine makes of the values; the same value, as the moment of an act, is prepared once."""
    connection = connections[DEFAULT_DB_ALIAS]
    known = {value: field.get_db_prep_save(value, connection) for value in set(values)}
    return [known[value] for value in values]


def execute_together(statements: Sequence[Statement]) -> list[Rows]:
    """Run statements in order and return the rows of each; those of a statement that gives none are an empty list.

    The texts must be few: what differs from call to call is a value. On PostgreSQL each is planned once for a
    connection, and all go to the server in one message: for a small move the planning, and the way there and back, cost
    more than the work. Each statement still sees what was committed before it began.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if is_sqlite():
            return [_answer(cursor, text, values) for text, values in statements]
        calls = [_call_of(connection, cursor, text) for text, _ in statements]
        answers = [_answer(cursor, ";\n".join(calls), [value for _, values in statements for value in values])]
        while cursor.nextset():
            answers.append(_rows(cursor))
    return answers


def rows_of(statement: Statement) -> Rows:
    """The rows of one statement that only reads; as the engine takes it, nothing is prepared."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        return _answer(cursor, *statement)


def _answer(cursor: Any, text: str, values: Sequence[Any]) -> Rows:
    cursor.execute(text, values)
    return _rows(cursor)


# Server connection → the statements that it has prepared: text → the EXECUTE that calls it.
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def _call_of(connection: Any, cursor: Any, text: str) -> str:
    """The EXECUTE of a statement, which is prepared when it comes for the first time. A rollback does not undo that."""
    known = _prepared.setdefault(connection.connection, {})
    if text not in known:
        name, count = f"liangcao_{len(known)}", text.count("%s")
        numbered = text % tuple(f"${number}" for number in range(1, count + 1))
        cursor.execute(f"PREPARE {name} AS {numbered}")
        known[text] = f"EXECUTE {name}" + (f"({', '.join(['%s'] * count)})" if count else "")
    return known[text]


def _rows(cursor: Any) -> Rows:
    return list(cursor.fetchall()) if cursor.description else []
