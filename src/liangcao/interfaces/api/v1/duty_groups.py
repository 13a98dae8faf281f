"""The groups of the emergency and their members."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, PlaceFilters, RowId, enter, entered, key_of
from liangcao.operations.duty import actions, queries

router = Router(tags=["duty"])


class TemplateIn(Body):
    """A shipped structure: five_groups, three_groups, nine_departments, three_support_groups."""

    template: str = Field(max_length=40, examples=["five_groups"])
    bureau: str | None = None


class GroupIn(Body):
    """One group; a working group or team stands under the leading group, where there is one."""

    kind: Literal["leading", "working", "team"] = "working"
    name: str = Field(max_length=60, examples=["口罩生产专班"])
    name_en: str = Field("", max_length=80)
    duties: str = Field("", max_length=1000, description="One duty a line")
    departments: str = Field("", max_length=300)
    bureau: str | None = None


class DissolutionIn(Body):
    """Why the group is not needed any more."""

    reason: str = Field(max_length=200)


class MemberIn(Body):
    """A member of a group from a day on; ids of people from GET /colleagues."""

    person: RowId
    position: Literal["head", "deputy", "contact", "member"] = "member"
    valid_from: date
    valid_until: date | None = None
    seconded_from: str = Field("", max_length=60)
    phone: str = Field("", max_length=40, description="The office's telephone")


class EndIn(Body):
    """The last day of a membership, and why it ends."""

    last_day: date
    reason: str = Field(max_length=200)


def show_member(member: Any) -> dict[str, Any]:
    """A membership with its days."""
    return {
        "id": member.pk,
        "group": member.group_id,
        "person": {"id": member.person_id, "name": member.person.name},
        "position": member.position,
        "seconded_from": member.seconded_from,
        "phone": member.phone,
        "valid_from": member.valid_from.isoformat(),
        "valid_until": member.valid_until.isoformat() if member.valid_until else None,
    }


def show_group(group: Any) -> dict[str, Any]:
    """A group with what it has to do."""
    return {
        "id": group.pk,
        "parent": group.parent_id,
        "kind": group.kind,
        "name": group.name,
        "name_en": group.name_en,
        "departments": group.departments,
        "duties": group.duties.splitlines(),
        "dissolved_on": group.dissolved_on.isoformat() if group.dissolved_on else None,
    }


def _door_of(request: HttpRequest, group: Any) -> Door:
    return enter(request, group.bureau.code)


@router.get("/working-groups", response=dict)
def list_groups(request: HttpRequest, filters: Query[PlaceFilters]) -> dict[str, Any]:
    """Leading group and groups of the open emergency, with their members of today."""
    door = entered(request, filters.bureau, "duty")
    members: dict[int, list[Any]] = {}
    for each in queries.members(door.actor, door.bureau_id, on=door.today):
        members.setdefault(each.group_id, []).append(show_member(each))
    found = queries.groups(door.actor, door.bureau_id)
    return {"results": [show_group(group) | {"members": members.get(group.pk, [])} for group in found]}


@router.post("/working-groups/template", response={201: dict}, openapi_extra=KEYED)
def set_up_groups(request: HttpRequest, body: TemplateIn) -> Status:
    """Set up the groups of the open emergency from a shipped template."""
    door = enter(request, body.bureau)
    made = actions.set_up_groups(
        bureau_id=door.bureau_id, template=body.template, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, {"results": [show_group(group) for group in made]})


@router.post("/working-groups", response={201: dict}, openapi_extra=KEYED)
def add_group(request: HttpRequest, body: GroupIn) -> Status:
    """Add one group."""
    door = enter(request, body.bureau)
    made = actions.add_group(
        bureau_id=door.bureau_id, client_id=key_of(request), **body.model_dump(exclude={"bureau"}), **door.who_and_when
    )
    return Status(201, show_group(made))


@router.post("/working-groups/{int:group_id}/dissolution", response={201: dict}, openapi_extra=KEYED)
def dissolve_group(request: HttpRequest, group_id: int, body: DissolutionIn) -> Status:
    """Dissolve a group; its memberships end with the day."""
    door = _door_of(request, queries.group(request.auth, group_id))  # type: ignore[attr-defined]
    done = actions.dissolve_group(group_id=group_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_group(done))


@router.post("/working-groups/{int:group_id}/members", response={201: dict}, openapi_extra=KEYED)
def add_member(request: HttpRequest, group_id: int, body: MemberIn) -> Status:
    """Appoint a colleague to a group."""
    door = _door_of(request, queries.group(request.auth, group_id))  # type: ignore[attr-defined]
    made = actions.add_member(
        group_id=group_id, person_id=body.person, client_id=key_of(request), **body.model_dump(exclude={"person"}),
        **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_member(made))


@router.post("/group-members/{int:member_id}/ending", response={201: dict}, openapi_extra=KEYED)
def end_member(request: HttpRequest, member_id: int, body: EndIn) -> Status:
    """End a membership with a day."""
    door = _door_of(request, queries.member(request.auth, member_id).group)  # type: ignore[attr-defined]
    held = actions.end_member(member_id=member_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_member(held))
