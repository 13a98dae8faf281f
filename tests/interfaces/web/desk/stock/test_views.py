"""Stock pages: the numbers, what they open, and whose they are."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger


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
    from liangcao.ledger.entries import AccountRef, PostingLine

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
