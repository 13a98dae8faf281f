"""Dispatch through its pages: pick lists, hand-over, receipts with differences, emergency issues and their papers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse


def signed(line: Any, **said: Any) -> dict[str, Any]:
    """The receipt form of a delivery with one line."""
    head = {"is_whole": "no", "signed_name": "护士长示例", "client_id": str(uuid4())}
    head |= {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-line_id": line.pk}
    return {**head, **{f"lines-0-{name}": value for name, value in said.items()}}


@pytest.fixture
def delivery(office: Any) -> Any:
    """100 masks for the hospital, on the pick list."""
    from tests.factories.dispatch import make_delivery

    return make_delivery(office.world)


def test_pick_list_shows_store_lot_and_unit(delivery: Any, as_user: Any) -> None:
    text = as_user("storekeeper").get(reverse("pick_lists")).content.decode()
    assert all(word in text for word in ("一号库", "示例医院一", delivery.number, "100<span"))


def test_hand_over_says_what_leaves_and_needs_a_carrier(delivery: Any, as_user: Any) -> None:
    keeper, page = as_user("storekeeper"), reverse("delivery_hand_over", args=[delivery.pk])
    assert "一次性医用口罩 100 只" in keeper.get(page).content.decode()
    assert keeper.post(page, {"client_id": str(uuid4())}).status_code == 400
    assert "配送中" in keeper.post(page, {"carrier": "示例车", "client_id": str(uuid4())}, follow=True).content.decode()


def test_difference_is_signed_with_its_reason_and_settled(office: Any, delivery: Any, as_user: Any) -> None:
    from tests.factories.dispatch import hand_over

    hand_over_line = delivery.lines.get()
    hand_over(office.world, delivery)
    coordinator, page = as_user("coordinator"), reverse("delivery_receipt", args=[delivery.pk])
    answer = coordinator.post(page, signed(hand_over_line, quantity_short=5, quantity_damaged=3))
    assert answer.status_code == 400
    answer = coordinator.post(
        page, signed(hand_over_line, quantity_short=5, quantity_damaged=3, reason="破口"), follow=True
    )
    assert "处理差异" in answer.content.decode()
    settled = {
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-line_id": hand_over_line.pk, "lines-0-short": "lost",
        "lines-0-damaged": "quarantine", "reason": "途中遗失", "client_id": str(uuid4()),
    }  # fmt: skip
    text = coordinator.post(reverse("delivery_settlement", args=[delivery.pk]), settled, follow=True).content.decode()
    assert "短少报损、损坏退回待检" in text


def test_more_missing_than_sent_is_refused_in_numbers(office: Any, delivery: Any, as_user: Any) -> None:
    from tests.factories.dispatch import hand_over

    hand_over(office.world, delivery)
    sent = signed(delivery.lines.get(), quantity_short=90, quantity_damaged=20, reason="破口")
    answer = as_user("coordinator").post(reverse("delivery_receipt", args=[delivery.pk]), sent)
    assert answer.status_code == 409
    assert "发出 100 只" in answer.content.decode()


def test_cancelling_puts_the_goods_back(delivery: Any, as_user: Any) -> None:
    sent = {"reason": "单位不需要了", "client_id": str(uuid4())}
    page = reverse("delivery_cancellation", args=[delivery.pk])
    assert "已取消" in as_user("storekeeper").post(page, sent, follow=True).content.decode()
    assert "现在没有要拣的货" in as_user("storekeeper").get(reverse("pick_lists")).content.decode()


def test_emergency_effects_are_told_before_anything_is_written(office: Any, as_user: Any) -> None:
    from liangcao.operations.dispatch.queries import deliveries

    world = office.world
    sent = {
        "store_id": world.store.pk, "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-item_id": world.suit.pk,
        "lines-0-quantity": "3", "lines-0-unit": "箱", "client_id": str(uuid4()),
    }  # fmt: skip
    text = as_user("coordinator").post(reverse("emergency_effects"), sent).content.decode()
    assert "发出 60 套,可用由 300 减为 240 套" in text
    assert not deliveries(world.system).exists()


def test_owing_papers_stand_out_until_they_come(office: Any, as_user: Any) -> None:
    from tests.factories.dispatch import make_emergency

    issued = make_emergency(office.world)
    coordinator, page = as_user("coordinator"), reverse("delivery", args=[issued.pk])
    assert "欠手续" in coordinator.get(page).content.decode()
    sent = {"papers_ref": "补办单 1", "client_id": str(uuid4())}
    text = coordinator.post(reverse("delivery_papers", args=[issued.pk]), sent, follow=True).content.decode()
    assert "手续已补" in text
    assert not coordinator.get(reverse("delivery_list"), {"papers": "owing"}).context["list"].slice.rows
