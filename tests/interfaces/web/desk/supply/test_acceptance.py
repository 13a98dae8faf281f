"""Signatures, early releases and returns through their pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.urls import reverse


def row(line: Any, **values: Any) -> dict[str, Any]:
    """The only row of a form about receipt lines."""
    sent = {f"lines-0-{name}": value for name, value in {"line_id": line.pk, **values}.items()}
    return {**sent, "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "client_id": str(uuid4())}


def test_who_took_the_goods_in_is_told_that_another_must_sign(office: Any, as_user: Any) -> None:
    from tests.factories.supply import ask_for_signatures, make_source

    world, keeper = office.world, as_user("storekeeper")
    ask_for_signatures(world, "count")
    source = make_source(world, (world.mask, 100))
    sent = row(source.lines.get(), source_line_id=source.lines.get().pk, quantity_good=100)
    sent |= {"store_id": world.store.pk, "business_date": "2020-02-04"}
    text = keeper.post(reverse("source_receipt", args=[source.pk]), sent, follow=True).content.decode()
    assert "待验收签字" in text and "须另一人" in text
    receipt = source.receipts.get()
    answer = keeper.get(reverse("receipt_signature", args=[receipt.pk, "count"]))
    assert answer.status_code == 403 and "须由另一人签字" in answer.content.decode()
    assert keeper.get(reverse("receipt_signature", args=[receipt.pk, "smell"])).status_code == 404


def test_a_release_stands_in_red_until_the_signatures_are_there(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_waiting_receipt, sign

    world, leader = office.world, as_user("leader")
    receipt = make_waiting_receipt(world)
    line = receipt.lines.get()
    page = reverse("receipt_release", args=[receipt.pk])
    word = {"leader": "组长甲", "reason": "医院断货", "limit_note": "仅此一批"}
    answer = leader.post(page, {**row(line, quantity=101), **word})
    assert answer.status_code == 409 and "最多可放行 100" in answer.content.decode()
    text = leader.post(page, {**row(line, quantity=60), **word}, follow=True).content.decode()
    assert "notice-alarm" in text and "组长甲下令:医院断货" in text
    assert "先行放行:待补签字" in leader.get(reverse("home")).content.decode()
    listed = leader.get(reverse("receipt_list"), {"status": "waiting", "owing": "count"}).content.decode()
    assert receipt.number in listed
    sign(world, receipt, "quality", 100)
    sign(world, receipt, "count", 100)
    assert "先行放行:待补签字" not in leader.get(reverse("home")).content.decode()


def test_rejected_pieces_go_back_with_a_paper(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_receipt_outcome

    receipt = make_receipt_outcome(office.world).receipt_line.receipt
    keeper = as_user("storekeeper")
    page = reverse("receipt_return_new", args=[receipt.pk])
    sent = {**row(receipt.lines.get(), quantity=20), "reason": "质检不合格"}
    assert "退货单" in keeper.post(page, sent, follow=True).content.decode()
    back = receipt.lines.get().returns.get()
    paper = keeper.get(reverse("receipt_return", args=[receipt.pk, back.move_id]), HTTP_ACCEPT_LANGUAGE="zh")
    assert "示例捐赠人" in paper.content.decode()
    assert keeper.get(reverse("receipt_return", args=[receipt.pk, uuid4()])).status_code == 404


def test_the_rule_of_a_category_is_set_on_its_page(office: Any, as_user: Any) -> None:
    desk = as_user("coordinator")
    page = reverse("category_signatures", args=["test"])
    sent = {"signatures": "store,quality", "client_id": str(uuid4())}
    assert "仓管、质检" in desk.post(page, sent, follow=True).content.decode()
    assert as_user("storekeeper").get(page).status_code == 403
