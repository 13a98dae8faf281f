"""The home of who brings the goods: what to fetch, what is on the way, the sheet; nothing of anybody else's."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tests.factories.dispatch import assign, confirm, hand_over, make_delivery, make_emergency
from tests.interfaces.web.portal.test_homes import client_of, home


def test_what_to_fetch_and_what_to_bring(office: Any) -> None:
    world = office.world
    driver = client_of(world, "carrier", world.supplier)
    assert "现在没有要取的货" in home(driver)
    fetched = assign(world, make_delivery(world, 970))
    brought = make_emergency(world, carrier="示例车 2", carrier_organisation_id=world.supplier.pk)
    shown = home(driver)
    assert "到一号库取货" in shown
    assert "970 只(2 箱、1 包)" in shown
    assert shown.index(fetched.number) < shown.index(brought.number)
    assert "示例车 2" in shown
    assert 'data-waiting="2"' in shown
    hand_over(world, fetched, carrier_organisation_id=world.supplier.pk)
    shown = home(driver)
    assert "取货</b>" not in shown
    assert shown.count("送到 示例医院一") == 2
    confirm(world, fetched)
    shown = home(driver)
    assert "最近送到的" in shown
    assert 'data-waiting="1"' in shown


def test_the_sheet_tells_what_it_takes_to_bring_it(office: Any) -> None:
    world = office.world
    delivery = make_delivery(world)
    page = reverse("portal_delivery", args=[delivery.pk])
    driver = client_of(world, "carrier", world.supplier)
    assert driver.get(page).status_code == 404
    assign(world, delivery)
    shown = driver.get(page).content.decode()
    assert "请到仓库取货" in shown
    assert "data-print" in shown
    hand_over(world, delivery, carrier_organisation_id=world.supplier.pk)
    confirm(world, delivery, (90, 10, 0, "少一包"))
    shown = driver.get(page).content.decode()
    lot, plan = delivery.lines.get().lot.code, delivery.plan.number  # type: ignore[union-attr]
    for hidden in (lot, plan, "示例收货人", "少一包", "短少"):
        assert hidden not in shown, hidden
    assert "收货单位已签收" in shown


def test_nobody_else_opens_it(office: Any) -> None:
    world = office.world
    delivery = hand_over(world, make_delivery(world), carrier_organisation_id=world.supplier.pk)
    page = reverse("portal_delivery", args=[delivery.pk])
    assert client_of(world, "carrier", world.producer).get(page).status_code == 404
    assert client_of(world, "requester", world.second_hospital).get(page).status_code == 404
    assert client_of(world, "enterprise", world.supplier).get(page).status_code == 404
    assert client_of(world, "requester", world.hospital).get(page).status_code == 200


def test_the_carrier_opens_nothing_else_of_it(office: Any) -> None:
    world = office.world
    delivery = hand_over(world, make_delivery(world), carrier_organisation_id=world.supplier.pk)
    driver = client_of(world, "carrier", world.supplier)
    assert driver.get(reverse("portal_thanks", args=[delivery.pk])).status_code == 404
    assert driver.get(reverse("portal_receipt", args=[delivery.pk])).status_code == 403
    assert driver.get(reverse("portal_requisition_list")).status_code == 403
    assert delivery.number in driver.get(reverse("portal_delivery_list")).content.decode()


def test_the_desk_names_the_carrier_on_its_pages(office: Any, storekeeper: Any) -> None:
    from liangcao.foundation.kernel.ids import new_id

    world = office.world
    delivery = make_delivery(world)
    page, document = (reverse(name, args=[delivery.pk]) for name in ("delivery_carrier", "delivery"))
    assert "指定承运单位" in storekeeper.get(document).content.decode()
    offered = storekeeper.get(page).content.decode()
    assert "示例供应商" in offered
    assert "示例捐赠人" not in offered
    sent = {"client_id": str(new_id()), "carrier_organisation_id": world.supplier.pk}
    assert storekeeper.post(page, sent).status_code == 303
    assert "示例供应商" in storekeeper.get(document).content.decode()
    refused = storekeeper.post(page, {"client_id": str(new_id()), "carrier_organisation_id": world.donor.pk})
    assert refused.status_code == 400
    out = reverse("delivery_hand_over", args=[delivery.pk])
    assert f'<option value="{world.supplier.pk}" selected' in storekeeper.get(out).content.decode()
    nobody = storekeeper.post(out, {"client_id": str(new_id())})
    assert nobody.status_code == 400
    assert "请选择承运单位,或填写承运人或车牌" in nobody.content.decode()
    sent = {"client_id": str(new_id()), "carrier_organisation_id": world.supplier.pk, "carrier": "示例车 3"}
    assert storekeeper.post(out, sent).status_code == 303
    assert "示例供应商 · 示例车 3" in storekeeper.get(reverse("delivery_list")).content.decode()
    assert storekeeper.post(page, {"client_id": str(new_id())}).status_code == 409
