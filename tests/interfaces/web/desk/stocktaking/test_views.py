"""Pages of counts, expiry and write-offs: blind while it is counted, then what differs."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.operations.stocktaking.models import CountEntry, CountSheet, WriteOff
from tests.factories.stocktaking import counted_to_the_end, make_write_off, open_sheet

pytestmark = pytest.mark.django_db


def sent(**values: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4())} | values


def rows(*lines: dict[str, Any]) -> dict[str, Any]:
    filled = {f"lines-{n}-{name}": value for n, line in enumerate(lines) for name, value in line.items()}
    return {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": len(lines)} | filled


def test_a_count_is_blind_until_the_round_is_complete(office: Any, as_user: Any) -> None:
    world = office.world
    world.put_in(world.n95, 1234)
    keeper, leader = as_user("storekeeper"), as_user("leader")
    assert keeper.get(reverse("count_new")).status_code == 200
    assert keeper.post(reverse("count_new"), sent(store=world.store.pk, item=world.n95.pk)).status_code == 303
    sheet = CountSheet.objects.get()
    pages = [reverse(name, args=[sheet.pk]) for name in ("count", "count_entry", "count_lines")]
    for page in pages:
        answer = keeper.get(page)
        assert answer.status_code == 200
        assert "1,234" not in answer.content.decode()
    assert "count-qr-image" in keeper.get(pages[0]).content.decode()
    refused = keeper.post(pages[1], sent(**rows({"line": 1, "quantity": "1.5"})))
    assert refused.status_code == 400
    assert "请填写整数" in refused.content.decode()
    assert keeper.post(pages[1], sent(**rows({"line": 1, "quantity": "1,230", "note": ""}))).status_code == 303
    assert CountEntry.objects.get().quantity == 1230
    assert "这一轮都点完了" in keeper.get(pages[1]).content.decode()
    assert keeper.post(reverse("count_completion", args=[sheet.pk]), sent()).status_code == 303
    shown = keeper.get(pages[0]).content.decode()
    assert "1,234" in shown
    assert "-4" in shown
    assert keeper.get(pages[2], {"format": "xlsx"}).status_code == 200
    assert leader.get(reverse("count_list")).status_code == 200
    assert leader.get(pages[1]).status_code == 403


def test_sign_send_back_and_post(office: Any, as_user: Any) -> None:
    world = office.world
    world.put_in(world.n95, 100)
    sheet = open_sheet(world, item_id=world.n95.pk)
    counted_to_the_end(world, sheet, {1: 97})
    leader = as_user("leader")
    page = reverse("count_confirmation", args=[sheet.pk])
    assert "盘亏共 3" in leader.get(page).content.decode()
    assert leader.post(reverse("count_return", args=[sheet.pk]), sent(reason="再看看")).status_code == 303
    keeper = as_user("storekeeper")
    assert keeper.post(reverse("count_signature", args=[sheet.pk]), sent(reason="少 3 只")).status_code == 303
    assert leader.post(page, sent()).status_code == 303
    shown = leader.get(reverse("count", args=[sheet.pk])).content.decode()
    assert "已入账" in shown
    assert "PD" in shown


def test_goods_on_no_line_and_giving_up(office: Any, as_user: Any) -> None:
    world = office.world
    sheet = open_sheet(world)
    keeper = as_user("storekeeper")
    page = reverse("count_found", args=[sheet.pk])
    assert keeper.get(page).status_code == 200
    assert keeper.post(page, sent(item=world.mask.pk, quantity="5")).status_code == 303
    assert "表外发现" in keeper.get(reverse("count", args=[sheet.pk])).content.decode()
    assert keeper.post(reverse("count_cancellation", args=[sheet.pk]), sent(reason="不盘了")).status_code == 303


def test_expired_goods_from_the_list_to_the_book(office: Any, as_user: Any) -> None:
    world = office.world
    lot, _ = world.put_in(world.mask, 10, expires_on=date(2020, 1, 1))
    world.put_in(world.n95, 20, expires_on=date(2035, 1, 1))
    keeper, leader = as_user("storekeeper"), as_user("leader")
    shown = keeper.get(reverse("expiry")).content.decode()
    assert "报损过期物资" in shown
    assert keeper.get(reverse("expiry"), {"within": "expired", "format": "xlsx"}).status_code == 200
    page = f"{reverse('write_off_new')}?store={world.store.code}"
    assert keeper.get(page).status_code == 200
    assert keeper.get(reverse("write_off_new")).status_code == 404
    line = {"lot": str(lot), "place": "store", "quantity": "10"}
    assert (
        keeper.post(page, sent(cause="expired", reason="已过期", **rows({**line, "quantity": "11"}))).status_code == 409
    )
    assert keeper.post(page, sent(cause="expired", reason="已过期", **rows(line))).status_code == 303
    held = WriteOff.objects.get()
    assert leader.post(reverse("write_off_approval", args=[held.pk]), sent()).status_code == 303
    assert "已报损" in leader.get(reverse("write_off", args=[held.pk])).content.decode()
    assert leader.get(reverse("write_off_list")).status_code == 200


def test_a_write_off_declined_or_withdrawn(office: Any, as_user: Any) -> None:
    world = office.world
    first, second = make_write_off(world), make_write_off(world)
    leader, keeper = as_user("leader"), as_user("storekeeper")
    assert leader.post(reverse("write_off_refusal", args=[first.pk]), sent(reason="还能用")).status_code == 303
    assert keeper.post(reverse("write_off_withdrawal", args=[second.pk]), sent(reason="看错")).status_code == 303


def test_a_lot_is_written_off_from_its_page(office: Any, as_user: Any) -> None:
    lot, _ = office.world.put_in(office.world.n95, 40)
    keeper = as_user("storekeeper")
    page = keeper.get(reverse("lot", args=[lot])).content.decode()
    address = unescape(re.search(r'href="([^"]*write-offs/new/[^"]*)"', page)[1])
    assert "lines-0-quantity" in keeper.get(address).content.decode()
    assert "write-offs/new" not in as_user("auditor").get(reverse("lot", args=[lot])).content.decode()
