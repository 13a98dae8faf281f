"""Stock pages: the numbers, what they open, and whose they are."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger
from liangcao.ledger.entries import AccountRef, PostingLine
from tests.factories.world import NOON, TODAY

DAY = timedelta(days=1)


def _links(text: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'<td[^>]*><a href="([^"]+)"', text)}


@pytest.mark.parametrize("name", ["stock", "store_stock", "place_list", "lot_list", "entry_list"])
def test_every_number_of_the_list_opens(storekeeper: Any, name: str) -> None:
    links = _links(storekeeper.get(reverse(name)).content.decode())
    assert links
    assert {link: storekeeper.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_stock_of_a_store(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("stock"), {"store": office.world.second_store.code}).content.decode()
    assert "没有符合条件的行" in text


def test_what_lay_where_at_the_end_of_a_day(office: Any, storekeeper: Any) -> None:
    world = office.world
    lot, _moved = world.put_in(world.n95, 7_919, at=NOON - 2 * DAY)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 19), at=NOON)

    def lay(day: date, **more: str) -> list[tuple[str, int]]:
        page = storekeeper.get(reverse("place_list"), {"to": str(day), "item": world.n95.code, **more})
        rows = [row for row in page.context["list"].slice.rows if row.lot_id == lot]
        return [(row.account.store.code, row.held) for row in rows]

    assert lay(TODAY - DAY) == [("S1", 7_919)]
    assert lay(TODAY, sort="-quantity") == [("S1", 7_900), ("S2", 19)]
    assert lay(TODAY, sort="quantity") == [("S2", 19), ("S1", 7_900)]
    assert lay(TODAY, store="S2") == [("S2", 19)]
    assert lay(TODAY - 3 * DAY) == []
    sheet = storekeeper.get(reverse("place_list"), {"to": str(TODAY - DAY), "item": world.n95.code, "format": "csv"})
    text = sheet.content.decode()
    assert "7919" in text
    assert "7900" not in text


def test_a_day_that_has_not_come_is_refused(storekeeper: Any) -> None:
    told = storekeeper.get(reverse("place_list"), {"to": "2199-01-01"})
    assert told.status_code == 400
    assert "还没有到" in told.content.decode()
    assert storekeeper.get(reverse("place_list"), {"to": "yesterday"}).status_code == 400


def test_the_stock_leads_to_an_earlier_day(office: Any, storekeeper: Any) -> None:
    text = storekeeper.get(reverse("stock"), {"store": "S1"}).content.decode()
    assert f'action="{reverse("place_list")}"' in text
    assert f'formaction="{reverse("register", args=["stock_statement"])}"' in text
    day = str(TODAY - DAY)
    statement = storekeeper.get(reverse("register", args=["stock_statement"]), {"to": day, "store": "S1"})
    assert statement.status_code == 200
    assert (str(statement.context["from_"]), str(statement.context["to"])) == (day, day)


def test_lists_hold_nothing_of_another_bureau(office: Any, storekeeper: Any) -> None:
    from tests.factories.world import make_world

    other = make_world("other")
    _lot, moved = other.put_in(other.alcohol, 77_777)
    for name in ("stock", "store_stock", "place_list", "lot_list", "entry_list", "move_list"):
        assert "77,777" not in storekeeper.get(reverse(name)).content.decode(), name
    assert storekeeper.get(reverse("move", args=[moved.id])).status_code == 404
    assert storekeeper.get(reverse("lot", args=[_lot])).status_code == 404


def test_lot_page_shows_where_it_lies_and_its_entries(office: Any, storekeeper: Any) -> None:
    world = office.world
    lot = ledger.lots(world.system, world.bureau.pk, item_id=world.suit.pk).get()
    text = storekeeper.get(reverse("lot", args=[lot.pk])).content.decode()
    assert "在库 · 一号库" in text
    assert "来源 · 示例供应商" in text


def test_entries_between_two_accounts(office: Any, storekeeper: Any) -> None:
    posting = ledger.postings(office.world.system, office.world.bureau.pk).first()
    assert posting is not None
    query = {"account_from": posting.source_id, "account_to": posting.target_id}
    rows = storekeeper.get(reverse("entry_list"), query).context["list"].slice.rows
    assert {(row.source_id, row.target_id) for row in rows} == {(posting.source_id, posting.target_id)}


def test_goods_in_quarantine_are_passed_or_rejected(office: Any, storekeeper: Any) -> None:
    from liangcao.foundation.kernel.ids import new_id

    world = office.world
    lot, _moved = world.put_in(world.mask, 10)
    address = reverse("lot_inspection", args=[lot])
    assert address not in storekeeper.get(reverse("lot", args=[lot])).content.decode()
    world.post("transfer", PostingLine(lot, world.stock(), AccountRef("quarantine", world.store.pk), 10))
    assert address in storekeeper.get(reverse("lot", args=[lot])).content.decode()
    body = {
        "client_id": str(new_id()),
        "store": world.store.pk,
        "quantity": "11",
        "outcome": "passed",
        "reason": "外观合格",
    }
    refused = storekeeper.post(address, body)
    assert refused.status_code == 409 and "10" in refused.content.decode()
    done = storekeeper.post(address, body | {"quantity": "10", "client_id": str(new_id())})
    assert done.status_code in (302, 303)
    assert address not in storekeeper.get(reverse("lot", args=[lot])).content.decode()
