"""Separation of duties: who may not do both, when the head lets one person, and what is written down then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.operations.allocation.actions import publish_plan
from liangcao.reference.parties import actions, separation
from liangcao.reference.parties.models import Relaxation, SeparationTerm
from tests.factories.allocation import ask, make_plan, review
from tests.factories.demand import approve, make_requisition
from tests.factories.dispatch import confirm, hand_over, make_delivery
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db

NIGHT = NOON + timedelta(hours=12)


def set_term(world: World, profile: str = "night", **more: Any) -> SeparationTerm:
    arguments: dict[str, Any] = {
        "ends_at": NOON + timedelta(hours=10), "reason": "夜班只有一人", "by": world.actor("leader"), "at": NOON,
        "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.set_separation(bureau_id=world.bureau.pk, profile=profile, **arguments)


def both(world: World, *roles: str) -> Actor:
    """One person in several roles."""
    return Actor(user_id=77, name="一人", grants=tuple(Grant(role, world.bureau.pk) for role in roles))


def passes(rule: str, by: Actor, world: World, at: datetime = NOON) -> bool:
    try:
        separation.check_two_people(rule=rule, by=by, earlier=[by.user_id], bureau_id=world.bureau.pk, at=at)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize("profile", ["full", "small", "night"])
def test_each_rule_holds_as_the_file_says(world: World, profile: str) -> None:
    if profile != "full":
        set_term(world, profile)
    someone = both(world, "coordinator")
    for name, rule in separation.rules().items():
        assert passes(name, someone, world) == (profile not in rule.apart), name
    relaxed = [name for name, rule in separation.rules().items() if profile not in rule.apart]
    assert sorted(Relaxation.objects.values_list("rule", flat=True)) == sorted(relaxed)
    assert JournalEntry.objects.filter(action="separation_relaxed").count() == len(relaxed)


def test_two_people_pass_and_nothing_is_written_down(world: World) -> None:
    set_term(world)
    separation.check_two_people(
        rule="plan.publish", by=both(world, "leader"), earlier=[1, None], bureau_id=world.bureau.pk, at=NOON
    )
    assert not Relaxation.objects.exists()


def test_own_requisition_is_reviewed_by_another_or_under_a_profile(world: World) -> None:
    alone = both(world, "coordinator")
    requisition = make_requisition(world, world.hospital, by=alone, channel="phone", caller="护士站", received_at=NOON)
    with pytest.raises(Forbidden) as caught:
        approve(world, requisition, by=alone)
    assert "不得审批本人提交的单据" in caught.value.zh
    set_term(world)
    done = approve(world, requisition, by=alone)
    assert done.status == "approved" and done.is_reviewed_alone
    (relaxed,) = Relaxation.objects.all()
    assert (relaxed.rule, relaxed.object_ref, relaxed.actor_name) == ("requisition.approve", requisition.number, "一人")


def test_the_database_refuses_a_review_by_the_filer_that_no_profile_allowed(world: World) -> None:
    done = approve(world, make_requisition(world))
    with pytest.raises(DatabaseError), transaction.atomic():
        type(done).objects.filter(pk=done.pk).update(reviewed_user_id=done.submitted_user_id)


def test_own_plan_is_signed_by_one_person_only_at_night(world: World) -> None:
    alone = both(world, "allocator", "leader")
    world.put_in(world.mask, 900)
    ask(world, world.hospital, 100)
    plan = review(world, make_plan(world, by=alone))
    arguments: dict[str, Any] = {"plan_id": plan.pk, "by": alone, "at": NOON}
    with pytest.raises(Forbidden) as caught:
        publish_plan(**arguments, client_id=uuid4())
    assert caught.value.code == "OWN_PLAN"
    set_term(world, "small")
    with pytest.raises(Forbidden):
        publish_plan(**arguments, client_id=uuid4())
    term = SeparationTerm.objects.get()
    actions.end_separation(term_id=term.pk, by=world.actor("leader"), at=NOON, client_id=uuid4())
    set_term(world)
    assert publish_plan(**arguments, client_id=uuid4()).plan.status == "published"


def test_who_handed_over_signs_for_the_unit_only_under_a_profile(world: World) -> None:
    keeper = world.actor("storekeeper")
    delivery = hand_over(world, make_delivery(world))
    with pytest.raises(Forbidden) as caught:
        confirm(world, delivery, by=keeper)
    assert caught.value.code == "OWN_DOCUMENT"
    set_term(world, "small", at=delivery.handed_over_at, ends_at=delivery.handed_over_at + timedelta(days=30))
    assert confirm(world, delivery, by=keeper).status == "signed"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"profile": "full"}, "PROFILE_UNKNOWN"),
        ({"profile": "x"}, "PROFILE_UNKNOWN"),
        ({"ends_at": NOON}, "TERM_INVALID"),
        ({"starts_at": NOON - timedelta(hours=1)}, "TERM_INVALID"),
        ({"ends_at": NOON + timedelta(hours=17)}, "TERM_TOO_LONG"),
        ({"profile": "small", "ends_at": NOON + timedelta(days=94)}, "TERM_TOO_LONG"),
        ({"reason": " "}, "REASON_MISSING"),
    ],
)
def test_set_separation_refuses(world: World, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        set_term(world, **given)
    assert caught.value.code == code
    assert not SeparationTerm.objects.exists()


def test_only_the_head_of_this_bureau_sets_it(world: World) -> None:
    for role in ("administrator", "coordinator", "auditor"):
        with pytest.raises(Forbidden):
            set_term(world, by=world.actor(role))
    with pytest.raises(NotFound):
        set_term(world, by=make_world("other").actor("leader"))


def test_terms_do_not_overlap_and_end_by_themselves(world: World) -> None:
    key = uuid4()
    term = set_term(world, client_id=key)
    assert set_term(world, client_id=key) == term
    with pytest.raises(Conflict) as caught:
        set_term(world, "small", ends_at=NOON + timedelta(days=2))
    assert caught.value.code == "TERM_OVERLAPS"
    fields = {"profile": "small", "starts_at": NOON, "ends_at": NIGHT, "reason": "x", "set_by": "x", "set_at": NOON}
    with pytest.raises(DatabaseError), transaction.atomic():
        SeparationTerm.objects.create(bureau=world.bureau, **fields)
    assert separation.profile_in_force(world.bureau.pk, NOON) == "night"
    assert separation.profile_in_force(world.bureau.pk, NIGHT) == "full"


def test_a_term_is_ended_early_once(world: World) -> None:
    leader, later = world.actor("leader"), NOON + timedelta(hours=1)
    term = set_term(world)
    ended = actions.end_separation(term_id=term.pk, by=leader, at=later, client_id=uuid4())
    assert (ended.ends_at, ended.ended_by) == (later, leader.name)
    with pytest.raises(Conflict):
        actions.end_separation(term_id=term.pk, by=leader, at=later, client_id=uuid4())
    with pytest.raises(NotFound):
        actions.end_separation(term_id=term.pk, by=make_world("other").actor("leader"), at=later, client_id=uuid4())
    with pytest.raises(DatabaseError), transaction.atomic():
        SeparationTerm.objects.filter(pk=term.pk).update(profile="small")


def test_the_briefing_prints_the_term_and_each_relaxation(world: World) -> None:
    from liangcao.oversight.briefing.queries import briefing

    told = briefing(world.actor("leader"), world.bureau.pk, TODAY, at=NOON)
    assert "岗位分离" not in told.text("zh-hans").plain
    alone = both(world, "coordinator")
    requisition = make_requisition(world, world.hospital, by=alone, channel="phone", caller="护士站", received_at=NOON)
    set_term(world)
    approve(world, requisition, by=alone)
    told = briefing(world.actor("leader"), world.bureau.pk, TODAY, at=NOON)
    for words in ("岗位分离放宽情况", "夜班只有一人", requisition.number, "一人"):
        assert words in told.text("zh-hans").plain
    assert f"file it: {requisition.number}" in told.text("en").plain


@pytest.mark.parametrize(
    ("profile", "first", "second", "is_refused"),
    [
        ("full", "allocator", "leader", True),
        ("small", "allocator", "leader", False),
        ("full", "auditor", "coordinator", True),
        ("small", "auditor", "coordinator", True),
        ("full", "administrator", "audit_administrator", True),
        ("full", "coordinator", "duty_officer", False),
    ],
)
def test_roles_that_do_not_go_together(world: World, profile: str, first: str, second: str, is_refused: bool) -> None:
    if profile != "full":
        set_term(world, profile)
    person = actions.add_person(name="示例人")

    def appoint(role: str) -> None:
        actions.appoint(person=person, role=role, bureau_id=world.bureau.pk, valid_from=TODAY, by=world.system, at=NOON)

    appoint(first)
    if not is_refused:
        appoint(second)
        return
    with pytest.raises(Refusal) as caught:
        appoint(second)
    assert caught.value.code == "ROLES_APART"
