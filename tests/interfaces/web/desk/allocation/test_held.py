"""Less of what is held, other lots, and words for the units, through the pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from liangcao.operations.allocation.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(office: Any) -> Plan:
    """Masks for the hospital, of lots that expire in different years, and too few suits for the town; published."""
    from tests.factories.allocation import ask, make_plan, publish

    world = office.world
    world.put_in(world.n95, 500, expires_on=date(2020, 6, 1))
    world.put_in(world.n95, 500, expires_on=date(2021, 6, 1))
    ask(world, world.hospital, 300, world.n95)
    world.put_in(world.suit, 700)
    ask(world, world.town, 90_000, world.suit)
    made = make_plan(world)
    publish(world, made)
    return made


def sent(user: Any, page: str, *args: Any, **more: Any) -> Any:
    return user.post(reverse(page, args=args), {"client_id": str(uuid4()), **more}, follow=True)


def test_words_for_the_units_can_be_copied(office: Any, plan: Plan, as_user: Any) -> None:
    text = as_user("coordinator").get(reverse("plan_notices", args=[plan.pk])).content.decode()
    assert "示例医院一:2月3日分给贵单位" in text
    assert "还缺" in text


def test_a_draft_has_nothing_to_tell(office: Any, as_user: Any) -> None:
    from tests.factories.allocation import ask, make_plan

    ask(office.world, office.world.hospital, 300)
    draft = make_plan(office.world)
    assert "还没有可通知的" in as_user("coordinator").get(reverse("plan_notices", args=[draft.pk])).content.decode()


def test_a_part_is_released_and_the_page_says_so(office: Any, plan: Plan, as_user: Any) -> None:
    line = plan.lines.get(organisation=office.world.hospital)
    user = as_user("allocator")
    shown = user.get(reverse("plan_line_release", args=[plan.pk, line.pk])).content.decode()
    assert "还没配货的有 300" in shown
    refused = sent(user, "plan_line_release", plan.pk, line.pk, quantity="301", reason="已自购")
    assert refused.status_code == 409
    assert "只有 300" in refused.content.decode()
    page = sent(user, "plan_line_release", plan.pk, line.pk, quantity="100", reason="已自购")
    assert "已释放" in page.content.decode()
    assert sum(pick.quantity for pick in line.picks.filter(quantity_released=0)) == 200


def test_another_lot_is_chosen_for_a_line(office: Any, plan: Plan, as_user: Any) -> None:
    pick = plan.lines.get(organisation=office.world.hospital).picks.get()
    keeper = as_user("storekeeper")
    page = keeper.get(reverse("plan_pick_replacement", args=[plan.pk, pick.pk]))
    choices = page.context["form"].fields["lot_id"].choices
    assert len(choices) == 2, "only one lot has anything free"
    assert "2021" in choices[1][1]
    page = sent(keeper, "plan_pick_replacement", plan.pk, pick.pk, lot_id=choices[1][0], reason="外箱受潮")
    assert "已换批次" in page.content.decode()
    pick.refresh_from_db()
    assert pick.replaced_by.get().lot_id == UUID(choices[1][0])


def test_another_lot_is_taken_while_picking(office: Any, plan: Plan, as_user: Any) -> None:
    from tests.factories.dispatch import prepare

    delivery = next(d for d in prepare(office.world, plan) if d.organisation_id == office.world.hospital.pk)
    line, keeper = delivery.lines.get(), as_user("storekeeper")
    way = reverse("delivery_substitution", args=[delivery.pk, line.pk])
    assert way in keeper.get(reverse("delivery", args=[delivery.pk])).content.decode()
    assert way not in as_user("leader").get(reverse("delivery", args=[delivery.pk])).content.decode()
    page = sent(keeper, "delivery_substitution", delivery.pk, line.pk, lot_id="", reason="外箱受潮")
    assert "已换批次" in page.content.decode()
    before = line.lot_id
    line.refresh_from_db()
    assert line.lot_id != before
