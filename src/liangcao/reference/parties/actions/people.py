"""Writes of people and their appointments."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES, Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import check_text
from liangcao.reference.parties.models import Appointment, Organisation, Person
from liangcao.reference.parties.narrowing import WHOLE_BUREAU, Narrowing, check_narrowing
from liangcao.reference.parties.separation import check_roles_apart


@transaction.atomic
def add_person(*, name: str, user: User | None = None) -> Person:
    """Add a person; what the person may do comes with `appoint`."""
    name = check_text(name, field="name", zh="姓名", en="name", longest=60, is_required=True)
    return Person.objects.create(name=name, user=user)


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    bureau_id: int,
    organisation_id: int | None = None,
    valid_from: date,
    valid_until: date | None = None,
    narrowing: Narrowing = WHOLE_BUREAU,
    by: Actor,
    at: datetime,
    client_id: UUID | None = None,
) -> Appointment:
    """Give a person a role from a day on. Portal roles need an organisation of the same bureau; a desk's role may be
    narrowed to a store, a region, an emergency of the bureau.

    Raises Invalid ROLE_UNKNOWN, ORGANISATION_UNKNOWN, NARROWING_UNKNOWN, NARROWING_OUTSIDE; Forbidden ROLES_APART;
    Conflict PROGRAM_APPOINTED."""
    guard.check(by, "edit", "bureau", bureau_id=bureau_id)
    body = {
        "person": person.pk, "role": role, "bureau": bureau_id, "organisation": organisation_id, "from": valid_from,
        "until": valid_until, **narrowing.told,
    }  # fmt: skip
    done = claim(client_id=client_id, action="appoint", body=body, by=by, at=at) if client_id else None
    if done:
        return Appointment.objects.get(pk=int(done))
    _check_place(role, bureau_id, organisation_id)
    check_narrowing(narrowing, role=role, bureau_id=bureau_id)
    # Two appointments of one person wait for each other here, so that each sees the other's role.
    locked(Person.objects.all(), [person.pk])
    _check_program(person)
    check_roles_apart(
        person=person, role=role, bureau_id=bureau_id, valid_from=valid_from, valid_until=valid_until, at=at
    )
    made = Appointment.objects.create(
        person=person, role=role, bureau_id=bureau_id, organisation_id=organisation_id, **narrowing.told,
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    record(
        by=by, at=at, action="appoint", object_kind="appointment", object_ref=str(made.pk), bureau_id=bureau_id,
        after={"person": person.name, "role": role, "organisation_id": organisation_id, **narrowing.told},
    )  # fmt: skip
    if client_id:
        settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_program(person: Person) -> None:
    """A program keeps the one place that its organisation gave it: no second appointment makes its token wider."""
    if person.user is not None and person.user.is_program and person.appointments.exists():
        raise Conflict(
            "PROGRAM_APPOINTED",
            f"“{person.name}”是程序,只有接入时的一项任职;要做别的事,请另外接入一个程序",
            f"{person.name} is a program and has the one appointment that it came with; let another program in",
        )


def _check_place(role: str, bureau_id: int, organisation_id: int | None) -> None:
    """A role that exists, with the organisation that an outside one needs."""
    if role not in DESK_ROLES | PORTAL_ROLES or (role in PORTAL_ROLES) != (organisation_id is not None):
        raise Invalid(
            "ROLE_UNKNOWN",
            f"岗位“{role}”不存在,或外部岗位缺少单位",
            f'The role "{role}" does not exist, or an outside role lacks its organisation',
            field="role",
        )
    if (
        organisation_id is not None
        and not Organisation.objects.filter(pk=organisation_id, bureau_id=bureau_id).exists()
    ):
        raise Invalid(
            "ORGANISATION_UNKNOWN", "该单位不属于本局", "The organisation is not of this bureau", field="organisation"
        )
