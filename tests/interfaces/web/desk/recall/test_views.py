"""Pages of recalls, returns and sub-issues that the story does not walk through: what the desk writes down for others."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from liangcao.operations.custody.models import SubIssue, UnitReturn
from liangcao.operations.dispatch.models import Delivery
from liangcao.operations.recall.models import Recall
from tests.factories.custody import ask_return, give_on, take
from tests.factories.dispatch import confirm, hand_over, make_delivery
from tests.factories.recall import give, recall
from tests.factories.world import TODAY

pytestmark = pytest.mark.django_db


def sent(**values: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4())} | values


def rows(*lines: dict[str, Any]) -> dict[str, Any]:
    filled = {f"lines-{n}-{name}": value for n, line in enumerate(lines) for name, value in line.items()}
    return {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": len(lines)} | filled


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.fixture
def lot(office: Any) -> UUID:
    made, _ = office.world.put_in(office.world.mask, 100)
    give(office.world, made, 40)
    return made


def test_the_desk_writes_down_what_holders_say(office: Any, as_user: Any, lot: UUID) -> None:
    world, keeper, leader = office.world, as_user("storekeeper"), as_user("leader")
    held = recall(world, lot)
    listed = text(keeper.get(reverse("recall_list")))
    assert held.number in listed and "抽检不合格" in listed
    place = [held.pk, world.hospital.pk]
    refused = keeper.post(reverse("recall_telling", args=place), sent(spoken_to=" "))
    assert refused.status_code == 400
    assert keeper.post(reverse("recall_telling", args=place), sent(spoken_to="设备科")).status_code == 303
    page = text(keeper.get(reverse("recall", args=[held.pk])))
    assert "设备科" in page and "已通知" in page
    answer = reverse("recall_answer", args=place)
    too_much = keeper.post(answer, sent(**rows({"lot": str(lot), "quantity": "41"})))
    assert too_much.status_code == 409 and "账上有 40 只" in too_much.content.decode()
    assert keeper.post(answer, sent(**rows({"lot": str(lot), "quantity": "38"}))).status_code == 303
    assert "38" in text(keeper.get(reverse("recall_holders", args=[held.pk])))
    book = keeper.get(reverse("recall_holders", args=[held.pk]), {"format": "xlsx"})
    assert book.status_code == 200 and book.content[:2] == b"PK"
    lifting = reverse("recall_lifting", args=[held.pk])
    assert keeper.post(lifting, sent(reason="复检合格")).status_code == 403
    assert leader.post(lifting, sent(reason="复检合格")).status_code == 303
    assert Recall.objects.get().status == "lifted"
    assert "召回已解除" in text(as_user("u05").get(reverse("portal_recall", args=[held.pk])))


def test_a_delivery_says_that_what_it_carries_is_recalled(office: Any, as_user: Any) -> None:
    world, keeper = office.world, as_user("storekeeper")
    delivery = make_delivery(world)
    held = recall(world, delivery.lines.get().lot_id)
    page = reverse("delivery", args=[delivery.pk])
    assert f"已召回({held.number}),不能出库" in text(keeper.get(page))
    assert delivery.number in text(keeper.get(reverse("recall", args=[held.pk])))
    refused = keeper.post(reverse("delivery_hand_over", args=[delivery.pk]), sent(carrier="示例车"))
    assert refused.status_code == 409 and "已召回" in refused.content.decode()
    cancelled = keeper.post(reverse("delivery_cancellation", args=[delivery.pk]), sent(reason="批次召回"))
    assert cancelled.status_code == 303
    assert Delivery.objects.get().status == "cancelled"


def test_taken_back_from_the_page_of_a_delivery(office: Any, as_user: Any) -> None:
    world, keeper = office.world, as_user("storekeeper")
    delivery = confirm(world, hand_over(world, make_delivery(world)))
    address = f"{reverse('return_new')}?delivery={delivery.pk}"
    assert address in text(keeper.get(reverse("delivery", args=[delivery.pk])))
    line = {"lot": str(delivery.lines.get().lot_id), "quantity": "30"}
    given = {"store": world.store.pk, "place": "store", "brought_by": "示例送货人", "reason": "用不完"}
    refused = keeper.post(address, sent(**rows(line), **given | {"brought_by": ""}))
    assert refused.status_code == 400
    assert keeper.post(address, sent(**rows(line), **given)).status_code == 303
    made = UnitReturn.objects.get()
    page = text(keeper.get(reverse("unit_return", args=[made.pk])))
    assert made.number in page and "示例送货人" in page
    assert made.number in text(keeper.get(reverse("return_list")))
    assert keeper.post(reverse("return_reversal", args=[made.pk]), sent(reason="点错")).status_code == 303
    assert keeper.get(reverse("return_new")).status_code == 404
    assert keeper.get(f"{reverse('return_new')}?organisation={world.town.code}").status_code == 404


def test_declined_by_the_desk_or_withdrawn_by_the_unit(office: Any, as_user: Any, lot: UUID) -> None:
    world, keeper, unit = office.world, as_user("storekeeper"), as_user("u05")
    first, second = ask_return(world, lot, 5), ask_return(world, lot, 5)
    assert keeper.post(reverse("return_refusal", args=[first.pk]), sent(reason="不收")).status_code == 303
    page = reverse("portal_return", args=[second.pk])
    assert second.number in text(unit.get(page))
    assert unit.post(reverse("portal_return_withdrawal", args=[second.pk]), sent(reason="留用")).status_code == 303
    assert {row.status for row in UnitReturn.objects.all()} == {"declined", "withdrawn"}
    assert as_user("u06").get(page).status_code == 404


def test_the_desk_writes_down_what_a_unit_gave_on(office: Any, as_user: Any, lot: UUID) -> None:
    world, keeper = office.world, as_user("storekeeper")
    address = reverse("sub_issue_new", args=[world.hospital.pk, lot])
    assert address in text(keeper.get(reverse("lot", args=[lot])))
    line = {"holder": "一病区", "quantity": "10", "phone": "内线 6021"}
    given = sent(given_on=TODAY.isoformat(), **rows(line))
    assert keeper.post(address, given).status_code == 303
    assert keeper.post(address, given).status_code == 303
    assert SubIssue.objects.count() == 1
    assert "一病区" in text(keeper.get(reverse("sub_issue_list")))
    back = reverse("sub_issue_reversal", args=[SubIssue.objects.get().pk])
    assert "还剩 10 只" in text(keeper.get(back))
    assert keeper.post(back, sent(quantity="11", reason="写错")).status_code == 409
    assert keeper.post(back, sent(quantity="10", reason="写错")).status_code == 303
    assert "一病区" not in text(keeper.get(reverse("lot", args=[lot])))


def test_nothing_of_another_unit_is_shown(office: Any, as_user: Any, lot: UUID) -> None:
    world, other = office.world, as_user("u06")
    [given] = give_on(world, lot, ("一病区", 10))
    held = recall(world, lot)
    take(world, lot, 5)
    page = text(other.get(reverse("portal_holdings")))
    assert "一病区" not in page and "账上没有货" in page
    for name, place in (("portal_recall", held.pk), ("portal_sub_issue_reversal", given.pk)):
        assert other.get(reverse(name, args=[place])).status_code == 404
    assert other.get(reverse("portal_sub_issue_new", args=[lot])).status_code == 404
    assert other.get(reverse("portal_return_new")).status_code == 404
