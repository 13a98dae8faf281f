"""Invitations: once, for a time, revocable; a workbook of three hundred; the same again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from stdnum.cn import uscc

from liangcao.foundation.identity.actions import LinkDead
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.parties import actions
from liangcao.reference.parties.actions import InvitedRow
from liangcao.reference.parties.models import Appointment, Invitation, Organisation, Person
from tests.factories.world import NOON, TODAY, World, make_world

GIVEN = {"name": "联系人甲", "username": "lianxi", "password": "luobo qingcai 2020"}


def invite(world: World, role: str = "requester", **more: Any) -> Invitation:
    given: dict[str, Any] = {
        "organisation_id": world.hospital.pk, "by": world.actor("coordinator"), "client_id": uuid4()
    } | more  # fmt: skip
    return actions.invite(role=role, at=NOON, **given)


def accept(held: Invitation, **more: Any) -> Person:
    return actions.accept_invitation(secret=actions.secret_of(held.nonce), **{"at": NOON, **GIVEN, **more})


def invite_all(world: World, rows: list[InvitedRow], **more: Any) -> Any:
    given: dict[str, Any] = {"by": world.actor("coordinator"), "client_id": uuid4(), "kind": "hospital"} | more
    return actions.invite_all(rows=rows, bureau_id=world.bureau.pk, at=NOON, **given)


def rows_of(count: int) -> list[InvitedRow]:
    return [InvitedRow(name=f"示例单位{number:03d}", address=f"示例路 {number} 号") for number in range(count)]


def test_who_accepts_is_appointed_for_this_organisation_only(world: World) -> None:
    person = accept(invite(world))
    held = person.appointments.get()
    assert (held.role, held.organisation_id, held.valid_from) == ("requester", world.hospital.pk, TODAY)


def test_an_invitation_is_accepted_once(world: World) -> None:
    held = invite(world)
    accept(held)
    with pytest.raises(LinkDead):
        accept(held, username="second")
    assert Person.objects.count() == 1


def test_only_the_digest_is_kept(world: World) -> None:
    held = invite(world)
    secret = actions.secret_of(held.nonce)
    assert held.digest == digest(secret.encode())
    assert secret not in str(Invitation.objects.values().get(pk=held.pk))


def test_a_revoked_or_old_link_is_dead(world: World) -> None:
    revoked, old = invite(world), invite(world)
    actions.revoke_invitation(invitation_id=revoked.pk, by=world.actor("coordinator"), at=NOON)
    with pytest.raises(LinkDead):
        accept(revoked)
    with pytest.raises(LinkDead):
        accept(old, at=NOON + timedelta(days=14))
    with pytest.raises(Conflict):
        actions.revoke_invitation(invitation_id=revoked.pk, by=world.actor("coordinator"), at=NOON)
    with pytest.raises(LinkDead):
        actions.accept_invitation(secret="guessed", at=NOON, **GIVEN)


def test_a_refused_acceptance_leaves_the_link_alive(world: World) -> None:
    held = invite(world)
    for wrong in ({"password": "kurz"}, {"name": ""}, {"username": " "}):
        with pytest.raises(Invalid):
            accept(held, **wrong)
    accept(held)


def test_a_contact_who_administers_also_does_the_units_work(world: World) -> None:
    person = accept(invite(world, "organisation_administrator"))
    roles = set(person.appointments.values_list("role", flat=True))
    assert roles == {"organisation_administrator", "requester"}


@pytest.mark.parametrize("role", ["storekeeper", "auditor", "leader"])
def test_who_may_not_invite(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        invite(world, by=world.actor(role))
    with pytest.raises(Forbidden):
        invite_all(world, rows_of(1), by=world.actor(role))


def test_nobody_invites_for_another_bureau_or_organisation(world: World) -> None:
    with pytest.raises(NotFound):
        invite(world, by=make_world("elsewhere").actor("coordinator"))
    unit = Actor(7, "单位管理员", (Grant("organisation_administrator", world.bureau.pk, world.second_hospital.pk),))
    with pytest.raises(NotFound):
        invite(world, by=unit)
    assert invite(world, by=unit, organisation_id=world.second_hospital.pk).organisation_id == world.second_hospital.pk
    with pytest.raises(Forbidden):
        invite_all(world, rows_of(1), by=unit)


@pytest.mark.parametrize("role", ["leader", "carrier", "upper_level", "nothing"])
def test_a_unit_has_the_roles_of_its_kind_only(world: World, role: str) -> None:
    with pytest.raises(Invalid):
        invite(world, role)


def test_three_hundred_organisations_at_once_and_again_changes_nothing(world: World) -> None:
    before = Organisation.objects.count()
    done = invite_all(world, rows_of(300))
    assert sum(each.is_new for each in done) == sum(each.is_new_organisation for each in done) == 300
    assert len({each.invitation.digest for each in done}) == 300
    again = invite_all(world, rows_of(300))
    assert not any(each.is_new or each.is_new_organisation for each in again)
    assert [each.invitation.pk for each in again] == [each.invitation.pk for each in done]
    assert Organisation.objects.count() == before + 300
    assert Invitation.objects.count() == 300


def test_known_organisations_are_found_by_name_and_by_code(world: World) -> None:
    code = "91330000MA27U0JX7" + uscc.calc_check_digit("91330000MA27U0JX7")
    Organisation.objects.filter(pk=world.hospital.pk).update(uscc=code)
    done = invite_all(world, [InvitedRow(world.town.name), InvitedRow(world.hospital.name, code.lower())])
    assert [each.organisation.pk for each in done] == [world.town.pk, world.hospital.pk]


def test_somebody_in_the_role_counts_as_invited(world: World) -> None:
    actions.appoint(
        person=actions.add_person(name="甲"), role="organisation_administrator", bureau_id=world.bureau.pk,
        organisation_id=world.town.pk, valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip
    (done,) = invite_all(world, [InvitedRow(world.town.name)])
    assert (done.is_new, done.invitation) == (False, None)


def test_all_problems_are_told_at_once_with_their_places_and_nothing_is_written(world: World) -> None:
    before = Organisation.objects.count()
    rows = [
        InvitedRow("", row=2, sheet="单位"),
        InvitedRow("示例甲", "91330000MA27U0JX7I", row=3, sheet="单位"),
        InvitedRow("示例乙", region="没有的区", row=4, sheet="单位"),
        InvitedRow("示例乙", row=5, sheet="单位"),
        InvitedRow("示例丙", role="leader", row=6, sheet="单位"),
        InvitedRow("示例丁", row=7, sheet="单位"),
    ]
    with pytest.raises(Invalid) as refused:
        invite_all(world, rows)
    told = {(problem.row, problem.column, problem.sheet) for problem in refused.value.problems}
    assert told == {
        (2, "单位名称", "单位"),
        (3, "统一社会信用代码", "单位"),
        (4, "所属区县", "单位"),
        (5, "单位名称", "单位"),
        (6, "联系人岗位", "单位"),
    }
    assert Organisation.objects.count() == before
    assert not Invitation.objects.exists() and not Appointment.objects.exists()


@pytest.mark.parametrize("count", [0, 5001])
def test_an_empty_or_endless_list_is_refused(world: World, count: int) -> None:
    with pytest.raises(Invalid):
        invite_all(world, rows_of(count))
