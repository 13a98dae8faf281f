"""Removing somebody's second factor takes two administrators; one's own is another matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.identity import second_factor
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.parties import actions, queries
from liangcao.reference.parties.models import FactorRemoval, Relaxation
from tests.factories.duty import Colleague, make_colleague
from tests.factories.second_factor import make_factor_removal, make_protected, turn_on
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(hours=24)


@pytest.fixture
def first(world: World) -> Colleague:
    return make_colleague(world, "管理员甲", "administrator")


@pytest.fixture
def second(world: World) -> Colleague:
    return make_colleague(world, "管理员乙", "administrator")


def ask(world: World, who: Colleague, by: Actor, *, at: datetime = NOON, **more: Any) -> FactorRemoval:
    told = {"reason": "手机丢失", "client_id": uuid4()} | more
    return actions.ask_factor_removal(person_id=who.person.pk, bureau_id=world.bureau.pk, by=by, at=at, **told)


def confirm(held: FactorRemoval, by: Actor, *, at: datetime = NOON, **more: Any) -> FactorRemoval:
    return actions.confirm_factor_removal(removal_id=held.pk, by=by, at=at, **({"client_id": uuid4()} | more))


def withdraw(held: FactorRemoval, by: Actor, reason: str = "手机找到了") -> FactorRemoval:
    return actions.withdraw_factor_removal(removal_id=held.pk, reason=reason, by=by, at=NOON, client_id=uuid4())


def is_protected(who: Colleague) -> bool:
    assert who.person.user_id is not None
    return second_factor.is_on(who.person.user_id)


def test_only_administrators_of_the_bureau_ask(world: World, first: Colleague) -> None:
    who = make_protected(world)
    for role in ("leader", "coordinator", "auditor", "security_administrator"):
        with pytest.raises(Forbidden):
            ask(world, who, world.actor(role))
    with pytest.raises(NotFound):
        ask(world, who, make_world("other").actor("administrator"))
    with pytest.raises(Invalid, match="REASON_MISSING"):
        ask(world, who, first.actor, reason=" ")
    with pytest.raises(Conflict, match="SECOND_FACTOR_OFF"):
        ask(world, make_colleague(world, "没有开启的人"), first.actor)
    assert first.person.user is not None
    turn_on(first.person.user)
    with pytest.raises(Forbidden, match="OWN_SECOND_FACTOR"):
        ask(world, first, first.actor)
    assert not FactorRemoval.objects.exists()


def test_whoever_asked_does_not_confirm_and_nothing_has_changed(world: World, first: Colleague) -> None:
    who = make_protected(world)
    held = make_factor_removal(world, who, first)
    with pytest.raises(Forbidden, match="OWN_DOCUMENT"):
        confirm(held, first.actor)
    boss = Actor(who.person.user_id, "丢了手机的人", (Grant("administrator", world.bureau.pk),))
    with pytest.raises(Forbidden, match="OWN_SECOND_FACTOR"):
        confirm(held, boss)
    for by in (world.actor("leader"), world.actor("storekeeper")):
        with pytest.raises(Forbidden):
            confirm(held, by)
    with pytest.raises(NotFound):
        confirm(held, make_world("other").actor("administrator"))
    assert is_protected(who)


def test_another_administrator_confirms_and_it_is_gone(world: World, first: Colleague, second: Colleague) -> None:
    who, key = make_protected(world), uuid4()
    held = ask(world, who, first.actor)
    assert [group.kind for group in queries.waiting(second.actor, bureau_id=world.bureau.pk, at=NOON)] == [
        "factor_removal"
    ]
    assert queries.waiting(first.actor, bureau_id=world.bureau.pk, at=NOON) == []
    assert queries.waiting(world.actor("leader"), bureau_id=world.bureau.pk, at=NOON) == []
    done = confirm(held, second.actor, client_id=key)
    assert confirm(held, second.actor, client_id=key).pk == done.pk
    assert (done.status, done.ended_by, done.is_relaxed) == ("confirmed", "管理员乙", False)
    assert not is_protected(who)
    assert not Relaxation.objects.exists()
    told = JournalEntry.objects.filter(object_kind="person", object_ref=str(who.person.pk)).order_by("pk")
    assert [(entry.action, entry.user_id) for entry in told][-2:] == [
        ("ask_factor_removal", first.actor.user_id),
        ("remove_second_factor", second.actor.user_id),
    ]
    with pytest.raises(Conflict, match="REMOVAL_OVER"):
        confirm(held, second.actor)


def test_a_day_later_it_is_asked_for_again(world: World, first: Colleague, second: Colleague) -> None:
    who = make_protected(world)
    held = ask(world, who, first.actor)
    with pytest.raises(Conflict, match="REMOVAL_ASKED"):
        ask(world, who, second.actor)
    with pytest.raises(Conflict, match="REMOVAL_OVER"):
        confirm(held, second.actor, at=LATE)
    assert queries.waiting(second.actor, bureau_id=world.bureau.pk, at=LATE) == []
    again = ask(world, who, first.actor, at=LATE)
    held.refresh_from_db()
    assert (held.status, again.status) == ("lapsed", "asked")
    assert confirm(again, second.actor, at=LATE).status == "confirmed"


def test_it_is_withdrawn_with_a_reason(world: World, first: Colleague, second: Colleague) -> None:
    who = make_protected(world)
    held = ask(world, who, first.actor)
    with pytest.raises(Invalid, match="REASON_MISSING"):
        withdraw(held, second.actor, "")
    with pytest.raises(Forbidden):
        withdraw(held, world.actor("leader"))
    assert withdraw(held, second.actor).status == "withdrawn"
    with pytest.raises(Conflict, match="REMOVAL_OVER"):
        confirm(held, second.actor)
    assert is_protected(who)


@pytest.mark.parametrize("profile", ["small", "night"])
def test_a_relaxed_profile_lets_one_do_both_and_writes_it_down(world: World, first: Colleague, profile: str) -> None:
    term = actions.set_separation(
        bureau_id=world.bureau.pk, profile=profile, ends_at=NOON + timedelta(hours=8), reason="夜里只有一个人",
        by=world.actor("leader"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    who = make_protected(world)
    done = confirm(ask(world, who, first.actor), first.actor)
    assert (done.status, done.is_relaxed, is_protected(who)) == ("confirmed", True, False)
    relaxed = Relaxation.objects.get()
    assert (relaxed.rule, relaxed.term, relaxed.object_ref) == ("account.second_factor", term, str(who.person.pk))


def test_the_command_line_alone_is_for_who_runs_the_machine(world: World, first: Colleague) -> None:
    who = make_protected(world)
    held = ask(world, who, first.actor)
    told = {"person_id": who.person.pk, "bureau_id": world.bureau.pk, "reason": "无人能登录", "at": NOON}
    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        actions.remove_second_factor_alone(by=first.actor, **told)
    machine = Actor(None, "命令行", (Grant("administrator", world.bureau.pk),), origin="command")
    actions.remove_second_factor_alone(by=machine, **told)
    held.refresh_from_db()
    assert (is_protected(who), held.status) == (False, "lapsed")
    assert JournalEntry.objects.filter(action="remove_second_factor_alone").get().program == "命令行"


def test_the_database_keeps_it_to_two_people(world: World, first: Colleague) -> None:
    held = make_factor_removal(world, by=first)
    row = FactorRemoval.objects.filter(pk=held.pk)
    user = first.actor.user_id
    for wrong in (
        {"status": "confirmed", "ended_at": NOON, "ended_user_id": user, "ended_by": "管理员甲"},
        {"status": "confirmed", "ended_at": NOON, "ended_user_id": None},
        {"status": "confirmed"},
        {"status": "lost", "ended_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
