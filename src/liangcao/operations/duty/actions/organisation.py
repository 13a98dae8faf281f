"""Groups of an emergency and their members."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import TextRule, check_reason, check_texts
from liangcao.operations.duty import queries
from liangcao.operations.duty.actions.people import colleague
from liangcao.operations.duty.flow import GROUP_KINDS, POSITIONS
from liangcao.operations.duty.models import GroupMember, WorkingGroup
from liangcao.operations.duty.templates import template as template_of
from liangcao.reference.parties.models import Emergency
from liangcao.reference.parties.queries import current_emergency

_GROUP_TEXTS = {
    "name": TextRule("名称", "name", 60, is_required=True),
    "name_en": TextRule("英文名称", "English name", 80),
    "duties": TextRule("职责", "duties", 1000),
    "departments": TextRule("组成部门", "departments", 300),
}
_MEMBER_TEXTS = {
    "seconded_from": TextRule("借调自", "seconded from", 60),
    "phone": TextRule("工作电话", "work telephone", 40),
}


@transaction.atomic
def set_up_groups(*, bureau_id: int, template: str, by: Actor, at: datetime, client_id: UUID) -> list[WorkingGroup]:
    """Set up the groups of the open emergency from a shipped template. Raises Invalid TEMPLATE_UNKNOWN, Conflict
    GROUPS_EXIST while there are groups already."""
    guard.check(by, "edit", "duty", bureau_id=bureau_id)
    body = {"bureau": bureau_id, "template": template}
    done = claim(client_id=client_id, action="set_up_groups", body=body, by=by, at=at)
    if done is not None:
        return list(queries.groups(by, bureau_id))
    chosen = template_of(template)
    emergency = _locked_emergency(bureau_id)
    if queries.groups(by, bureau_id).exists():
        raise Conflict(
            "GROUPS_EXIST",
            "本次应急已设立工作组;请逐个调整,或先撤销原有工作组",
            "This emergency has its groups already; change them one by one, or dissolve them first",
        )
    made: list[WorkingGroup] = []
    for place, pattern in enumerate(chosen.groups, start=1):
        made.append(
            WorkingGroup.objects.create(
                bureau_id=bureau_id, emergency=emergency, parent=made[0] if made else None, kind=pattern.kind,
                name=pattern.name, name_en=pattern.name_en, departments=pattern.departments, duties=pattern.duties,
                duties_en=pattern.duties_en, place=place,
            )
        )  # fmt: skip
    record(
        by=by, at=at, action="set_up_groups", object_kind="emergency", object_ref=str(emergency.pk),
        bureau_id=bureau_id, after={"template": template, "groups": [each.name for each in made]},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(emergency.pk))
    return made


def _locked_emergency(bureau_id: int) -> Emergency:
    found: Emergency = locked(Emergency.objects.all(), [current_emergency(bureau_id).pk])[0]
    return found


@transaction.atomic
def add_group(
    *,
    bureau_id: int,
    kind: str,
    name: str,
    name_en: str = "",
    duties: str = "",
    departments: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> WorkingGroup:
    """Add one group. Raises Invalid GROUP_KIND_UNKNOWN, Conflict GROUP_TAKEN, LEADING_GROUP_EXISTS."""
    guard.check(by, "edit", "duty", bureau_id=bureau_id)
    texts = {"name": name, "name_en": name_en, "duties": duties, "departments": departments}
    done = claim(
        client_id=client_id, action="add_group", body={"bureau": bureau_id, "kind": kind, **texts}, by=by, at=at
    )
    if done:
        return queries.group(by, int(done))
    if kind not in GROUP_KINDS:
        raise Invalid("GROUP_KIND_UNKNOWN", "没有这种工作组", "There is no such kind of group", field="kind")
    texts = check_texts(_GROUP_TEXTS, texts)
    emergency = _locked_emergency(bureau_id)
    held = WorkingGroup.objects.filter(emergency=emergency, dissolved_on=None)
    if held.filter(name=texts["name"]).exists():
        raise Conflict(
            "GROUP_TAKEN", f"已有“{texts['name']}”", f'There is a group "{texts["name"]}" already', field="name"
        )
    leading = held.filter(kind="leading").first()
    if kind == "leading" and leading is not None:
        raise Conflict(
            "LEADING_GROUP_EXISTS",
            f"本次应急已有领导小组“{leading.name}”",
            f'This emergency has a leading group already: "{leading.name}"',
            field="kind",
        )
    place = (held.aggregate(last=Max("place"))["last"] or 0) + 1
    made = WorkingGroup.objects.create(
        bureau_id=bureau_id, emergency=emergency, parent=leading, kind=kind, place=place, **texts
    )
    record(
        by=by, at=at, action="add_group", object_kind="working_group", object_ref=str(made.pk), bureau_id=bureau_id,
        after={"name": made.name, "kind": kind},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def dissolve_group(*, group_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> WorkingGroup:
    """Dissolve a group; its memberships end with the day. Raises Conflict GROUP_DISSOLVED, GROUP_HAS_GROUPS."""
    group = queries.group(by, group_id)
    guard.check(by, "edit", "duty", bureau_id=group.bureau_id)
    body = {"group": group_id, "reason": reason}
    if claim(client_id=client_id, action="dissolve_group", body=body, by=by, at=at):
        return group
    group = locked(WorkingGroup.objects.all(), [group_id])[0]
    if group.dissolved_on:
        raise Conflict("GROUP_DISSOLVED", f"“{group.name}”已撤销", f'"{group.name}" is dissolved already')
    if group.children.filter(dissolved_on=None).exists():
        raise Conflict(
            "GROUP_HAS_GROUPS",
            f"“{group.name}”下还有工作组,请先撤销它们",
            f'"{group.name}" has groups under it; dissolve those first',
        )
    reason = check_reason(reason, what_zh="撤销工作组", what_en="dissolving a group")
    today = business_date(at)
    group.dissolved_on = today
    group.save(update_fields=["dissolved_on"])
    # Who would begin later never begins: a membership cannot end before its first day.
    group.members.filter(valid_until=None, valid_from__lte=today).update(valid_until=today)
    record(
        by=by, at=at, action="dissolve_group", object_kind="working_group", object_ref=str(group.pk),
        bureau_id=group.bureau_id, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(group.pk))
    return group


@transaction.atomic
def add_member(
    *,
    group_id: int,
    person_id: int,
    position: str,
    valid_from: date,
    valid_until: date | None = None,
    seconded_from: str = "",
    phone: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> GroupMember:
    """Appoint a colleague to a group from a day on. Raises Invalid POSITION_UNKNOWN, MEMBER_DATES,
    PERSON_NOT_APPOINTED, Conflict MEMBER_TWICE, HEAD_TAKEN, GROUP_DISSOLVED."""
    group = queries.group(by, group_id)
    guard.check(by, "edit", "duty", bureau_id=group.bureau_id)
    texts = {"seconded_from": seconded_from, "phone": phone}
    body = {
        "group": group_id, "person": person_id, "position": position, "from": valid_from, "until": valid_until, **texts,
    }  # fmt: skip
    done = claim(client_id=client_id, action="add_member", body=body, by=by, at=at)
    if done:
        return queries.member(by, int(done))
    if position not in POSITIONS:
        raise Invalid("POSITION_UNKNOWN", "没有这个职务", "There is no such position", field="position")
    if valid_until is not None and valid_until < valid_from:
        raise Invalid(
            "MEMBER_DATES", "结束日期早于开始日期", "The last day is before the first day", field="valid_until"
        )
    texts = check_texts(_MEMBER_TEXTS, texts)
    person = colleague(by, group.bureau_id, person_id, on=valid_from, field="person_id")
    group = locked(WorkingGroup.objects.all(), [group_id])[0]
    _check_place(group, person_id, position, valid_from, valid_until)
    made = GroupMember.objects.create(
        group=group, person=person, position=position, valid_from=valid_from, valid_until=valid_until, **texts
    )
    record(
        by=by, at=at, action="add_member", object_kind="working_group", object_ref=str(group.pk),
        bureau_id=group.bureau_id, after={"person_id": person.pk, "position": position, "from": str(valid_from)},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_place(
    group: WorkingGroup, person_id: int, position: str, valid_from: date, valid_until: date | None
) -> None:
    """The place is free in these days: nobody is in a group twice at a time, and a group has one head."""
    if group.dissolved_on:
        raise Conflict("GROUP_DISSOLVED", f"“{group.name}”已撤销", f'"{group.name}" is dissolved')
    meanwhile = group.members.filter(Q(valid_until=None) | Q(valid_until__gte=valid_from))
    if valid_until is not None:
        meanwhile = meanwhile.filter(valid_from__lte=valid_until)
    if meanwhile.filter(person_id=person_id).exists():
        raise Conflict(
            "MEMBER_TWICE",
            f"该人员在这段时间已在“{group.name}”;请先结束原来的任职",
            f'This person is in "{group.name}" in these days already; end that membership first',
            field="person_id",
        )
    head = meanwhile.filter(position="head").select_related("person").first()
    if position == "head" and head is not None:
        raise Conflict(
            "HEAD_TAKEN",
            f"“{group.name}”已有组长{head.person.name};请先结束其任职,或改任副组长",
            f'"{group.name}" has a head already ({head.person.name}); end that membership first, or appoint a deputy',
            field="position",
        )


@transaction.atomic
def end_member(*, member_id: int, last_day: date, reason: str, by: Actor, at: datetime, client_id: UUID) -> GroupMember:
    """End a membership with a day. Raises Invalid MEMBER_DATES, Conflict MEMBER_ENDED."""
    held = queries.member(by, member_id)
    guard.check(by, "edit", "duty", bureau_id=held.group.bureau_id)
    body = {"member": member_id, "last_day": last_day, "reason": reason}
    if claim(client_id=client_id, action="end_member", body=body, by=by, at=at):
        return held
    locked(WorkingGroup.objects.all(), [held.group_id])
    held = queries.member(by, member_id)
    if held.valid_until is not None and held.valid_until < business_date(at):
        raise Conflict("MEMBER_ENDED", "这项任职已经结束", "This membership has ended already")
    if last_day < held.valid_from:
        raise Invalid(
            "MEMBER_DATES",
            f"最后一天 {last_day} 早于开始日期 {held.valid_from}",
            f"The last day {last_day} is before the first day {held.valid_from}",
            field="last_day",
        )
    if held.valid_until is not None and last_day > held.valid_until:
        raise Invalid(
            "MEMBER_DATES",
            f"这项任职到 {held.valid_until} 为止,不能改到 {last_day};要延长请另行任职",
            f"This membership ends on {held.valid_until}, before {last_day}; to stay longer appoint again",
            field="last_day",
        )
    reason = check_reason(reason, what_zh="结束任职", what_en="ending a membership")
    held.valid_until = last_day
    held.save(update_fields=["valid_until"])
    record(
        by=by, at=at, action="end_member", object_kind="working_group", object_ref=str(held.group_id),
        bureau_id=held.group.bureau_id, after={"person_id": held.person_id, "last_day": str(last_day)}, reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
