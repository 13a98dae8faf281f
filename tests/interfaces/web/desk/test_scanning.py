"""Labels, the scan page, the addresses of labels, bar codes, and picking by scan – at the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.ledger.models import Lot
from liangcao.operations.dispatch.models import Delivery
from liangcao.reference.catalog.models import ItemIdentifier
from tests.factories.dispatch import make_delivery
from tests.factories.labels import BOX, PIECE, label_of
from tests.factories.stocktaking import open_sheet
from tests.factories.supply import make_receipt

JSON = {"Accept": "application/json"}


def path_of(label: str) -> str:
    return label[label.index("/Q/") :]


def lot_of(item: Any) -> Lot:
    return Lot.objects.filter(item=item)[0]


def ask(client: Any, code: str) -> Any:
    return client.get(reverse("scan_read"), {"code": code})


def test_labels_hold_what_a_box_needs_and_no_more(office: Any, storekeeper: Any) -> None:
    lot = lot_of(office.world.suit)
    page = storekeeper.get(reverse("labels"), {"lot": lot.pk, "boxes-0": 3, "per_box-0": 20, "start": 23})
    text = page.content.decode()
    assert text.count('class="label-qr"') == 3
    assert text.count('<div class="label"></div>') == 22
    assert text.count('class="label-sheet paper-3x8"') == 2
    for told in (lot.code, "医用防护服", "每箱 20 套", "第 2/3 箱"):
        assert told in text
    assert office.world.supplier.name not in text


def test_a_receipt_prints_labels_for_all_its_lots(office: Any, storekeeper: Any) -> None:
    receipt = make_receipt(office.world)
    lot = Lot.objects.get(move_id=receipt.move_id)
    link = f"{reverse('labels')}?receipt={receipt.pk}"
    assert link in storekeeper.get(reverse("receipt", args=[receipt.pk])).content.decode()
    assert lot.code in storekeeper.get(link).content.decode()
    assert f"?lot={lot.pk}" in storekeeper.get(reverse("lot", args=[lot.pk])).content.decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"boxes-0": "1001"}, 400),
        ({"start": "25"}, 400),
        ({"paper": "9x9"}, 400),
        ({"boxes-0": "x"}, 400),
        ({"lot": "x"}, 404),
        ({"lot": str(uuid4())}, 404),
        ({"receipt": "999999"}, 404),
        ({"lot": []}, 400),
    ],
)
def test_labels_that_nobody_can_mean_are_refused(office: Any, storekeeper: Any, asked: Any, status: int) -> None:
    query = {"lot": str(lot_of(office.world.mask).pk)} | asked
    assert storekeeper.get(reverse("labels"), query).status_code == status


def test_a_label_leads_who_may_see_it_and_nobody_else(office: Any, as_user: Callable[..., Any]) -> None:
    world = office.world
    delivery, sheet = make_delivery(world), open_sheet(world)
    lot = delivery.lines.get().lot
    hospital = as_user(world.hospital.code.lower())
    led = {
        ("storekeeper", label_of("lot", lot)): reverse("lot", args=[lot.pk]),
        ("storekeeper", label_of("delivery", delivery)): reverse("delivery", args=[delivery.pk]),
        ("storekeeper", label_of("count", sheet)): reverse("count_entry", args=[sheet.pk]),
        ("leader", label_of("count", sheet)): reverse("count", args=[sheet.pk]),
    }
    for (username, label), place in led.items():
        assert as_user(username).get(path_of(label)).url == place
    assert hospital.get(path_of(label_of("delivery", delivery))).url == reverse("portal_delivery", args=[delivery.pk])
    nothing = hospital.get("/Q/L/RK19990101-1/AAAAAAAA")
    secret = hospital.get(path_of(label_of("lot", lot)))
    assert (nothing.status_code, secret.status_code) == (404, 404)
    assert told(nothing) == told(secret)
    assert [hospital.get(f"/Q/{text}").status_code for text in ("x", "L/RK1", "01/06901234567892")] == [404] * 3


def told(page: Any) -> str:
    found = re.search(r'role="alert".*?</div>', page.content.decode(), re.DOTALL)
    return re.sub(r"[0-9a-f-]{8,}", "", found.group() if found else page.content.decode())


def test_a_stranger_with_a_label_is_asked_to_log_in(office: Any) -> None:
    lot = lot_of(office.world.mask)
    for path in (path_of(label_of("lot", lot)), "/Q/L/RK19990101-1/AAAAAAAA"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("login"))
        assert "口罩" not in answer.content.decode()


def test_an_unknown_code_is_asked_once_by_who_takes_goods_in(office: Any, storekeeper: Any) -> None:
    text = f"(01){BOX}(10)A1(17)220630"
    first = ask(storekeeper, text).json()
    assert first["kind"] == "unknown"
    assert BOX in first["message"]
    form = {"client_id": str(uuid4()), "code": text, "item": office.world.mask.pk, "quantity": "480"}
    assert storekeeper.post(first["teaching"], form).status_code == 303
    again = ask(storekeeper, text).json()
    assert (again["kind"], again["item"], again["quantity"]) == ("item", office.world.mask.pk, 480)
    assert (again["maker_lot"], again["expires_on"]) == ("A1", "2022-06-30")
    page = storekeeper.get(reverse("item", args=[office.world.mask.pk])).content.decode()
    assert BOX in page
    assert "仓管员甲" in page


def test_a_wrong_bar_code_is_ended_by_the_coordinator(office: Any, as_user: Callable[..., Any]) -> None:
    storekeeper, coordinator = as_user("storekeeper"), as_user("coordinator")
    form = {"client_id": str(uuid4()), "code": PIECE, "item": office.world.mask.pk, "quantity": "1"}
    storekeeper.post(reverse("identifier_new"), form)
    ending = reverse("identifier_ending", args=[ItemIdentifier.objects.get().pk])
    assert storekeeper.get(ending).status_code == 403
    assert coordinator.post(ending, {"client_id": str(uuid4()), "reason": "看错"}).status_code == 303
    assert ask(storekeeper, PIECE).json()["kind"] == "unknown"
    assert "看错" in coordinator.get(reverse("item", args=[office.world.mask.pk])).content.decode()


def test_those_who_may_not_teach_are_told_so_far(office: Any, as_user: Callable[..., Any]) -> None:
    answer = ask(as_user("leader"), PIECE).json()
    assert (answer["kind"], answer["teaching"]) == ("unknown", "")
    assert as_user("leader").get(reverse("identifier_new")).status_code == 403


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("https://example.com/x", 400, "不是本系统的码"),
        ("6901234567893", 400, "校验位"),
        ("(01)06901234567892(17)200230", 400, "不存在"),
        ("(01)0690123", 400, "已损坏"),
        ("", 400, "没有读到码"),
        ("RK19990101-9", 404, "不在您的范围内"),
    ],
)
def test_a_bad_code_says_why_on_the_page_and_to_its_script(
    storekeeper: Any, code: str, status: int, reason: str
) -> None:
    answer = ask(storekeeper, code)
    assert answer.status_code == status
    assert reason in answer.json()["message"]
    if code:
        page = storekeeper.get(reverse("scan"), {"code": code})
        assert page.status_code == status
        assert reason in page.content.decode()


def test_the_scan_page_opens_what_a_code_leads_to(office: Any, storekeeper: Any) -> None:
    lot = lot_of(office.world.mask)
    assert storekeeper.get(reverse("scan"), {"code": f" {lot.code.lower()} "}).url == reverse("lot", args=[lot.pk])


def picks(client: Any, delivery: Delivery, code: str) -> Any:
    form = {"client_id": str(uuid4()), "code": code}
    return client.post(reverse("delivery_picks", args=[delivery.pk]), form, headers=JSON)


def test_a_pick_is_confirmed_or_refused_and_told_to_the_script(office: Any, storekeeper: Any) -> None:
    delivery = make_delivery(office.world)
    line = delivery.lines.get()
    wrong = picks(storekeeper, delivery, label_of("lot", lot_of(office.world.suit)))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "WRONG_LOT")
    unclear = picks(storekeeper, delivery, delivery.number)
    assert unclear.json()["code"] == "PICK_UNCLEAR"
    right = picks(storekeeper, delivery, label_of("lot", line.lot)).json()
    assert (right["kind"], right["lines"][0]["id"], right["left"]) == ("picked", line.pk, "全部拣完,可以交接出库")
    page = storekeeper.get(reverse("delivery_picks", args=[delivery.pk])).content.decode()
    assert "已拣 · 仓管员甲" in page
    assert "☑" in storekeeper.get(reverse("pick_lists")).content.decode()


def test_picking_works_without_the_script(office: Any, storekeeper: Any) -> None:
    delivery = make_delivery(office.world)
    address = reverse("delivery_picks", args=[delivery.pk])
    refused = storekeeper.post(address, {"client_id": str(uuid4()), "code": "6901234567893"})
    assert refused.status_code == 400
    assert "校验位" in refused.content.decode()
    done = storekeeper.post(address, {"client_id": str(uuid4()), "code": delivery.lines.get().lot.code})
    assert (done.status_code, done.url) == (303, address)


def test_papers_carry_the_code_that_opens_them(office: Any, storekeeper: Any) -> None:
    delivery, sheet = make_delivery(office.world), open_sheet(office.world)
    for name, row in (("delivery", delivery), ("count", sheet)):
        assert "<svg" in storekeeper.get(reverse(name, args=[row.pk])).content.decode().split("<main")[1]
