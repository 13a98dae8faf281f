"""Sets up groups, roster and tasks of a book: structures as the sources tell them, people and numbers 示例."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date
from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.records import book, client_id, day, moment
from liangcao.operations.duty import actions, queries
from liangcao.oversight.watch.queries import open_work
from liangcao.oversight.watch.text import hand_over_word
from liangcao.reference.parties import actions as parties

Act = Callable[[], object]
# The roster covers the last days of the book and the weeks in which somebody looks at the demo.
DAYS_BEFORE, DAYS_AHEAD = 2, 26
HALF_DAY = timedelta(hours=12)
ON_DUTY = ("coordinator", "storekeeper", "allocator", "buyer", "gift_clerk")


@cache
def _duties() -> dict[str, Any]:
    text = files(__package__ or "").joinpath("data", "duty.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@dataclass
class Duties:
    """The duty of one book while it is played."""

    name: str
    desk: Desk
    plan: dict[str, Any]
    first_day: datetime
    last_day: datetime

    @property
    def leader(self) -> Actor:
        """Who keeps the roster."""
        return self.desk.actors["leader"]

    def id_for(self, *parts: object) -> Any:
        """The client id of an act of this book."""
        return client_id(self.name, "duty", *parts)

    def person(self, role: str, at: datetime) -> int:
        """The id of the person who works in a role."""
        held = queries.person_of(self.desk.actors[role], self.desk.bureau_id, on=business_date(at))
        if held is None:
            raise LookupError(f"{self.name}: nobody is {role}")
        return int(held.pk)

    def moment(self, days: int, clock: str) -> datetime:
        """A time of day, so many days from the last one of the book."""
        hour, minute = map(int, clock.split(":"))
        return self.last_day + timedelta(days=days, hours=hour, minutes=minute)


def acts_of_duty(name: str, desk: Desk) -> Iterator[tuple[datetime, Act]]:
    """Groups at the start, the roster before its first day, tasks when they were given, one hand-over at 20:00, and a
    swap that waits for its answer."""
    told = book(name)
    last_day = moment(told["last_moment"]).replace(hour=0, minute=0)
    first_day = datetime.combine(day(told["emergency"]["started_on"]), datetime.min.time(), tzinfo=LOCAL)
    duties = Duties(name, desk, _duties()[name], first_day, last_day)
    yield first_day + timedelta(hours=10), partial(_set_up, duties, first_day + timedelta(hours=10))
    planned_at = last_day - timedelta(days=DAYS_BEFORE, hours=6)
    yield planned_at, partial(_plan_roster, duties, planned_at)
    for task in duties.plan["tasks"]:
        at = duties.moment(task["days"], task["at"])
        yield at, partial(_give, duties, task, at)
        if "done" in task:
            yield duties.moment(task["due_days"], task["done"]), partial(_complete, duties, task)
    yield duties.moment(-1, "20:00"), partial(_hand_over, duties, duties.moment(-1, "20:00"))
    yield duties.moment(0, "09:30"), partial(_ask_swap, duties, duties.moment(0, "09:30"))


def _set_up(duties: Duties, at: datetime) -> None:
    """The groups of the template, their heads and members, people of other departments."""
    bureau_id, by = duties.desk.bureau_id, duties.leader
    actions.set_up_groups(
        bureau_id=bureau_id, template=duties.plan["template"], by=by, at=at, client_id=duties.id_for("groups")
    )
    groups = {group.name: group.pk for group in queries.groups(by, bureau_id)}
    rows = [{"role": role, "group": group, "position": "head"} for role, group in duties.plan["heads"].items()]
    for row in [*rows, *duties.plan["members"]]:
        _appoint(duties, groups[row["group"]], duties.person(row["role"], at), row, at)
    for row in duties.plan["seconded"]:
        person = _seconded(duties, row["name"], at)
        _appoint(duties, groups[row["group"]], person, row, at)


def _seconded(duties: Duties, name: str, at: datetime) -> int:
    """Somebody from another department, with an appointment as duty officer and without an account."""
    bureau_id = duties.desk.bureau_id
    held = queries.colleagues(duties.leader, bureau_id, on=business_date(at)).filter(name=name).first()
    if held is not None:
        return int(held.pk)
    made = parties.add_person(name=name)
    parties.appoint(
        person=made, role="duty_officer", bureau_id=bureau_id, valid_from=business_date(at),
        by=duties.desk.actors["administrator"], at=at,
    )  # fmt: skip
    return int(made.pk)


def _appoint(duties: Duties, group_id: int, person_id: int, row: dict[str, str], at: datetime) -> None:
    actions.add_member(
        group_id=group_id,
        person_id=person_id,
        position=row.get("position", "member"),
        valid_from=business_date(at),
        seconded_from=row.get("from", ""),
        phone=duties.plan["phone"],
        by=duties.leader,
        at=at,
        client_id=duties.id_for("member", group_id, person_id),
    )


def _plan_roster(duties: Duties, at: datetime) -> None:
    """The duty desk in two shifts, the leader on duty for each day."""
    bureau_id, by = duties.desk.bureau_id, duties.leader
    desk = actions.add_post(
        bureau_id=bureau_id, code="desk", name="值班台", name_en="duty desk", phone=duties.plan["phone"],
        is_public=True, by=by, at=at, client_id=duties.id_for("post", "desk"),
    )  # fmt: skip
    lead = actions.add_post(
        bureau_id=bureau_id, code="lead", name="带班领导", name_en="leader on duty", by=by, at=at,
        client_id=duties.id_for("post", "lead"),
    )  # fmt: skip
    people = [duties.person(role, at) for role in ON_DUTY]
    leader = duties.person("leader", at)
    start = duties.last_day + timedelta(hours=8) - timedelta(days=DAYS_BEFORE)
    rows = []
    for number in range(2 * (DAYS_BEFORE + DAYS_AHEAD)):
        begins = start + number * HALF_DAY
        person, deputy = people[number % len(people)], people[(number + 1) % len(people)]
        rows.append(actions.ShiftInput(desk.pk, person, begins, begins + HALF_DAY, deputy))
        if number % 2 == 0:
            rows.append(actions.ShiftInput(lead.pk, leader, begins, begins + 2 * HALF_DAY))
    actions.plan_shifts(bureau_id=bureau_id, shifts=rows, by=by, at=at, client_id=duties.id_for("roster"))


def _give(duties: Duties, task: dict[str, Any], at: datetime) -> Any:
    return actions.give_task(
        bureau_id=duties.desk.bureau_id,
        text=task["text"],
        owner_id=duties.person(task["owner"], at),
        due_at=duties.moment(task["due_days"], task["due"]),
        source=task["source"],
        by=duties.leader,
        at=at,
        client_id=duties.id_for("task", task["id"]),
    )


def _complete(duties: Duties, task: dict[str, Any]) -> None:
    """The owner says how it was done. Giving the task again with the same id finds it."""
    given = _give(duties, task, duties.moment(task["days"], task["at"]))
    actions.complete_task(
        task_id=given.pk,
        reason=task["how"],
        by=duties.desk.actors[task["owner"]],
        at=duties.moment(task["due_days"], task["done"]),
        client_id=duties.id_for("done", task["id"]),
    )


def _hand_over(duties: Duties, at: datetime) -> None:
    """The day shift signs over to the night, which signs for it ten minutes later."""
    bureau_id = duties.desk.bureau_id
    rows = queries.shifts(duties.leader, bureau_id=bureau_id).filter(post__code="desk", ends_at=at)
    shift = rows.get()
    following = queries.following(duties.leader, shift)
    by_user = {actor.user_id: actor for actor in duties.desk.actors.values()}
    leaving = by_user[shift.person.user_id]
    content = open_work(leaving, bureau_id, at=at, shift=shift)
    made = actions.sign_hand_over(
        shift_id=shift.pk, content=content, word=hand_over_word(content, note="", made_at=at), by=leaving, at=at,
        client_id=duties.id_for("hand-over"),
    )  # fmt: skip
    if following is not None:
        actions.take_over(
            hand_over_id=made.pk, by=by_user[following.person.user_id], at=at + timedelta(minutes=10),
            client_id=duties.id_for("taken"),
        )  # fmt: skip


def _ask_swap(duties: Duties, at: datetime) -> None:
    """Tomorrow's night is offered to its deputy, who has not answered yet."""
    rows = queries.shifts(duties.leader, bureau_id=duties.desk.bureau_id)
    shift = rows.get(post__code="desk", starts_at=duties.moment(1, "20:00"))
    if shift.deputy_id is None:
        return
    by_user = {actor.user_id: actor for actor in duties.desk.actors.values()}
    actions.ask_swap(
        shift_id=shift.pk,
        to_person_id=shift.deputy_id,
        reason="次日一早去外地接货",
        by=by_user[shift.person.user_id],
        at=at,
        client_id=duties.id_for("swap"),
    )
