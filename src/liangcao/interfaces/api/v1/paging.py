"""Keyset paging: a cursor is the key of the last row, signed so that it cannot be forged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from pydantic import BaseModel, Field

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.api.v1.doors import Filters

PAGE_MOST = 200


class PageFilters(Filters):
    """What every list takes."""

    bureau: str | None = Field(None, description="Code of the bureau; needed only with several in scope", max_length=30)
    cursor: str | None = Field(None, description="`next` of the page before", max_length=200)
    limit: int = Field(50, ge=1, le=PAGE_MOST)


class Page(BaseModel):
    """A page of a list; `next` is null on the last one."""

    results: list[dict[str, Any]]
    next: str | None


def page(
    rows: QuerySet[Any],
    filters: PageFilters,
    show: Callable[[Any], dict[str, Any]],
    *,
    key: str = "pk",
    newest_first: bool = False,
) -> dict[str, Any]:
    """One page of `rows` by their unique `key`, shown by `show`. Raises Invalid CURSOR_INVALID."""
    if filters.cursor is not None:
        last = _read(filters.cursor)
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": last})
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: filters.limit + 1])
    more = len(found) > filters.limit
    found = found[: filters.limit]
    last_key = getattr(found[-1], key) if found else None
    return {"results": [show(row) for row in found], "next": signing.dumps(last_key, salt="cursor") if more else None}


def _read(cursor: str) -> Any:
    try:
        return signing.loads(cursor, salt="cursor")
    except signing.BadSignature:
        raise Invalid(
            "CURSOR_INVALID",
            "cursor 无效,请从第一页重新开始",
            "The cursor is not valid; start from the first page",
            field="cursor",
        ) from None
