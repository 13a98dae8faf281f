"""Programs of an organisation: a token for the chosen acts alone, no password, no session, closed at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.identity.models import ApiToken, User
from liangcao.foundation.identity.queries import token_held
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Organisation, Person
from tests.factories.world import NOON, World

SCOPE = ["read", "requisition.file"]


def in_charge(world: World, organisation: Organisation | None = None) -> Actor:
    place = organisation or world.hospital
    return Actor(77, "单位管理员", (Grant("organisation_administrator", place.bureau_id, place.pk),))


def add(world: World, **more: Any) -> tuple[Person, str]:
    given: dict[str, Any] = {
        "organisation_id": world.hospital.pk, "name": "示例医院物资系统", "role": "requester", "scope": SCOPE, "days": 30,
        "by": in_charge(world), "at": NOON, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.add_program(**given)


def renew(world: World, person: Person, **more: Any) -> tuple[Person, str]:
    given: dict[str, Any] = {"scope": ["read"], "days": 30, "by": in_charge(world), "at": NOON, "client_id": uuid4()}
    return actions.renew_program(person_id=person.pk, **(given | more))


def test_a_program_has_its_place_and_a_token_for_the_chosen_acts(world: World) -> None:
    key = uuid4()
    person, token = add(world, client_id=key)
    held = token_held(token, NOON)
    assert held is not None
    assert (held.user.is_program, held.user.has_usable_password(), held.scope) == (True, False, SCOPE)
    [place] = person.appointments.all()
    assert (place.role, place.organisation_id) == ("requester", world.hospital.pk)
    # Told once: the same act again makes nothing and tells no token.
    assert add(world, client_id=key) == (person, "")
    assert ApiToken.objects.filter(user=held.user).count() == 1
    said = JournalEntry.objects.get(action="add_program")
    assert said.user_id == 77
    assert token not in str(vars(said))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scope": ["requisition.approve"]}, "SCOPE_TOO_WIDE"),
        ({"scope": ["read", "account.program"]}, "SCOPE_TOO_WIDE"),
        ({"scope": ["poem.write"]}, "SCOPE_UNKNOWN"),
        ({"scope": []}, "SCOPE_EMPTY"),
        ({"days": 0}, "DAYS_INVALID"),
        ({"days": 3661}, "DAYS_INVALID"),
        ({"name": " "}, "REQUIRED"),
        ({"role": "organisation_administrator"}, "ROLE_UNKNOWN"),
        ({"role": "storekeeper"}, "ROLE_UNKNOWN"),
        ({"role": "carrier"}, "ROLE_UNKNOWN"),
    ],
)
def test_what_a_program_cannot_have_is_refused(world: World, more: dict[str, Any], code: str) -> None:
    with pytest.raises((Invalid, Forbidden)) as refused:
        add(world, **more)
    assert refused.value.code == code
    assert not User.objects.filter(is_program=True).exists()


def test_only_who_is_in_charge_of_the_unit_lets_programs_in(world: World) -> None:
    clerk = Actor(78, "申领人", (Grant("requester", world.bureau.pk, world.hospital.pk),))
    with pytest.raises(Forbidden):
        add(world, by=clerk)
    with pytest.raises(NotFound):
        add(world, by=in_charge(world, world.second_hospital))
    person, _token = add(world)
    with pytest.raises(NotFound):
        renew(world, person, by=in_charge(world, world.second_hospital))
    with pytest.raises(Forbidden):
        renew(world, person, by=clerk)


def test_who_comes_with_a_narrow_token_makes_no_wider_one(world: World) -> None:
    narrow = replace(in_charge(world), token_scope=frozenset({"account.program", "read"}))
    with pytest.raises(Forbidden) as refused:
        add(world, by=narrow)
    assert refused.value.code == "SCOPE_TOO_WIDE"
    assert "requisition.file" in refused.value.zh
    # What only looks is covered by a token that reads.
    assert add(world, by=narrow, scope=["requisition.view"])[1]
    assert add(world, by=narrow, scope=["read"], name="另一个系统")[1]
    for_one = replace(in_charge(world), token_scope=frozenset({"account.program", "requisition.view"}))
    with pytest.raises(Forbidden):
        add(world, by=for_one, scope=["read"], name="第三个系统")


def test_a_new_token_ends_the_one_before(world: World) -> None:
    person, first = add(world)
    same, second = renew(world, person)
    assert same == person
    assert token_held(first, NOON) is None
    held = token_held(second, NOON)
    assert held is not None
    assert held.scope == ["read"]
    with pytest.raises(Forbidden):
        renew(world, person, scope=["requisition.approve"])
    # Of a person there is nothing to renew here.
    somebody = actions.add_person(
        name="甲", user=identity.add_user(username="jia", display_name="甲", password=None, at=NOON)
    )
    actions.appoint(
        person=somebody, role="requester", bureau_id=world.bureau.pk, organisation_id=world.hospital.pk,
        valid_from=NOON.date(), by=world.system, at=NOON,
    )  # fmt: skip
    with pytest.raises(NotFound):
        renew(world, somebody)


def test_a_token_for_programs_alone_renews_them_too(world: World) -> None:
    person, _token = add(world)
    narrow = replace(in_charge(world), token_scope=frozenset({"account.program", "read"}))
    assert renew(world, person, by=narrow)[1]


def test_a_program_keeps_its_one_place(world: World) -> None:
    person, _token = add(world)
    for role, organisation in (("storekeeper", None), ("organisation_administrator", world.hospital.pk)):
        with pytest.raises(Conflict) as refused:
            actions.appoint(
                person=person, role=role, bureau_id=world.bureau.pk, organisation_id=organisation,
                valid_from=NOON.date(), by=world.actor("administrator"), at=NOON,
            )  # fmt: skip
        assert refused.value.code == "PROGRAM_APPOINTED"


def test_one_name_stands_for_one_program_that_works(world: World) -> None:
    person, _token = add(world)
    with pytest.raises(Conflict) as refused:
        add(world)
    assert refused.value.code == "PROGRAM_NAME_TAKEN"
    actions.close_log_in(
        person_id=person.pk, bureau_id=world.bureau.pk, reason="", by=world.actor("administrator"), at=NOON
    )
    assert add(world)[0] != person


def test_a_program_that_was_closed_has_no_token_and_gets_none(world: World) -> None:
    person, token = add(world)
    actions.close_log_in(
        person_id=person.pk, bureau_id=world.bureau.pk, reason="换系统", by=world.actor("administrator"), at=NOON
    )
    assert token_held(token, NOON) is None
    with pytest.raises(Conflict) as refused:
        renew(world, person)
    assert refused.value.code == "PROGRAM_CLOSED"


def test_a_program_never_gets_a_password(world: World) -> None:
    person, token = add(world)
    user = User.objects.get(pk=person.user_id)
    with pytest.raises(Conflict) as refused:
        actions.reset_password(person_id=person.pk, bureau_id=world.bureau.pk, by=in_charge(world), at=NOON)
    assert refused.value.code == "PROGRAM_HAS_NO_PASSWORD"
    assert token_held(token, NOON) is not None
    with pytest.raises(Conflict):
        identity.set_password(user=user, password="luobo qingcai 2020", at=NOON)
    with pytest.raises(Conflict):
        identity.make_link(kind="password", user=user, made_by="x", at=NOON)
    # And where somebody gets past all that, the database says no.
    user.set_password("luobo qingcai 2020")
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save(update_fields=["password"])
