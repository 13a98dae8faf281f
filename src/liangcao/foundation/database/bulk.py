"""Set-based statements on both engines: many rows travel as one JSON parameter, so a move of any size is a constant
number of statements. json_each on SQLite, jsonb_array_elements on PostgreSQL."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID


def rows_table(connection: Any, columns: list[tuple[str, str]]) -> str:
    """SQL of a table expression `(…) AS r` with these (name, type) columns, read from one JSON array parameter of
    arrays.

    Types: "bigint", "uuid", "text", "date". The caller passes `rows_parameter(rows)` for the single placeholder.
    """
    if connection.vendor == "sqlite":
        fields = ", ".join(f"json_extract(value, '$[{i}]') AS {name}" for i, (name, _) in enumerate(columns))
        return f"(SELECT {fields} FROM json_each(%s)) AS r"
    fields = ", ".join(f"(value->>{i})::{kind} AS {name}" for i, (name, kind) in enumerate(columns))
    return f"(SELECT {fields} FROM jsonb_array_elements(%s::jsonb)) AS r"


def rows_parameter(connection: Any, rows: list[tuple[Any, ...]]) -> str:
    """The JSON parameter for `rows_table`. UUIDs are written the way the engine stores them (32 hex digits on
    SQLite)."""
    plain = (lambda u: u.hex) if connection.vendor == "sqlite" else str
    return json.dumps(rows, default=plain, separators=(",", ":"), ensure_ascii=False)


def stored(connection: Any, key: UUID) -> str:
    """A UUID as the engine keeps it: 32 hex digits on SQLite, with dashes on PostgreSQL."""
    return key.hex if connection.vendor == "sqlite" else str(key)


def among(connection: Any, column: str, kind: str) -> str:
    """SQL “column is one of the list”, with one placeholder for `list_parameter(values)`, whatever its length."""
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))"
    return f"{column} = ANY(%s::{kind}[])"


def list_parameter(connection: Any, values: list[Any]) -> Any:
    """The parameter for `among`: plain integers, or UUIDs as `stored` writes them."""
    return json.dumps(values) if connection.vendor == "sqlite" else values
