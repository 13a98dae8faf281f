"""People on duty: colleagues with an appointment and a log-in, posts, shifts, tasks, made through actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.operations.duty import actions
from liangcao.operations.duty.models import (
    DutyPost,
    DutyShift,
    GroupMember,
    HandOver,
    ShiftSwap,
    Task,
    TaskEvent,
    WorkingGroup,
)
from liangcao.reference.parties.actions import add_person, appoint
from liangcao.reference.parties.models import Person
from tests.factories.world import NOON, World

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Colleague:
    """A person of the desk and the actor that he is."""

    person: Person
    actor: Actor


def make_colleague(world: World, name: str, role: str = "duty_officer", **more: Any) -> Colleague:
    """Somebody with an appointment in force and a log-in of his own."""
    user = add_user(username=f"{world.bureau.code}-{uuid4().hex[:8]}", display_name=name, password=None, at=NOON)
    person = add_person(name=name, user=user)
    dates = {"valid_from": date(2020, 1, 1)} | more
    appoint(person=person, role=role, bureau_id=world.bureau.pk, by=world.system, at=NOON, **dates)
    return Colleague(person, Actor(user_id=user.pk, name=name, grants=(Grant(role, world.bureau.pk),)))


def make_duty_post(world: World, code: str = "desk", **more: Any) -> DutyPost:
    """The duty desk, public, with its telephone."""
    told = {"name": "值班台", "name_en": "duty desk", "phone": "0579-0000000", "is_public": True} | more
    return actions.add_post(bureau_id=world.bureau.pk, code=code, by=world.system, at=NOON, client_id=uuid4(), **told)


def make_duty_shift(
    world: World,
    post: DutyPost | None = None,
    who: Colleague | None = None,
    *,
    starts_at: datetime = NOON,
    hours: int = 8,
    **more: Any,
) -> DutyShift:
    """One shift of eight hours from noon."""
    post = post or make_duty_post(world)
    who = who or make_colleague(world, "值班员甲")
    row = actions.ShiftInput(post.pk, who.person.pk, starts_at, starts_at + hours * HOUR, **more)
    made = actions.plan_shifts(
        bureau_id=world.bureau.pk, shifts=[row], by=world.actor("coordinator"), at=NOON, client_id=uuid4()
    )
    return made[0]


def make_task(world: World, who: Colleague | None = None, *, at: datetime = NOON, **more: Any) -> Task:
    """A task given in a consultation, due in six hours."""
    who = who or make_colleague(world, "承办人甲")
    told = {"text": "联系示例口罩厂,确认明天的产量", "due_at": at + 6 * HOUR, "source": "meeting"} | more
    told.setdefault("by", world.actor("coordinator"))
    return actions.give_task(bureau_id=world.bureau.pk, owner_id=who.person.pk, at=at, client_id=uuid4(), **told)


def make_task_event(world: World) -> TaskEvent:
    """The first event of a task: given."""
    return make_task(world).events.get()


def make_working_group(world: World, template: str = "five_groups") -> WorkingGroup:
    """The leading group of a template."""
    return actions.set_up_groups(
        bureau_id=world.bureau.pk, template=template, by=world.actor("coordinator"), at=NOON, client_id=uuid4()
    )[0]


def make_group_member(
    world: World, group: WorkingGroup | None = None, who: Colleague | None = None, **more: Any
) -> GroupMember:
    """A member of the leading group."""
    told = {"position": "member", "valid_from": date(2020, 2, 1)} | more
    return actions.add_member(
        group_id=(group or make_working_group(world)).pk,
        person_id=(who or make_colleague(world, "组员甲")).person.pk,
        by=world.actor("coordinator"),
        at=NOON,
        client_id=uuid4(),
        **told,
    )


def make_shift_swap(world: World, shift: DutyShift, asker: Colleague, to: Colleague, **more: Any) -> ShiftSwap:
    """The shift's person asks another one."""
    told = {"reason": "家中有事", "at": NOON, "by": asker.actor} | more
    return actions.ask_swap(shift_id=shift.pk, to_person_id=to.person.pk, client_id=uuid4(), **told)


def make_hand_over(world: World, shift: DutyShift, who: Colleague, *, at: datetime | None = None) -> HandOver:
    """A shift signed over with what is open."""
    from liangcao.oversight.watch.queries import open_work
    from liangcao.oversight.watch.text import hand_over_word

    moment = at or shift.ends_at
    content = open_work(who.actor, world.bureau.pk, at=moment, shift=shift)
    word = hand_over_word(content, note="", made_at=moment)
    return actions.sign_hand_over(
        shift_id=shift.pk, content=content, word=word, by=who.actor, at=moment, client_id=uuid4()
    )
