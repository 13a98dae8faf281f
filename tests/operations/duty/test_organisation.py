"""Groups from the shipped templates, members by appointment."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.operations.duty import actions, queries
from liangcao.operations.duty.models import GroupMember, WorkingGroup
from liangcao.operations.duty.templates import templates
from tests.factories.duty import make_colleague, make_group_member, make_working_group
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
STRUCTURES = {
    "five_groups": ("物资保障组", "综合协调组", "疫情防控组", "医疗救治组", "机动工作组"),
    "three_groups": ("应急物资组", "复产用工组", "信息综合组"),
    "nine_departments": ("综合协调组", "医疗物资采购组", "医疗物资生产组", "医疗物资调拨组", "资金保障组"),
    "three_support_groups": ("保障一组", "保障二组", "保障三组", "疫情防控队伍(50人)"),
}


@pytest.mark.parametrize("code", sorted(STRUCTURES))
def test_a_template_sets_up_what_its_source_tells(world: World, code: str) -> None:
    leading = make_working_group(world, code)
    found = list(queries.groups(world.actor("storekeeper"), world.bureau.pk))
    assert (leading.kind, leading.parent) == ("leading", None)
    assert tuple(group.name for group in found[1:]) == STRUCTURES[code]
    assert {group.parent_id for group in found[1:]} == {leading.pk}
    assert all(group.duties and group.duties_en and group.name_en for group in found)


def test_templates_are_in_both_languages_and_say_where_they_come_from() -> None:
    assert [each.code for each in templates()] == [
        "five_groups", "three_groups", "nine_departments", "three_support_groups",
    ]  # fmt: skip
    assert all(each.source and each.name_en for each in templates())
    departments = templates()[2].groups[0].departments.removesuffix("等9家").split("、")
    assert {"市发改委", "市财政局", "市口岸物流办"} <= set(departments)


def test_set_up_groups_refuses(world: World) -> None:
    with pytest.raises(Invalid, match="TEMPLATE_UNKNOWN"):
        make_working_group(world, "ten_groups")
    make_working_group(world)
    with pytest.raises(Conflict, match="GROUPS_EXIST"):
        make_working_group(world, "three_groups")
    with pytest.raises(Forbidden):
        actions.set_up_groups(
            bureau_id=world.bureau.pk, template="three_groups", by=world.actor("storekeeper"), at=NOON,
            client_id=uuid4(),
        )  # fmt: skip


def add(world: World, **more: object) -> WorkingGroup:
    told: dict = {"kind": "working", "name": "口罩专班", "by": world.actor("coordinator")} | more
    return actions.add_group(bureau_id=world.bureau.pk, at=NOON, client_id=uuid4(), **told)


def test_add_group_refuses_a_second_leading_group_and_a_taken_name(world: World) -> None:
    make_working_group(world)
    assert add(world).parent is not None
    with pytest.raises(Conflict, match="GROUP_TAKEN"):
        add(world)
    with pytest.raises(Conflict, match="LEADING_GROUP_EXISTS"):
        add(world, kind="leading", name="另一个")
    with pytest.raises(Invalid, match="GROUP_KIND_UNKNOWN"):
        add(world, kind="club", name="俱乐部")
    with pytest.raises(Invalid, match="REQUIRED"):
        add(world, name="")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingGroup.objects.filter(name="口罩专班").update(kind="leading", parent=None)


def test_a_group_is_dissolved_with_a_reason_after_those_under_it(world: World) -> None:
    leading = make_working_group(world)
    member = make_group_member(world, queries.groups(world.system, world.bureau.pk)[1])
    by = world.actor("leader")
    with pytest.raises(Conflict, match="GROUP_HAS_GROUPS"):
        actions.dissolve_group(group_id=leading.pk, reason="结束", by=by, at=NOON, client_id=uuid4())
    with pytest.raises(Invalid, match="REASON_MISSING"):
        actions.dissolve_group(group_id=member.group_id, reason="", by=by, at=NOON, client_id=uuid4())
    done = actions.dissolve_group(group_id=member.group_id, reason="并入综合协调组", by=by, at=NOON, client_id=uuid4())
    assert done.dissolved_on == TODAY
    assert queries.member(world.system, member.pk).valid_until == TODAY
    with pytest.raises(Conflict, match="GROUP_DISSOLVED"):
        make_group_member(world, done, make_colleague(world, "乙"))


def test_add_member_refuses_a_second_head_and_a_person_twice(world: World) -> None:
    group, first, second = make_working_group(world), make_colleague(world, "甲"), make_colleague(world, "乙")
    make_group_member(world, group, first, position="head", seconded_from="市财政局", phone="0579-0000001")
    with pytest.raises(Conflict, match="HEAD_TAKEN"):
        make_group_member(world, group, second, position="head")
    with pytest.raises(Conflict, match="MEMBER_TWICE"):
        make_group_member(world, group, first, position="contact")
    with pytest.raises(Invalid, match="POSITION_UNKNOWN"):
        make_group_member(world, group, second, position="king")
    with pytest.raises(Invalid, match="MEMBER_DATES"):
        make_group_member(world, group, second, valid_until=date(2020, 1, 1))
    left = make_colleague(world, "已离任", valid_until=TODAY - timedelta(days=10))
    with pytest.raises(Invalid, match="PERSON_NOT_APPOINTED"):
        make_group_member(world, group, left)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMember.objects.create(group=group, person=second.person, position="head", valid_from=TODAY)


def test_end_member_frees_the_place(world: World) -> None:
    group, first, second = make_working_group(world), make_colleague(world, "甲"), make_colleague(world, "乙")
    held = make_group_member(world, group, first, position="head")
    by, told = world.actor("leader"), {"at": NOON, "client_id": uuid4()}
    with pytest.raises(Invalid, match="MEMBER_DATES"):
        actions.end_member(member_id=held.pk, last_day=date(2020, 1, 1), reason="轮换", by=by, **told)
    actions.end_member(member_id=held.pk, last_day=TODAY, reason="轮换", by=by, at=NOON, client_id=uuid4())
    make_group_member(world, group, second, position="head", valid_from=TODAY + timedelta(days=1))
    with pytest.raises(Invalid, match="MEMBER_DATES"):
        actions.end_member(
            member_id=held.pk, last_day=TODAY + timedelta(days=9), reason="留任", by=by, at=NOON, client_id=uuid4()
        )
    on = [[m.person.name for m in queries.members(by, world.bureau.pk, on=TODAY + timedelta(days=n))] for n in (0, 1)]
    assert on == [["甲"], ["乙"]]


def test_groups_of_another_bureau_are_not_there(world: World) -> None:
    group, stranger = make_working_group(world), make_world("other")
    with pytest.raises(NotFound):
        queries.group(stranger.actor("leader"), group.pk)
    assert not queries.members(world.requester(world.hospital), world.bureau.pk, on=TODAY).exists()
