"""会商 through its pages: scenarios, opinions, minutes."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from liangcao.operations.allocation.models import Plan, Scenario

pytestmark = pytest.mark.django_db

NO_ROWS = {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0, "extra-TOTAL_FORMS": 0, "extra-INITIAL_FORMS": 0}


@pytest.fixture
def plan(office: Any, as_user: Any) -> Plan:
    """30,000 masks asked by hospital, town and enterprise, 20,000 there."""
    from tests.factories.allocation import ask, make_plan

    world = office.world
    for unit, quantity in ((world.hospital, 15_000), (world.town, 10_000), (world.enterprise, 5_000)):
        ask(world, unit, quantity)
    return make_plan(world)


def sent(user: Any, page: str, plan: Plan, *args: Any, **more: Any) -> Any:
    return user.post(reverse(page, args=[plan.pk, *args]), {"client_id": str(uuid4()), **more}, follow=True)


def tried(office: Any, user: Any, plan: Plan, **more: Any) -> Any:
    told = {
        "extra-TOTAL_FORMS": 1, "extra-INITIAL_FORMS": 0, "extra-0-item_id": office.world.mask.pk,
        "extra-0-quantity": "+5000", "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0,
        "name": "再到五千", "rule_set_id": "0", "keeps_overrides": "on",
    }  # fmt: skip
    return sent(user, "scenario_new", plan, **told | more)


def test_an_empty_comparison_says_what_to_do(plan: Plan, as_user: Any) -> None:
    page = as_user("allocator").get(reverse("plan_scenarios", args=[plan.pk]))
    assert "还没有情景" in page.content.decode()
    assert "试一种" not in as_user("storekeeper").get(reverse("plan_scenarios", args=[plan.pk])).content.decode()


def test_a_scenario_stands_beside_the_plan(office: Any, plan: Plan, as_user: Any) -> None:
    page = tried(office, as_user("leader"), plan)
    text = page.content.decode()
    assert page.status_code == 200
    assert "再到五千" in text
    assert "假设多到" in text
    assert "+5,000" in text
    assert "采用" not in text, "the leader does not draft, and what it supposes is not there"


def test_refusals_stand_in_their_rows(office: Any, plan: Plan, as_user: Any) -> None:
    page = tried(office, as_user("allocator"), plan, **{"extra-0-quantity": "-99999"}, name="")
    assert page.status_code == 400
    page = tried(office, as_user("allocator"), plan, **{"extra-0-quantity": "-99999"})
    assert page.status_code == 400
    assert "最多少 20,000" in page.content.decode()
    assert not Scenario.objects.exists()


def test_the_comparison_leaves_as_a_sheet_and_for_one_item(office: Any, plan: Plan, as_user: Any) -> None:
    user = as_user("allocator")
    tried(office, user, plan)
    address = reverse("plan_scenarios", args=[plan.pk])
    file = user.get(f"{address}?item={office.world.mask.pk}&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(file.content)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in values if "待满足" in row)
    row = next(row for row in values if "示例东镇" in row)
    assert row[head.index("再到五千 分到")] - row[head.index("本方案 分到")] == 5_000


def test_a_scenario_is_adopted_in_one_act(office: Any, plan: Plan, as_user: Any) -> None:
    from tests.factories.allocation import make_rule_set

    user = as_user("allocator")
    rules = make_rule_set(office.world, "floors-then-cover")
    page = tried(office, user, plan, rule_set_id=rules.pk, **NO_ROWS)
    assert "采用" in page.content.decode()
    scenario = Scenario.objects.get()
    shown = user.get(reverse("scenario_adoption", args=[plan.pk, scenario.pk]))
    assert "再到五千" in shown.content.decode()
    page = sent(user, "scenario_adoption", plan, scenario.pk, version=plan.version)
    assert "已采用" in page.content.decode()
    plan.refresh_from_db()
    assert plan.rule_set == rules


def test_opinions_and_minutes_from_draft_to_signature(office: Any, plan: Plan, as_user: Any) -> None:
    page = sent(as_user("allocator"), "plan_review", plan, version=plan.version)
    assert "会商中,还等:综合协调员" in page.content.decode()
    plan.refresh_from_db()
    coordinator = as_user("coordinator")
    refused = sent(coordinator, "plan_sign_off", plan, agrees="no", note="", version=plan.version)
    assert refused.status_code == 400
    page = sent(coordinator, "plan_sign_off", plan, agrees="yes", note="数字已核", version=plan.version)
    assert "会商通过" in page.content.decode()
    told = {"held_at": "2020-02-03T09:30", "participants": "组长甲、综合协调员甲", "decisions": "一、按方案执行。"}
    page = sent(coordinator, "plan_minutes_new", plan, **told)
    text = page.content.decode()
    for words in ("一、按方案执行。", "组长甲、综合协调员甲", "数字已核", "综合协调员", "需求满足", "20,000"):
        assert words in text, words


def test_minutes_list_the_tasks_given_on_their_page(office: Any, plan: Plan, as_user: Any) -> None:
    from tests.factories.allocation import review
    from tests.factories.duty import make_task

    review(office.world, plan)
    page = reverse("plan_minutes", args=[plan.pk])
    make_task(office.world, text="缺口报市里", page=page)
    assert "缺口报市里" in as_user("coordinator").get(page).content.decode()
