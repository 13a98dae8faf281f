"""A bureau's own rule sets: refusals first, then versions that never change."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.operations.allocation import actions, queries, rule_set_queries
from liangcao.operations.allocation.models import RuleSet, RuleStep
from liangcao.operations.allocation.rule_set_checks import STEPS_MOST, RuleSetDraft, checked_steps
from liangcao.operations.allocation.solver import Step
from tests.factories.allocation import ask, make_rule_set
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
FRONT = Step("1", "request", "fill")
REST = Step("2-4", "days", "equal_cover", 3)


@pytest.fixture
def world() -> World:
    return make_world()


def draft(*steps: Step, **more: Any) -> RuleSetDraft:
    return RuleSetDraft(**({"name": "本局规则", "steps": steps or (FRONT, REST)} | more))


def make(world: World, *steps: Step, by: Any = None, client_id: Any = None, note: str = "", **more: Any) -> RuleSet:
    return actions.make_rule_set(
        bureau_id=world.bureau.pk, draft=draft(*steps, **more), note=note, by=by or world.actor("coordinator"),
        at=NOON, client_id=client_id or uuid4(),
    )  # fmt: skip


def revise(world: World, found: RuleSet, *steps: Step, **more: Any) -> RuleSet:
    return actions.revise_rule_set(
        rule_set_id=found.pk, draft=draft(*steps, **more), by=world.actor("leader"), at=NOON, client_id=uuid4()
    )


def act(world: World, do: Any, found: RuleSet, **more: Any) -> RuleSet:
    return do(rule_set_id=found.pk, by=world.actor("coordinator"), at=NOON, client_id=uuid4(), **more)


def codes(refusal: Refusal) -> list[tuple[str, int | None]]:
    return [(each.code, each.row) for each in refusal.problems or (refusal,)]


def test_every_wrong_step_is_told_at_once() -> None:
    wrong = (Step("9", "request", "fill"), Step("3-2", "days", "fill"), Step("all", "cap", "proportional", 3))
    with pytest.raises(Invalid) as caught:
        checked_steps(draft(*wrong))
    assert codes(caught.value) == [
        ("STEP_WHOM_UNKNOWN", 1), ("STEP_WHOM_UNKNOWN", 2), ("STEP_TARGET_UNKNOWN", 2), ("STEP_TARGET_UNKNOWN", 3),
        ("WEIGH_BY_MISSING", 3),
    ]  # fmt: skip
    with pytest.raises(Invalid) as caught:
        checked_steps(RuleSetDraft("甲", (), "gold"))
    assert codes(caught.value) == [("STEPS_MISSING", None), ("WEIGH_BY_UNKNOWN", None)]


@pytest.mark.parametrize(
    ("earlier", "later", "is_idle"),
    [
        (Step("all", "request", "fill"), Step("2", "request", "fill"), True),
        (Step("1-3", "days", "fill", 5), Step("2-3", "days", "equal_cover", 3), True),
        (Step("1-3", "days", "fill", 3), Step("2-3", "days", "fill", 5), False),
        (Step("2", "request", "fill"), Step("all", "request", "fill"), False),
        # Units without a daily use take no part in equal days; the next step serves them.
        (Step("all", "days", "equal_cover", 3), Step("all", "days", "fill", 3), False),
        (Step("all", "floor", "fill"), Step("all", "request", "fill"), False),
    ],
)
def test_a_step_that_would_do_nothing_is_refused(earlier: Step, later: Step, is_idle: bool) -> None:
    if not is_idle:
        checked_steps(draft(earlier, later))
        return
    with pytest.raises(Invalid) as caught:
        checked_steps(draft(earlier, later))
    assert codes(caught.value) == [("STEP_IDLE", 2)]


def test_too_many_steps_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        checked_steps(draft(*(Step("1", "days", "fill", day) for day in range(1, STEPS_MOST + 2))))
    assert codes(caught.value) == [("STEPS_MANY", None)]


def test_only_who_answers_for_it_makes_rules(world: World) -> None:
    for role in ("allocator", "administrator", "storekeeper"):
        with pytest.raises(Forbidden):
            make(world, by=world.actor(role))
    with pytest.raises(NotFound):
        make(world, by=make_world("other").actor("coordinator"))


def test_make_happens_once_and_says_why(world: World) -> None:
    client_id = uuid4()
    first = make(world, client_id=client_id, note="会议纪要 3 号")
    assert make(world, client_id=client_id, note="会议纪要 3 号") == first
    assert (first.code, first.version, first.note, first.is_active) == ("own-1", 1, "会议纪要 3 号", True)
    assert first.made_by == world.actor("coordinator").name
    assert first.sentence.startswith("先防疫一线到")
    with pytest.raises(Conflict) as caught:
        make(world)
    assert caught.value.code == "NAME_TAKEN"
    assert make(world, name="另一套").code == "own-2"


def test_what_the_program_brings_is_not_changed(world: World) -> None:
    shipped = make_rule_set(world)
    for do, more in (
        (actions.retire_rule_set, {"reason": "不用"}), (actions.restore_rule_set, {}), (actions.set_default_rule_set, {}),
    ):  # fmt: skip
        with pytest.raises(Conflict) as caught:
            act(world, do, shipped, **more)
        assert caught.value.code == "SHIPPED_RULE_SET"
    with pytest.raises(Conflict):
        revise(world, shipped, name="改了")
    with pytest.raises(Conflict) as caught:
        make(world, name=shipped.name)
    assert caught.value.code == "NAME_TAKEN"


def test_another_bureaus_rules_are_not_there(world: World) -> None:
    other = make_world("other")
    found = make(other)
    with pytest.raises(NotFound):
        act(world, actions.retire_rule_set, found, reason="不用")
    assert found not in queries.rule_sets(world.actor("coordinator"), is_active=None)


def test_a_revision_is_a_new_version_and_plans_keep_theirs(world: World) -> None:
    first = make(world)
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 60)
    plan = actions.draft_plan(
        bureau_id=world.bureau.pk, plan_date=TODAY, rule_set_id=first.pk, by=world.actor("allocator"),
        at=NOON, client_id=uuid4(),
    )  # fmt: skip
    second = revise(world, first, FRONT)
    first.refresh_from_db()
    assert (first.is_active, second.version, second.code) == (False, 2, first.code)
    assert plan.rule_set_id == first.pk
    assert rule_set_queries.rule_set(world.actor("auditor"), first.pk) == first
    assert [(row.version, row.plan_count) for row in rule_set_queries.versions(world.system, second)] == [
        (2, 0),
        (1, 1),
    ]
    with pytest.raises(NotFound):
        actions.draft_plan(
            bureau_id=world.bureau.pk, plan_date=TODAY, rule_set_id=first.pk, by=world.actor("allocator"),
            at=NOON, client_id=uuid4(),
        )  # fmt: skip


def test_who_read_an_older_version_is_told(world: World) -> None:
    first = make(world)
    revise(world, first, FRONT)
    with pytest.raises(Conflict) as caught:
        revise(world, first, REST)
    assert caught.value.code == "CHANGED_MEANWHILE"
    assert "第 2 版" in caught.value.zh
    second = queries.rule_sets(world.system).get(code=first.code)
    with pytest.raises(Conflict) as caught:
        revise(world, second, FRONT, name_en=second.name_en)
    assert caught.value.code == "NOTHING_CHANGED"


def test_the_bureaus_default_goes_before_the_programs(world: World) -> None:
    make_rule_set(world)
    found = make(world)
    assert queries.rule_sets(world.system, bureau_id=world.bureau.pk)[0].bureau_id is None
    act(world, actions.set_default_rule_set, found)
    assert queries.rule_sets(world.system, bureau_id=world.bureau.pk)[0] == found
    second = revise(world, found, FRONT)
    assert second.is_default  # what changes is what it says, not that new plans begin with it
    other = make(world, REST, name="另一套")
    act(world, actions.set_default_rule_set, other)
    assert RuleSet.objects.filter(bureau=world.bureau, is_default=True).get() == other
    act(world, actions.set_default_rule_set, other, is_default=False)
    assert not RuleSet.objects.filter(bureau=world.bureau, is_default=True).exists()


def test_out_of_use_and_back(world: World) -> None:
    found = make(world)
    act(world, actions.set_default_rule_set, found)
    with pytest.raises(Invalid):
        act(world, actions.retire_rule_set, found, reason=" ")
    retired = act(world, actions.retire_rule_set, found, reason="春节后不用")
    assert (retired.is_active, retired.is_default) == (False, False)
    for do, more in ((actions.retire_rule_set, {"reason": "再停"}), (actions.set_default_rule_set, {})):
        with pytest.raises(Conflict) as caught:
            act(world, do, found, **more)
        assert caught.value.code == "RULE_SET_RETIRED"
    taken = make(world, name=found.name)
    with pytest.raises(Conflict) as caught:
        act(world, actions.restore_rule_set, found)
    assert caught.value.code == "NAME_TAKEN"
    act(world, actions.retire_rule_set, taken, reason="换回")
    assert act(world, actions.restore_rule_set, found).is_active
    revise(world, found, FRONT)
    with pytest.raises(Conflict) as caught:
        act(world, actions.restore_rule_set, found)
    assert caught.value.code == "OLD_VERSION"


def test_the_database_keeps_a_version_as_it_is(world: World) -> None:
    found = make(world)
    for change in (
        lambda: RuleSet.objects.filter(pk=found.pk).update(sentence="别的"),
        lambda: RuleStep.objects.filter(rule_set=found).update(days=9),
        lambda: RuleStep.objects.filter(rule_set=found).delete(),
        lambda: RuleSet.objects.create(bureau=world.bureau, code="own-1", version=2, name="甲", name_en="a"),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()


def test_an_example_writes_nothing_and_tells_by_tier(world: World) -> None:
    by = world.actor("coordinator")
    assert rule_set_queries.example(by, world.bureau.pk, draft(), at=NOON) is None
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 60)
    ask(world, world.town, 80)
    found = rule_set_queries.example(by, world.bureau.pk, draft(FRONT, Step("all", "request", "fill")), at=NOON)
    assert found is not None
    assert [(row.tier, row.lines, row.lines_met, row.met) for row in found.tiers] == [(1, 1, 1, 1000), (2, 1, 0, 500)]
    alike = rule_set_queries.example(by, world.bureau.pk, draft(Step("all", "request", "fill")), at=NOON)
    assert alike is not None
    assert alike.tiers[0].met < 1000
    with pytest.raises(Invalid):
        rule_set_queries.example(by, world.bureau.pk, draft(Step("9", "request", "fill")), at=NOON)
    assert not RuleSet.objects.filter(bureau=world.bureau).exists()


def test_an_example_gives_what_the_plan_then_gives(world: World) -> None:
    world.put_in(world.mask, 100)
    ask(world, world.hospital, 60)
    ask(world, world.town, 80)
    found = make(world, Step("all", "request", "fill"))
    plan = actions.draft_plan(
        bureau_id=world.bureau.pk, plan_date=TODAY, rule_set_id=found.pk, by=world.actor("allocator"),
        at=NOON, client_id=uuid4(),
    )  # fmt: skip
    told = rule_set_queries.example(
        world.actor("coordinator"), world.bureau.pk, draft(Step("all", "request", "fill")), at=NOON
    )
    assert told is not None
    planned = {line.tier: line.quantity_planned * 1000 // (line.quantity_open or 1) for line in plan.lines.all()}
    assert {row.tier: row.met for row in told.tiers} == planned


_STEPS = st.builds(
    lambda whom, target, how, days: Step(whom, target, how, days if target == "days" else None),
    st.sampled_from(["all", "1", "2", "3", "4", "1-2", "2-4"]),
    st.sampled_from(["floor", "days", "cap", "request"]),
    st.sampled_from(["fill", "equal_cover", "proportional"]),
    st.integers(1, 30),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_STEPS, min_size=1, max_size=6))
def test_a_set_is_read_as_it_was_written(steps: list[Step]) -> None:
    world = make_world(f"w{uuid4().hex[:6]}")
    written = RuleSetDraft(uuid4().hex, tuple(steps), "population", "en")
    try:
        checked_steps(written)
    except Invalid:
        return
    made = actions.make_rule_set(
        bureau_id=world.bureau.pk, draft=written, by=world.actor("coordinator"), at=NOON, client_id=uuid4()
    )
    read = queries.rule_sets(world.system).get(pk=made.pk)
    assert [Step(s.whom, s.target, s.how, s.days) for s in read.steps.all()] == steps
