"""People, appointments and log-ins: who may do what to whom, and what dies with an account."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actions import LinkDead, UsernameTaken, make_token
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.identity.queries import user_for_token
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.reference.parties import actions
from liangcao.reference.parties.models import Appointment, Person
from liangcao.reference.parties.queries import actor_for_user, people_with_log_in
from tests.factories.world import NOON, TODAY, World, make_world

PASSWORD = "luobo qingcai 2020"


def enrol(world: World, username: str = "xin", role: str = "storekeeper", **more: Any) -> tuple[Person, str]:
    given: dict[str, Any] = {"client_id": uuid4(), "by": world.actor("administrator")} | more
    return actions.enrol_person(
        name="新人", username=username, role=role, bureau_id=world.bureau.pk, valid_from=TODAY, at=NOON, **given
    )


def unit_administrator(world: World, organisation: Any) -> Actor:
    return Actor(77, "单位管理员", (Grant("organisation_administrator", world.bureau.pk, organisation.pk),))


def outsider(world: World, organisation: Any, username: str, role: str = "requester") -> Person:
    from liangcao.foundation.identity.actions import add_user

    user = add_user(username=username, display_name=username, password=PASSWORD, at=NOON)
    person = actions.add_person(name=username, user=user)
    actions.appoint(
        person=person, role=role, bureau_id=world.bureau.pk, organisation_id=organisation.pk, valid_from=TODAY,
        by=world.system, at=NOON,
    )  # fmt: skip
    return person


@pytest.mark.parametrize("role", ["coordinator", "leader", "auditor", "storekeeper"])
def test_only_an_administrator_adds_people(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        enrol(world, by=world.actor(role))


def test_an_administrator_elsewhere_adds_nobody_here(world: World) -> None:
    with pytest.raises(NotFound):
        enrol(world, by=make_world("elsewhere").actor("administrator"))


def test_a_new_person_has_no_password_until_he_chooses_one(world: World) -> None:
    person, secret = enrol(world)
    assert person.user is not None and not person.user.has_usable_password()
    with pytest.raises(Invalid):
        actions.choose_password(secret=secret, password="kurz", at=NOON)
    actions.choose_password(secret=secret, password=PASSWORD, at=NOON)
    person.user.refresh_from_db()
    assert person.user.check_password(PASSWORD)
    with pytest.raises(LinkDead):
        actions.choose_password(secret=secret, password=PASSWORD, at=NOON)


def test_a_link_lives_a_day(world: World) -> None:
    _person, secret = enrol(world)
    with pytest.raises(LinkDead):
        actions.choose_password(secret=secret, password=PASSWORD, at=NOON + timedelta(hours=24))


def test_the_same_act_twice_adds_one_person(world: World) -> None:
    key = uuid4()
    first, _secret = enrol(world, client_id=key)
    again, secret = enrol(world, client_id=key)
    assert (again.pk, secret) == (first.pk, "")
    with pytest.raises(UsernameTaken):
        enrol(world)


def test_roles_that_do_not_go_together_are_refused_at_the_appointment(world: World) -> None:
    """Threat 9: one person as maker and checker."""
    person, _secret = enrol(world, role="administrator")
    with pytest.raises(Forbidden) as refused:
        actions.appoint(
            person=person, role="auditor", bureau_id=world.bureau.pk, valid_from=TODAY,
            by=world.actor("administrator"), at=NOON,
        )  # fmt: skip
    assert refused.value.code == "ROLES_APART"


def test_an_ended_appointment_gives_nothing(world: World) -> None:
    person, _secret = enrol(world)
    assert actor_for_user(person.user, NOON).grants  # type: ignore[arg-type]
    assert person in people_with_log_in(world.system, bureau_id=world.bureau.pk, on=TODAY)
    held = person.appointments.get()
    actions.end_appointment(appointment_id=held.pk, last_day=None, reason="", by=world.actor("administrator"), at=NOON)
    assert not actor_for_user(person.user, NOON).grants  # type: ignore[arg-type]
    assert not people_with_log_in(world.system, bureau_id=world.bureau.pk, on=TODAY).exists()
    with pytest.raises(Conflict):
        actions.end_appointment(
            appointment_id=held.pk, last_day=None, reason="", by=world.actor("administrator"), at=NOON
        )


def test_an_appointment_ends_with_its_last_day(world: World) -> None:
    person, _secret = enrol(world)
    held = person.appointments.get()
    by = world.actor("administrator")
    with pytest.raises(Invalid):
        actions.end_appointment(appointment_id=held.pk, last_day=date(2020, 2, 2), reason="", by=by, at=NOON)
    actions.end_appointment(appointment_id=held.pk, last_day=TODAY, reason="", by=by, at=NOON)
    assert actor_for_user(person.user, NOON).grants  # type: ignore[arg-type]
    assert not actor_for_user(person.user, NOON + timedelta(days=1)).grants  # type: ignore[arg-type]


def test_the_last_administrator_stays(world: World) -> None:
    person, _secret = enrol(world, "admin1", role="administrator")
    by = world.actor("administrator")
    held = person.appointments.get()
    with pytest.raises(Conflict) as refused:
        actions.end_appointment(appointment_id=held.pk, last_day=None, reason="", by=by, at=NOON)
    assert refused.value.code == "LAST_ADMINISTRATOR"
    with pytest.raises(Conflict):
        actions.close_log_in(person_id=person.pk, bureau_id=world.bureau.pk, reason="", by=by, at=NOON)
    enrol(world, "admin2", role="administrator")
    actions.close_log_in(person_id=person.pk, bureau_id=world.bureau.pk, reason="调离", by=by, at=NOON)


def test_closing_a_log_in_kills_token_and_link(world: World) -> None:
    person, secret = enrol(world)
    by = world.actor("administrator")
    token = make_token(user=person.user, at=NOON)  # type: ignore[arg-type]
    actions.close_log_in(person_id=person.pk, bureau_id=world.bureau.pk, reason="", by=by, at=NOON)
    assert user_for_token(token, now()) is None
    with pytest.raises(LinkDead):
        actions.choose_password(secret=secret, password=PASSWORD, at=NOON)
    actions.reopen_log_in(person_id=person.pk, bureau_id=world.bureau.pk, by=by, at=NOON)
    assert user_for_token(token, now()) is None


def test_a_reset_ends_password_and_tokens_and_leaves_a_journal_entry(world: World) -> None:
    person, secret = enrol(world)
    actions.choose_password(secret=secret, password=PASSWORD, at=NOON)
    token = make_token(user=person.user, at=NOON)  # type: ignore[arg-type]
    _person, fresh = actions.reset_password(
        person_id=person.pk, bureau_id=world.bureau.pk, by=world.actor("administrator"), at=NOON
    )
    person.refresh_from_db()
    assert person.user is not None
    assert not person.user.has_usable_password() and user_for_token(token, now()) is None
    actions.choose_password(secret=fresh, password=PASSWORD + "!", at=NOON)
    entry = JournalEntry.objects.get(action="reset_password")
    assert entry.bureau_id == world.bureau.pk and PASSWORD not in str(entry.after)


def test_nobody_resets_who_also_serves_elsewhere(world: World) -> None:
    """Otherwise the administrator of one bureau opens the books of another."""
    elsewhere = make_world("elsewhere")
    person, _secret = enrol(world)
    actions.appoint(
        person=person, role="leader", bureau_id=elsewhere.bureau.pk, valid_from=TODAY, by=elsewhere.system, at=NOON
    )
    for act in (actions.reset_password, actions.unlock_person):
        with pytest.raises(Forbidden) as refused:
            act(person_id=person.pk, bureau_id=world.bureau.pk, by=world.actor("administrator"), at=NOON)
        assert refused.value.code == "SERVES_ELSEWHERE"


def test_a_unit_administrator_manages_his_own_people(world: World) -> None:
    by = unit_administrator(world, world.hospital)
    person = outsider(world, world.hospital, "own")
    actions.reset_password(person_id=person.pk, bureau_id=world.bureau.pk, by=by, at=NOON)
    held = person.appointments.get()
    actions.end_appointment(appointment_id=held.pk, last_day=None, reason="离职", by=by, at=NOON)
    assert Appointment.objects.get(pk=held.pk).ended_at is not None


def test_a_unit_administrator_manages_nobody_else(world: World) -> None:
    by = unit_administrator(world, world.hospital)
    other = outsider(world, world.second_hospital, "other")
    desk, _secret = enrol(world)
    for person in (other, desk):
        with pytest.raises(NotFound):
            actions.reset_password(person_id=person.pk, bureau_id=world.bureau.pk, by=by, at=NOON)
        with pytest.raises(NotFound):
            actions.end_appointment(
                appointment_id=person.appointments.get().pk, last_day=None, reason="", by=by, at=NOON
            )


def test_a_unit_administrator_cannot_reset_a_colleague_who_sits_at_the_desk(world: World) -> None:
    by = unit_administrator(world, world.hospital)
    person = outsider(world, world.hospital, "both")
    actions.appoint(
        person=person, role="storekeeper", bureau_id=world.bureau.pk, valid_from=TODAY, by=world.system, at=NOON
    )
    with pytest.raises(Forbidden) as refused:
        actions.reset_password(person_id=person.pk, bureau_id=world.bureau.pk, by=by, at=NOON)
    assert refused.value.code == "SERVES_ELSEWHERE"


def test_a_requester_manages_nobody(world: World) -> None:
    person = outsider(world, world.hospital, "own")
    with pytest.raises(Forbidden):
        actions.reset_password(
            person_id=person.pk, bureau_id=world.bureau.pk, by=world.requester(world.hospital), at=NOON
        )


@pytest.mark.parametrize("role", ["leader", "storekeeper"])
def test_only_an_administrator_demands_a_second_factor(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        actions.demand_second_factor(bureau_id=world.bureau.pk, roles=["leader"], by=world.actor(role), at=NOON)


def test_the_first_start_works_once_and_only_while_nobody_can_log_in(db: None) -> None:
    from liangcao.ledger.actions import open_book
    from liangcao.reference.parties.models import Region

    Region.objects.get_or_create(code="330784", defaults={"name": "示例市", "level": 3})
    secret = actions.make_first_start_link(at=NOON)
    later = actions.make_first_start_link(at=NOON)
    assert secret and later
    given: dict[str, Any] = {
        "bureau_name": "示例局", "bureau_code": "shili", "region": "330784", "name": "甲", "username": "jia",
        "open_book": open_book, "at": NOON,
    }  # fmt: skip
    for wrong in ({"password": "kurz"}, {"password": PASSWORD, "region": "999999"}):
        with pytest.raises(Invalid):
            actions.set_up(secret=later, **{**given, **wrong})
    bureau = actions.set_up(secret=later, password=PASSWORD, **given)
    assert Appointment.objects.get().role == "administrator"
    assert bureau.code == "shili"
    assert actions.make_first_start_link(at=NOON) is None
    for used in (later, secret):
        with pytest.raises(LinkDead):
            actions.set_up(secret=used, password=PASSWORD, **{**given, "username": "yi"})
