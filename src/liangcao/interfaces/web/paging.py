"""Keyset paging: the next page begins after the last row shown, by a total order; no page ever counts from the
start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web.cells import follow

COUNT_CAP = 1000
_SALT = "page"
_READ: dict[str, Any] = {
    "i": int,
    "s": str,
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "u": UUID,
    "n": Decimal,
    "b": lambda text: text == "1",
}
_TAGS: tuple[tuple[type, str], ...] = (
    (bool, "b"), (int, "i"), (datetime, "t"), (date, "d"), (UUID, "u"), (Decimal, "n"), (str, "s"),
)  # fmt: skip


@dataclass(frozen=True)
class Slice:
    """One page of rows with the cursors to its neighbours, "" where there is none."""

    rows: list[Any]
    after: str
    before: str
    count: int
    is_capped: bool


def encode(values: Sequence[Any]) -> str:
    """A cursor that holds the sort values of a row, signed: the values go into a query by the type they claim."""
    parts = []
    for value in values:
        tag = next((name for kind, name in _TAGS if isinstance(value, kind)), "s")
        text = value.isoformat() if isinstance(value, date) else str(int(value)) if tag == "b" else str(value)
        parts.append([tag, text])
    return signing.dumps(parts, salt=_SALT, compress=True)


def decode(cursor: str, length: int) -> list[Any]:
    """The values of a cursor. Raises Invalid CURSOR_INVALID for anything that we did not make."""
    try:
        values = [_READ[tag](text) for tag, text in signing.loads(cursor, salt=_SALT)]
    except (signing.BadSignature, ValueError):
        values = []
    if len(values) != length:
        raise _invalid()
    return values


def _invalid() -> Invalid:
    return Invalid(
        "CURSOR_INVALID", "翻页位置无效,请从第一页看起", "The page position is not valid; start from the first page"
    )


def page_of(rows: Any, order: Sequence[str], *, after: str, before: str, size: int) -> Slice:
    """A page of a queryset or of a sequence in this order ("-seq", "name"); the order must be total and without
    NULL."""
    if isinstance(rows, QuerySet):
        return _page_of_queryset(rows, order, after=after, before=before, size=size)
    return _page_of_sequence(list(rows), order, after=after, before=before, size=size)


def _page_of_queryset(rows: QuerySet[Any], order: Sequence[str], *, after: str, before: str, size: int) -> Slice:
    count = rows.order_by()[: COUNT_CAP + 1].count()
    backwards = bool(before)
    shown = [turned(name) for name in order] if backwards else list(order)
    wanted = rows.order_by(*shown)
    if after or before:
        wanted = _beyond_cursor(wanted, shown, decode(before or after, len(order)))
    held = list(wanted[: size + 1])
    is_more, held = len(held) > size, held[:size]
    if backwards:
        held.reverse()
    ends = [encode([follow(row, name.lstrip("-")) for name in order]) for row in (held[:1] + held[-1:])]
    first, last = (ends[0], ends[-1]) if ends else ("", "")
    return Slice(
        held,
        after=last if (is_more or backwards) else "",
        before=first if (is_more if backwards else bool(after)) else "",
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
    )


def _beyond_cursor(rows: QuerySet[Any], order: Sequence[str], values: Sequence[Any]) -> QuerySet[Any]:
    """Rows behind a cursor. Raises Invalid CURSOR_INVALID for one of another list: its values do not fit the order."""
    try:
        return rows.filter(beyond(order, values))
    except (TypeError, ValueError, ValidationError):
        raise _invalid() from None


def turned(name: str) -> str:
    """The opposite direction."""
    return name[1:] if name.startswith("-") else f"-{name}"


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come after these values: (a > x) or (a = x and b > y) or …, each name in its own direction."""
    wanted, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        path = name.lstrip("-")
        wanted |= equal & Q(**{f"{path}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{path: value})
    return wanted


def _page_of_sequence(rows: list[Any], order: Sequence[str], *, after: str, before: str, size: int) -> Slice:
    """Rows that are in memory anyway (one line per item): the cursor is a place in the sorted list."""
    for name in reversed(order):
        path = name.lstrip("-")
        rows.sort(key=lambda row: (follow(row, path) is not None, follow(row, path)), reverse=name.startswith("-"))
    place = decode(after or before, 1)[0] if after or before else 0
    if not isinstance(place, int) or place < 0:
        raise _invalid()
    start = max(place - size, 0) if before else place
    end = start + size
    return Slice(
        rows[start:end],
        after=encode([end]) if end < len(rows) else "",
        before=encode([start]) if start else "",
        count=len(rows),
        is_capped=False,
    )
