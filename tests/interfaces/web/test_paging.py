"""Keyset paging: every row once, in both directions, whatever ties and directions the order has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web.paging import decode, encode, page_of


def test_cursor_keeps_every_kind_of_value() -> None:
    values = [
        7,
        "口罩|只",
        date(2020, 2, 3),
        datetime(2020, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
        UUID(int=5),
        Decimal("1.50"),
        True,
    ]
    assert decode(encode(values), len(values)) == values


@pytest.mark.parametrize("cursor", ["x", "W10", "!!!!", encode([1]) + "A", encode(["a", "b"]), "eyJhIjoxfQ"])
def test_cursor_that_we_did_not_make_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(cursor, 1)
    assert refused.value.code == "CURSOR_INVALID"


def _moves(office: Any, count: int) -> Any:
    from liangcao.ledger.queries import moves

    for number in range(count):
        office.world.put_in(office.world.mask, number + 1)
    return moves(office.world.system, office.world.bureau.pk)


@pytest.mark.parametrize("order", [["-seq"], ["seq"], ["kind", "-seq"], ["-business_date", "kind", "seq"]])
def test_pages_of_a_queryset_hold_every_row_once(office: Any, order: list[str]) -> None:
    rows = _moves(office, 11)
    wanted = [row.pk for row in rows.order_by(*order)]
    seen, cursor, pages = [], "", []
    while True:
        page = page_of(rows, order, after=cursor, before="", size=4)
        pages.append([row.pk for row in page.rows])
        seen += pages[-1]
        cursor = page.after
        if not cursor:
            break
    assert seen == wanted
    back = page_of(rows, order, after="", before=page.before, size=4)
    assert [row.pk for row in back.rows] == pages[-2]
    assert back.after


def test_first_page_has_no_page_before_it(office: Any) -> None:
    rows = _moves(office, 6)
    second = page_of(
        rows, ["-seq"], after=page_of(rows, ["-seq"], after="", before="", size=4).after, before="", size=4
    )
    first = page_of(rows, ["-seq"], after="", before=second.before, size=4)
    assert first.before == ""
    assert len(first.rows) == 4


def test_paging_never_counts_from_the_start(office: Any, django_assert_num_queries: Any) -> None:
    rows = _moves(office, 9)
    cursor = page_of(rows, ["-seq"], after="", before="", size=4).after
    with django_assert_num_queries(2) as queries:
        page_of(rows, ["-seq"], after=cursor, before="", size=4)
    assert not [query for query in queries.captured_queries if "OFFSET" in query["sql"]]


def test_pages_of_a_sequence() -> None:
    rows = [SimpleNamespace(name=name, item=SimpleNamespace(code=code)) for code, name in enumerate("dbacfe")]
    first = page_of(rows, ["name"], after="", before="", size=4)
    assert "".join(row.name for row in first.rows) == "abcd"
    second = page_of(rows, ["name"], after=first.after, before="", size=4)
    assert "".join(row.name for row in second.rows) == "ef"
    assert second.after == ""
    assert "".join(row.name for row in page_of(rows, ["name"], after="", before=second.before, size=4).rows) == "abcd"


def test_count_is_capped(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("liangcao.interfaces.web.paging.COUNT_CAP", 5)
    page = page_of(_moves(office, 9), ["-seq"], after="", before="", size=4)
    assert (page.count, page.is_capped) == (5, True)
