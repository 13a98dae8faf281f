"""Sources and receipts through their pages: refusals where the eye is, numbers in words, scope."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse


def rows(prefix: str = "lines", **values: Any) -> dict[str, Any]:
    """A form's management fields and one row."""
    head = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0}
    return {**head, **{f"{prefix}-0-{name}": value for name, value in values.items()}, "client_id": str(uuid4())}


def receipt_row(line: Any, **values: Any) -> dict[str, Any]:
    """The row of a line of the advice, as the page sends it."""
    sent = rows(source_line_id=line.pk, **values)
    return {**sent, "lines-INITIAL_FORMS": 1, "business_date": "2020-02-04"}


@pytest.mark.parametrize("name", ["source_list", "receipt_list", "arrivals", "arrival_new", "source_new"])
def test_pages_open(office: Any, as_user: Any, name: str) -> None:
    user = "coordinator" if name == "source_new" else "storekeeper"
    assert as_user(user).get(reverse(name)).status_code == 200


def test_unknown_unit_is_refused_beside_its_field(office: Any, as_user: Any) -> None:
    world = office.world
    sent = {"counterparty_id": world.donor.pk, **rows(item_id=world.mask.pk, quantity="2", unit="托")}
    answer = as_user("gift_clerk").post(reverse("source_announcement", args=["gift"]), sent)
    assert answer.status_code == 400
    assert "单位“托”无换算关系;可用单位:只、箱、包" in answer.content.decode()


def test_packs_and_a_double_click_make_one_source(office: Any, as_user: Any) -> None:
    from liangcao.operations.supply.queries import source_lines, sources

    world, clerk = office.world, as_user("gift_clerk")
    sent = {"counterparty_id": world.donor.pk, **rows(item_id=world.mask.pk, quantity="2", unit="箱")}
    for _click in range(2):
        assert clerk.post(reverse("source_announcement", args=["gift"]), sent).status_code == 303
    source = sources(world.system, bureau_id=world.bureau.pk).get()
    line = source_lines(world.system, source.pk).get()
    assert (line.quantity_advised, line.advised_as) == (960, "2 箱")


def test_money_gift_needs_no_lines(office: Any, as_user: Any) -> None:
    from liangcao.operations.supply.queries import money_gifts

    world = office.world
    sent = {"counterparty_id": world.donor.pk, "amount_fen": "6,427,000.00", "client_id": str(uuid4())}
    sent |= {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
    answer = as_user("gift_clerk").post(reverse("source_announcement", args=["gift"]), sent, follow=True)
    assert "6,427,000.00 元" in answer.content.decode()
    assert money_gifts(world.system, world.bureau.pk).get().amount_fen == 642_700_000


def test_packs_and_pieces_add_up_and_a_short_final_receipt_needs_its_reason(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_source

    world, keeper = office.world, as_user("storekeeper")
    source = make_source(world)
    line = source.lines.get()
    page = reverse("source_receipt", args=[source.pk])
    counted = {"packs": 2, "unit": "箱", "quantity_good": 20, "quantity_damaged": 10}
    sent = {"store_id": world.store.pk, "final": "on", **receipt_row(line, **counted)}
    answer = keeper.post(page, sent)
    assert answer.status_code == 400
    assert "短少 10 只,须填原因" in answer.content.decode()
    text = keeper.post(page, {**sent, "lines-0-reason": "少一包"}, follow=True).content.decode()
    assert "980<span" in text
    assert "少一包" in text


def test_hazardous_goods_are_refused_by_a_store_that_may_not_hold_them(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_source

    world = office.world
    source = make_source(world, (world.alcohol, 50))
    sent = {"store_id": world.store.pk, **receipt_row(source.lines.get(), quantity_good=50)}
    answer = as_user("storekeeper").post(reverse("source_receipt", args=[source.pk]), sent)
    assert answer.status_code == 409
    assert "不能存放" in answer.content.decode()


def test_direct_delivery_is_receipt_and_issue_in_one(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_source

    world = office.world
    source = make_source(world)
    sent = receipt_row(source.lines.get(), quantity_good="1,000")
    sent |= {"recipient_id": world.hospital.pk, "signed_by": "护士长示例"}
    answer = as_user("storekeeper").post(reverse("source_direct", args=[source.pk]), sent, follow=True)
    text = answer.content.decode()
    assert "直达单" in text
    assert "护士长示例" in text


def test_reversal_names_what_has_moved_on(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask, make_plan, publish
    from tests.factories.supply import make_receipt, make_source

    world = office.world
    receipt = make_receipt(world, make_source(world, (world.n95, 500)), (500, 0))
    ask(world, world.hospital, 200, world.n95)
    publish(world, make_plan(world, plan_date=office.world.emergency.started_on.replace(month=2, day=4)))
    text = as_user("storekeeper").get(reverse("receipt_reversal", args=[receipt.pk])).content.decode()
    assert "共 300 只;已被后续单据动用的 200 只 不在内" in text


def test_overdue_arrivals_stand_first_in_the_time_line(office: Any, as_user: Any) -> None:
    from datetime import date

    from tests.factories.supply import make_source

    make_source(office.world, expected_date=date(2020, 2, 3))
    make_source(office.world, expected_date=date(2020, 2, 5))
    days = as_user("gift_clerk").get(reverse("source_list")).context["days"]
    assert [day.tone for day in days] == ["alarm", ""]


def test_another_bureaus_documents_are_not_found(office: Any, as_user: Any) -> None:
    from tests.factories.supply import make_receipt
    from tests.factories.world import make_world

    receipt = make_receipt(make_world("other"))
    keeper = as_user("storekeeper")
    for name, key in (("source", receipt.source_id), ("receipt", receipt.pk), ("receipt_reversal", receipt.pk)):
        assert keeper.get(reverse(name, args=[key])).status_code == 404, name
