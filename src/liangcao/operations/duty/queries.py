"""Reads of duty: groups, roster, who is on call, hand-overs, tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery

from liangcao.foundation.files.queries import read_file
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import DESK_ROLES, Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
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
from liangcao.reference.parties.models import Person
from liangcao.reference.parties.queries import in_force

# Who stands on a shift must be able to sign it over.
ON_DUTY = ("hand_over", "sign")
# A next shift that begins later than this after the last one is not its follower.
LONGEST_PAUSE = timedelta(hours=12)


def _one(rows: QuerySet[Any], pk: int, zh: str, en: str) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(f"未找到该{zh},或不在您的范围内", f"No such {en} within your scope")
    return found


def colleagues(actor: Actor, bureau_id: int, *, on: date, may: tuple[str, str] | None = None) -> QuerySet[Person]:
    """People with an appointment at the bureau's desk in force on a day, by name; with `may` (object, action) only
    those whose role allows the act."""
    roles = DESK_ROLES if may is None else guard.access()[may[0]][may[1]] & DESK_ROLES
    held = in_force(on, path="appointments__") & Q(
        appointments__bureau_id=bureau_id, appointments__role__in=sorted(roles)
    )
    return Person.objects.visible_to(actor).filter(held).order_by("name", "pk")


def person_of(actor: Actor, bureau_id: int, *, on: date) -> Person | None:
    """The colleague who the actor is; None for a program."""
    if actor.user_id is None:
        return None
    return colleagues(actor, bureau_id, on=on).filter(user_id=actor.user_id).first()


# --- groups


def groups(actor: Actor, bureau_id: int) -> QuerySet[WorkingGroup]:
    """Groups at work in the open emergency, in their order."""
    found = WorkingGroup.objects.visible_to(actor).filter(
        bureau_id=bureau_id, dissolved_on=None, emergency__ended_on=None
    )
    return found.order_by("place", "pk")


def group(actor: Actor, group_id: int) -> WorkingGroup:
    """One group. Raises NotFound."""
    found: WorkingGroup = _one(WorkingGroup.objects.visible_to(actor), group_id, "工作组", "group")
    return found


def members(actor: Actor, bureau_id: int, *, on: date) -> QuerySet[GroupMember]:
    """Members of the groups at work on a day, heads first."""
    in_force = Q(valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))
    found = GroupMember.objects.visible_to(actor).filter(
        in_force, group__bureau_id=bureau_id, group__dissolved_on=None, group__emergency__ended_on=None
    )
    return found.select_related("group", "person").order_by("group__place", "group_id", "pk")


def member(actor: Actor, member_id: int) -> GroupMember:
    """One membership. Raises NotFound."""
    rows = GroupMember.objects.visible_to(actor).select_related("group", "person")
    found: GroupMember = _one(rows, member_id, "组员", "member")
    return found


# --- roster


def posts(actor: Actor, bureau_id: int) -> QuerySet[DutyPost]:
    """Posts in use, in their order."""
    return DutyPost.objects.visible_to(actor).filter(bureau_id=bureau_id, is_active=True).order_by("place", "pk")


def post(actor: Actor, post_id: int) -> DutyPost:
    """One post. Raises NotFound."""
    found: DutyPost = _one(DutyPost.objects.visible_to(actor), post_id, "值守岗位", "duty post")
    return found


@dataclass(frozen=True)
class OnCall:
    """A post now: who is on it until when; `person` is None where nobody is."""

    name: str
    name_en: str
    phone: str
    is_always_staffed: bool
    person: str | None
    deputy: str | None
    shift_id: int | None
    until: datetime | None


def on_call(actor: Actor, bureau_id: int, *, at: datetime) -> list[OnCall]:
    """Who is on call now, one row a post. One statement: each page of the desk asks it."""
    now = Q(shifts__status="planned", shifts__starts_at__lte=at, shifts__ends_at__gt=at)
    rows = posts(actor, bureau_id).annotate(now=FilteredRelation("shifts", condition=now))
    columns = rows.values_list(
        "name", "name_en", "phone", "is_always_staffed", "now__person__name", "now__deputy__name", "now__pk",
        "now__ends_at",
    )  # fmt: skip
    return [OnCall(*row) for row in columns]


def public_post(actor: Actor, bureau_id: int) -> DutyPost | None:
    """The post that people outside call, with its telephone; never a person's name."""
    return posts(actor, bureau_id).filter(is_public=True).first()


def shifts(
    actor: Actor, *, bureau_id: int, from_at: datetime | None = None, to_at: datetime | None = None
) -> QuerySet[DutyShift]:
    """Shifts that touch a period, cancelled ones too; no order is set."""
    found = DutyShift.objects.visible_to(actor).filter(bureau_id=bureau_id)
    found = found.select_related("post", "person", "deputy", "hand_over")
    if from_at is not None:
        found = found.filter(ends_at__gt=from_at)
    if to_at is not None:
        found = found.filter(starts_at__lt=to_at)
    return found


