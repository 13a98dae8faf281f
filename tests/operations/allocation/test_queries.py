"""What pages read: scope, a fixed number of queries, words, whose turn it is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger.actions import record_fact
from liangcao.operations.allocation import actions, queries, summary
from liangcao.operations.allocation.models import Plan, PlanLine
from liangcao.operations.allocation.reasons import words
from liangcao.operations.allocation.rules import can_override, can_review
from liangcao.operations.allocation.summary import summary_of
from liangcao.operations.allocation.unit_queries import plan_units
from tests.factories.allocation import ask, make_plan, make_rule_set, make_share, publish, review
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    made.put_in(made.mask, 500)
    ask(made, made.hospital, 600)
    ask(made, made.town, 100)
    ask(made, made.hospital, None, made.suit)
    return made


def counted(call: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def test_plans_of_another_bureau_are_not_found(world: World) -> None:
    plan, other = make_plan(world), make_world("other").actor("leader")
    assert not queries.plans(other).exists()
    for read in (queries.plan, queries.plan_detail):
        with pytest.raises(NotFound):
            read(other, plan.pk)
    assert not queries.plan_lines(other, plan.pk).exists()
    assert not queries.plans(world.requester(world.hospital)).exists()


def test_plan_detail_asks_the_database_as_often_for_many_lines(world: World) -> None:
    small = make_plan(world)
    for unit in (world.second_hospital, world.second_town, world.third_town, world.enterprise):
        ask(world, unit, 50)
        ask(world, unit, 20, world.n95)
    large, leader = make_plan(world), world.actor("leader")
    few, many = (counted(lambda plan=plan: queries.plan_detail(leader, plan.pk)) for plan in (small, large))
    assert few == many


def test_plan_detail_is_a_matrix_by_tier_with_reasons(world: World) -> None:
    detail = queries.plan_detail(world.actor("leader"), make_plan(world).pk)
    assert list(detail.tiers) == [1, 2]
    (hospital,) = detail.tiers[1]
    cell = hospital.cells[world.mask.pk]
    assert (cell.quantity_asked, cell.quantity_planned, cell.gap) == (600, 500, 100)
    assert any("库存已分完,缺 100" in reason for reason in cell.reasons)
    mask = next(column for column in detail.columns if column.item_id == world.mask.pk)
    assert (mask.quantity_free, mask.quantity_planned, mask.quantity_left) == (500, 500, 0)
    assert {unmet.line.organisation.name for unmet in detail.unmet} == {"示例医院一", "示例东镇"}
    assert detail.sentence.startswith("先防疫一线到核定数")


def test_plan_detail_of_a_part_has_the_sums_of_the_whole(world: World) -> None:
    plan, leader = make_plan(world), world.actor("leader")
    whole = queries.plan_detail(leader, plan.pk)
    part = queries.plan_detail(leader, plan.pk, lines_of=Q(organisation=world.town))
    none = queries.plan_detail(leader, plan.pk, lines_of=queries.NO_LINES)
    assert part.columns == none.columns == whole.columns
    assert (part.summary, part.unmet_count) == (whole.summary, len(whole.unmet))
    assert [list(detail.tiers) for detail in (whole, part, none)] == [[1, 2], [2], []]
    assert {cell.line.organisation for cell in part.unmet} == {world.town}


def test_plan_units_are_found_by_tier_item_and_name(world: World) -> None:
    plan, leader = make_plan(world), world.actor("leader")

    def found(**more: Any) -> list[tuple[int, str]]:
        return [(unit.tier, unit.name) for unit in plan_units(leader, plan.pk, **more)]

    assert found() == [(1, "示例医院一"), (2, "示例东镇")]
    assert found(item_id=world.suit.pk) == [(1, "示例医院一")]
    assert found(search="东镇") == [(2, "示例东镇")]
    assert plan_units(make_world("other").actor("leader"), plan.pk) == []
    PlanLine.objects.filter(plan=plan, organisation=world.hospital, item=world.mask).update(tier=2)
    assert found() == [(1, "示例医院一"), (2, "示例东镇"), (2, "示例医院一")], "a unit stands in each of its tiers"


def test_summary_that_is_kept_is_the_one_that_the_lines_give(world: World) -> None:
    """After every act that writes lines; a plan from before there were any figures is counted when it is read."""

    def same(plan: Plan) -> None:
        plan.refresh_from_db()
        assert plan.figures == summary.counted(plan)

    ask(world, world.second_hospital, 70, world.n95)
    plan, by = make_plan(world), {"by": world.actor("allocator"), "at": NOON}
    same(plan)
    told = summary_of(plan)
    assert (told.rows, told.lines, told.lines_met, told.lines_unmet) == (3, 4, 0, 4)
    line = plan.lines.get(organisation=world.town)
    actions.override_line(plan_line_id=line.pk, quantity=60, reason="隔离点", client_id=uuid4(), **by)
    same(plan)
    actions.recompute_plan(plan_id=plan.pk, client_id=uuid4(), **by)
    same(plan)
    ask(world, world.town, 5, world.suit)
    lot, _ = world.put_in(world.suit, 10)
    again = make_plan(world)
    review(world, again)
    record_fact(
        lot_id=lot, fact="frozen", value="yes", reason="待检", by=world.actor("storekeeper"), at=NOON, client_id=uuid4()
    )
    publish(world, Plan.objects.get(pk=again.pk))
    same(again)
    same(again.followers.get())
    before = summary_of(again)
    Plan.objects.filter(pk=again.pk).update(figures=None)
    assert summary_of(Plan.objects.get(pk=again.pk)) == before


def test_words_of_an_override_name_the_person_in_both_languages(world: World) -> None:
    line = make_plan(world).lines.get(organisation=world.town)
    actions.override_line(
        plan_line_id=line.pk, quantity=60, reason="集中隔离点", by=world.actor("leader"), at=NOON, client_id=uuid4()
    )
    line.refresh_from_db()
    assert words(line, "zh-hans") == ["leader 甲 定为 60(规则结果 0):集中隔离点"]
    assert words(line, "en") == ["leader 甲 set 60, not 0: 集中隔离点"]


def test_plan_detail_of_a_share_calls_nothing_unmet(world: World) -> None:
    share = make_share(world, 100, [world.town, world.second_town])
    assert queries.plan_detail(world.actor("leader"), share.pk).unmet == ()


def test_waiting_follows_the_plan(world: World) -> None:
    plan = make_plan(world)
    seen = {
        role: [w.kind for w in queries.waiting(world.actor(role), at=NOON)]
        for role in ("allocator", "coordinator", "leader", "buyer")
    }
    assert seen == {"allocator": ["plan_review"], "coordinator": ["plan_review"], "leader": [], "buyer": []}
    assert can_review(plan, world.actor("coordinator"))
    review(world, plan)
    assert [w.kind for w in queries.waiting(world.actor("leader"), at=NOON)] == ["plan_publish"]
    publish(world, queries.plan(world.system, plan.pk))
    assert queries.waiting(world.actor("leader"), at=NOON) == []
    assert not can_override(queries.plan(world.system, plan.pk), world.actor("leader"))


def test_load_rule_sets_twice_adds_nothing(world: World) -> None:
    first = actions.load_rule_sets(by=world.actor("coordinator"), at=NOON)
    assert actions.load_rule_sets(by=world.actor("coordinator"), at=NOON) == first
    assert queries.rule_sets(world.actor("allocator"))[0].code == "front-line-first"
    assert sum(rule_set.is_default for rule_set in first) == 1


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("front-line-first", "先防疫一线到核定数,按同一比例满足;再部门", "First front line up to the approved amount"),
        ("floors-then-cover", "先所有单位到保底", "First everyone up to the floor"),
        ("by-population", "按人口比例分", "in proportion to population"),
    ],
)
def test_rule_sets_have_a_sentence_in_both_languages(world: World, code: str, zh: str, en: str) -> None:
    rule_set = make_rule_set(world, code)
    assert zh in rule_set.sentence
    assert en in rule_set.sentence_en
