"""Keyset paging: every row once, in both directions, whatever ties and directions the order has."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

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


# Named by hand: a cursor carries the second it was signed in, and parallel runs must collect the same names.
@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("x", id="letter"),
        pytest.param("W10", id="empty-list"),
        pytest.param("!!!!", id="no-base64"),
        pytest.param("eyJhIjoxfQ", id="unsigned"),
        pytest.param(encode([1]) + "A", id="signature-changed"),
        pytest.param(encode(["a", "b"]), id="of-two-columns"),
    ],
)
def test_cursor_that_we_did_not_make_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(cursor, 1)
    assert refused.value.code == "CURSOR_INVALID"


def forged(*parts: tuple[str, str]) -> str:
    """A cursor as somebody outside would write it: well formed, but not by us."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("page", ["move_list", "lot_list", "requisition_list", "delivery_list", "entry_list"])
@pytest.mark.parametrize("part", [("s", "abc"), ("i", str(2**70)), ("d", "2020-02-03"), ("n", "NaN")])
def test_forged_cursor_is_refused_by_every_list(as_user: Any, page: str, part: tuple[str, str]) -> None:
    answer = as_user("coordinator").get(reverse(page), {"after": forged(part)})
    assert answer.status_code == 400
    assert "翻页位置无效" in answer.content.decode()


def test_cursor_of_another_list_is_refused(office: Any) -> None:
    rows = _moves(office, 3)
    for order, value in ((["seq"], "abc"), (["business_date"], "x"), (["pk"], "x")):
        with pytest.raises(Invalid) as refused:
            page_of(rows, order, after=encode([value]), before="", size=2)
        assert refused.value.code == "CURSOR_INVALID"
    with pytest.raises(Invalid):
        page_of([1, 2, 3], [], after=encode(["abc"]), before="", size=2)


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