def shift(actor: Actor, shift_id: int) -> DutyShift:
    """One shift. Raises NotFound."""
    rows = DutyShift.objects.visible_to(actor).select_related("bureau", "post", "person", "deputy", "hand_over")
    found: DutyShift = _one(rows, shift_id, "班次", "shift")
    return found


def following(actor: Actor, of: DutyShift) -> DutyShift | None:
    """The shift that takes over a post from another; None when nobody does within twelve hours."""
    rows = shifts(actor, bureau_id=of.bureau_id).filter(
        post_id=of.post_id,
        status="planned",
        starts_at__gte=of.ends_at,
        starts_at__lte=of.ends_at + LONGEST_PAUSE,
    )
    return rows.order_by("starts_at", "pk").first()


def current_shift(actor: Actor, bureau_id: int, *, at: datetime) -> DutyShift | None:
    """The actor's shift that runs now, or that ended within the last hours and is not handed over."""
    mine = Q(person__user_id=actor.user_id) | Q(deputy__user_id=actor.user_id)
    rows = shifts(actor, bureau_id=bureau_id, from_at=at - LONGEST_PAUSE, to_at=at).filter(
        mine, status="planned", hand_over=None
    )
    return None if actor.user_id is None else rows.order_by("starts_at", "pk").first()


@dataclass(frozen=True)
class Gap:
    """A time in which nobody is on a post that is always staffed."""

    post: DutyPost
    starts_at: datetime
    ends_at: datetime


def gaps(actor: Actor, bureau_id: int, *, from_at: datetime, to_at: datetime) -> list[Gap]:
    """Where the roster of a period has holes. A post without any shift at all is not in use yet and has none."""
    planned: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = shifts(actor, bureau_id=bureau_id, from_at=from_at, to_at=to_at).filter(status="planned")
    for post_id, starts_at, ends_at in rows.order_by("starts_at").values_list("post_id", "starts_at", "ends_at"):
        planned.setdefault(post_id, []).append((starts_at, ends_at))
    used = posts(actor, bureau_id).filter(is_always_staffed=True, shifts__status="planned").distinct()
    return [Gap(held, start, end) for held in used for start, end in holes(planned.get(held.pk, []), from_at, to_at)]


def holes(
    spans: Iterable[tuple[datetime, datetime]], from_at: datetime, to_at: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of a period that sorted spans leave open."""
    found, reached = [], from_at
    for start, end in spans:
        if start > reached:
            found.append((reached, start))
        reached = max(reached, end)
    return [*found, (reached, to_at)] if reached < to_at else found


def swaps(actor: Actor, *, bureau_id: int) -> QuerySet[ShiftSwap]:
    """Swaps with their shifts and people; no order is set."""
    found = ShiftSwap.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return found.select_related(
        "shift", "shift__post", "shift__person", "exchange_for", "exchange_for__post", "from_person", "to_person"
    )


def swap(actor: Actor, swap_id: int) -> ShiftSwap:
    """One swap. Raises NotFound."""
    rows = ShiftSwap.objects.visible_to(actor).select_related(
        "bureau", "shift", "shift__post", "shift__person", "exchange_for", "exchange_for__post", "from_person",
        "to_person",
    )  # fmt: skip
    found: ShiftSwap = _one(rows, swap_id, "换班请求", "swap")
    return found


# --- hand-overs


def hand_overs(actor: Actor, *, bureau_id: int) -> QuerySet[HandOver]:
    """Hand-overs; no order is set."""
    found = HandOver.objects.visible_to(actor).filter(bureau_id=bureau_id)
    return found.select_related("shift", "shift__post", "shift__person", "next_shift", "next_shift__person")


def hand_over(actor: Actor, hand_over_id: int) -> HandOver:
    """One hand-over. Raises NotFound."""
    rows = HandOver.objects.visible_to(actor).select_related(
        "bureau", "shift", "shift__post", "shift__person", "next_shift", "next_shift__person", "next_shift__deputy",
        "word",
    )  # fmt: skip
    found: HandOver = _one(rows, hand_over_id, "交接单", "hand-over")
    return found


def hand_over_file(actor: Actor, hand_over_id: int) -> tuple[str, bytes, str]:
    """(name, bytes, content type) of the frozen Word file. Raises NotFound, Conflict FILE_CHANGED."""
    stored, content = read_file(actor, file_id=hand_over(actor, hand_over_id).word_id)
    return stored.name, content, stored.content_type


# --- tasks


def tasks(
    actor: Actor,
    *,
    bureau_id: int,
    status: str | None = None,
    owner_id: int | None = None,
    search: str = "",
) -> QuerySet[Task]:
    """Tasks of a bureau by state, owner and text; no order is set."""
    found = Task.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("owner")
    if status:
        found = found.filter(status=status)
    if owner_id is not None:
        found = found.filter(owner_id=owner_id)
    if search:
        found = found.filter(Q(text__icontains=search) | Q(number__icontains=search) | Q(owner__name__icontains=search))
    return found


def own_tasks(actor: Actor, *, bureau_id: int) -> QuerySet[Task]:
    """The actor's open tasks, the first due on top."""
    if actor.user_id is None:
        return tasks(actor, bureau_id=bureau_id).none()
    mine = tasks(actor, bureau_id=bureau_id, status="open").filter(owner__user_id=actor.user_id)
    return mine.order_by("due_at", "pk")


def task(actor: Actor, task_id: int) -> Task:
    """One task. Raises NotFound."""
    found: Task = _one(Task.objects.visible_to(actor).select_related("bureau", "owner"), task_id, "交办事项", "task")
    return found


def open_task_about(actor: Actor, bureau_id: int, subject: str) -> Task | None:
    """The open task that was given for this subject, or None."""
    return tasks(actor, bureau_id=bureau_id, status="open").filter(subject=subject).first()


def events_of(actor: Actor, task_id: int) -> QuerySet[TaskEvent]:
    """What happened to a task, oldest first."""
    return TaskEvent.objects.visible_to(actor).filter(task_id=task_id).select_related("owner").order_by("pk")


def tasks_as_of(actor: Actor, bureau_id: int, *, before: datetime) -> QuerySet[Any]:
    """Tasks as they stood at a moment: `state` (the last event), `owner_then`, `due_then`, `changed_at`. A task that
    is opened again or passed on later changes nothing of a past day."""
    last = TaskEvent.objects.filter(task_id=OuterRef("pk"), at__lt=before).order_by("-pk")
    found = tasks(actor, bureau_id=bureau_id).annotate(
        state=Subquery(last.values("kind")[:1]),
        owner_then=Subquery(last.values("owner__name")[:1]),
        due_then=Subquery(last.values("due_at")[:1]),
        changed_at=Subquery(last.values("at")[:1]),
        how=Subquery(last.values("reason")[:1]),
    )
    return found.exclude(state=None).order_by("due_then", "pk")


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """What waits for this person: his tasks, swaps to answer, a hand-over to take."""
    if bureau_id is None or actor.user_id is None or not guard.can(actor, "view", "task", bureau_id=bureau_id):
        return []
    return [*_tasks_waiting(actor, bureau_id, at), *_duty_waiting(actor, bureau_id)]


def _tasks_waiting(actor: Actor, bureau_id: int, at: datetime | None) -> list[Waiting]:
    late = Q(due_at__lte=at) if at is not None else Q(pk__in=[])
    rows = own_tasks(actor, bureau_id=bureau_id).order_by()
    counts = rows.aggregate(
        late=Count("pk", filter=late), late_due=Min("due_at", filter=late),
        other=Count("pk", filter=~late), other_due=Min("due_at", filter=~late),
    )  # fmt: skip
    found = []
    if counts["late"]:
        found.append(
            Waiting(
                "task_overdue", "交办给我、已逾期", "tasks of mine, overdue", counts["late"], None, "task_list",
                "owner=me&status=overdue", counts["late_due"], is_overdue=True,
            )
        )  # fmt: skip
    if counts["other"]:
        found.append(
            Waiting(
                "task", "交办给我的事项", "tasks of mine", counts["other"], None, "task_list", "owner=me&status=open",
                counts["other_due"],
            )
        )  # fmt: skip
    return found


def _duty_waiting(actor: Actor, bureau_id: int) -> list[Waiting]:
    found = []
    asked = ShiftSwap.objects.visible_to(actor).filter(
        bureau_id=bureau_id, status="asked", to_person__user_id=actor.user_id
    )
    count, oldest = asked.aggregate(n=Count("pk"), oldest=Min("asked_at")).values()
    if count:
        found.append(Waiting("shift_swap", "请我换班", "swaps to answer", count, oldest, "swap_list", "status=asked"))
    mine = Q(next_shift__person__user_id=actor.user_id) | Q(next_shift__deputy__user_id=actor.user_id)
    signed = HandOver.objects.visible_to(actor).filter(mine, bureau_id=bureau_id, status="signed")
    count, oldest = signed.aggregate(n=Count("pk"), oldest=Min("signed_at")).values()
    if count:
        found.append(
            Waiting("hand_over", "待接班", "hand-overs to take", count, oldest, "hand_over_list", "status=signed")
        )
    return found
