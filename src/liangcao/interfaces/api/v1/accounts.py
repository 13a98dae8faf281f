"""People, their appointments, and invitations of outside organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.queries import tokens_of
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, RowFilter, RowId, enter, key_of
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.actions import InvitedRow
from liangcao.reference.parties.models import Appointment, Invitation, Person

router = Router(tags=["accounts"])


class PersonIn(Body):
    """Somebody new at the desk, with a log-in and a first appointment."""

    name: str = Field(max_length=60, examples=["仓管员甲"])
    username: str = Field(max_length=60, examples=["cangguan1"])
    role: str = Field(max_length=30, examples=["storekeeper"])
    valid_from: date
    valid_until: date | None = None
    bureau: str | None = None


class ClosureIn(Body):
    """Why a log-in is closed."""

    reason: str = Field("", max_length=200)


class AppointmentIn(Body):
    """A role at the desk for somebody who is known."""

    person: RowId
    role: str = Field(max_length=30, examples=["auditor"])
    valid_from: date
    valid_until: date | None = None
    bureau: str | None = None


class TokenIn(Body):
    """What a program's token may do, and how long."""

    scope: list[str] = Field(max_length=200, examples=[["read"]])
    days: StrictInt = Field(90, ge=1, le=3660)


class ProgramIn(TokenIn):
    """A program of an outside organisation, and what it works as there."""

    organisation: RowId
    name: str = Field(max_length=60, examples=["示例医院物资系统"])
    role: str = Field(max_length=30, examples=["requester"])


class EndingIn(Body):
    """The last day; without one the appointment ends at once."""

    last_day: date | None = None
    reason: str = Field("", max_length=200)


class InvitationIn(Body):
    """An organisation that the bureau knows, and the role of the person invited."""

    organisation: RowId
    role: str = Field("organisation_administrator", max_length=30, examples=["requester"])


class InvitedIn(Body):
    """One organisation of a list."""

    name: str = Field(max_length=200, examples=["示例医院"])
    uscc: str = Field("", max_length=40)
    region: str = Field("", max_length=60)
    address: str = Field("", max_length=400)
    role: str = Field("organisation_administrator", max_length=30)


class InvitationListIn(Body):
    """Organisations to invite; those that the bureau does not know are added as organisations of `kind`."""

    kind: str = Field(max_length=20, examples=["hospital"])
    organisations: list[InvitedIn] = Field(max_length=5000)
    bureau: str | None = None


def show_person(person: Person) -> dict[str, Any]:
    """A person, without the appointments."""
    user = person.user
    return {
        "id": person.pk,
        "name": person.name,
        "username": user.username if user else None,
        "is_active": bool(user and user.is_active),
    }


def show_appointment(held: Appointment) -> dict[str, Any]:
    """An appointment."""
    return {
        "id": held.pk,
        "person": held.person_id,
        "name": held.person.name,
        "role": held.role,
        "organisation": held.organisation_id,
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "ended_at": held.ended_at,
    }


def show_invitation(held: Invitation) -> dict[str, Any]:
    """An invitation, without its link."""
    return {
        "id": held.pk,
        "organisation": held.organisation_id,
        "organisation_name": held.organisation.name,
        "role": held.role,
        "made_at": held.made_at,
        "expires_at": held.expires_at,
        "accepted_at": held.accepted_at,
        "revoked_at": held.revoked_at,
        "person": held.person_id,
    }


def _with_path(held: Invitation) -> dict[str, Any]:
    return {**show_invitation(held), "path": f"/invitations/{actions.secret_of(held.nonce)}/"}


def _check_reader(door: Door, object_name: str = "account") -> None:
    """The desk reads its people; outside, only whoever manages an organisation's people reads them."""
    organisation_id = next(iter(door.actor.organisation_ids), None) if door.actor.is_outside else None
    guard.check(door.actor, "view", object_name, bureau_id=door.bureau_id, organisation_id=organisation_id)


@router.get("/people", response=Page)
def list_people(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """People with an appointment in the bureau."""
    door = enter(request, filters.bureau)
    _check_reader(door)
    rows = parties.people(door.actor).filter(appointments__bureau_id=door.bureau_id).select_related("user")
    return page(rows, filters, show_person)


@router.post("/people", response={201: dict}, openapi_extra=KEYED)
def add_person(request: HttpRequest, body: PersonIn) -> Status:
    """Add a person. `password_path` is told once: the person chooses a password there within a day."""
    door = enter(request, body.bureau)
    fields = body.model_dump(exclude={"bureau"})
    person, secret = actions.enrol_person(
        bureau_id=door.bureau_id, **fields, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, {**show_person(person), "password_path": f"/password/{secret}/" if secret else None})


@router.post("/people/{person_id}/closure", response={200: dict}, openapi_extra=KEYED)
def close_log_in(request: HttpRequest, person_id: int, body: ClosureIn) -> dict[str, Any]:
    """Close a log-in: sessions, tokens and links die. Done twice it changes nothing more."""
    key_of(request)
    door = enter(request)
    person = actions.close_log_in(
        person_id=person_id, bureau_id=door.bureau_id, reason=body.reason, **door.who_and_when
    )
    person.refresh_from_db()
    return show_person(person)


class ProgramFilters(PageFilters):
    """Programs of one organisation; without it one's own, at the desk those of the bureau."""

    organisation: RowFilter | None = None


def _show_program(held: Appointment) -> dict[str, Any]:
    user = held.person.user
    tokens = tokens_of(user, now()).order_by("-pk") if user else []
    return {
        **show_person(held.person),
        "organisation": held.organisation_id,
        "role": held.role,
        "tokens": [
            {"scope": token.scope, "created_at": token.created_at, "expires_at": token.expires_at} for token in tokens
        ],
    }


@router.get("/programs", response=Page)
def list_programs(request: HttpRequest, filters: Query[ProgramFilters]) -> dict[str, Any]:
    """An organisation's programs, each with its tokens that work; the tokens themselves are told to nobody."""
    door = enter(request, filters.bureau)
    wanted = filters.organisation
    if wanted is None and door.actor.is_outside:
        wanted = next(iter(door.actor.organisation_ids), None)
    guard.check(door.actor, "program", "account", bureau_id=door.bureau_id, organisation_id=wanted)
    rows = parties.programs(door.actor, bureau_id=door.bureau_id, organisation_id=wanted)
    return page(rows, filters, _show_program)


@router.post("/programs", response={201: dict}, openapi_extra=KEYED)
def add_program(request: HttpRequest, body: ProgramIn) -> Status:
    """Let a program in. `token` is told once; null when this was done before."""
    door = enter(request)
    program, token = actions.add_program(
        organisation_id=body.organisation, name=body.name, role=body.role, scope=body.scope, days=body.days,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, {**show_person(program), "token": token or None})


@router.post("/programs/{person_id}/token", response={201: dict}, openapi_extra=KEYED)
def renew_program(request: HttpRequest, person_id: int, body: TokenIn) -> Status:
    """A new token for a program; those before stop working. `/people/{person_id}/closure` lets it in no more."""
    door = enter(request)
    program, token = actions.renew_program(
        person_id=person_id, scope=body.scope, days=body.days, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, {**show_person(program), "token": token or None})


@router.get("/appointments", response=Page)
def list_appointments(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Appointments of the bureau, or of one's own organisation; those that have ended too."""
    door = enter(request, filters.bureau)
    _check_reader(door)
    return page(parties.appointments(door.actor, bureau_id=door.bureau_id), filters, show_appointment)


@router.post("/appointments", response={201: dict}, openapi_extra=KEYED)
def appoint(request: HttpRequest, body: AppointmentIn) -> Status:
    """Give a person of the bureau one more role at the desk."""
    door = enter(request, body.bureau)
    person = parties.person_in_scope(door.actor, body.person)
    fields = body.model_dump(exclude={"bureau", "person"})
    made = actions.appoint(
        person=person, bureau_id=door.bureau_id, **fields, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_appointment(made))


@router.post("/appointments/{appointment_id}/ending", response={200: dict}, openapi_extra=KEYED)
def end_appointment(request: HttpRequest, appointment_id: int, body: EndingIn) -> dict[str, Any]:
    """End an appointment with a day, or at once. One that has ended is refused (409)."""
    key_of(request)
    door = enter(request)
    done = actions.end_appointment(
        appointment_id=appointment_id, last_day=body.last_day, reason=body.reason, **door.who_and_when
    )
    return show_appointment(done)


@router.get("/invitations", response=Page)
def list_invitations(request: HttpRequest, filters: Query[PageFilters]) -> dict[str, Any]:
    """Invitations in scope, without their links."""
    door = enter(request, filters.bureau)
    _check_reader(door, "invitation")
    rows = parties.invitations(door.actor, bureau_id=door.bureau_id)
    return page(rows, filters, show_invitation, newest_first=True)


@router.post("/invitations", response={201: dict}, openapi_extra=KEYED)
def invite(request: HttpRequest, body: InvitationIn) -> Status:
    """Make an invitation; `path` is its link on this server."""
    door = enter(request)
    made = actions.invite(
        organisation_id=body.organisation, role=body.role, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, _with_path(made))


@router.post("/invitations/{invitation_id}/revocation", response={200: dict}, openapi_extra=KEYED)
def revoke_invitation(request: HttpRequest, invitation_id: int) -> dict[str, Any]:
    """The link stops working. One that was accepted or revoked is refused (409)."""
    key_of(request)
    door = enter(request)
    return show_invitation(actions.revoke_invitation(invitation_id=invitation_id, **door.who_and_when))


@router.post("/invitation-lists", response={201: dict}, openapi_extra=KEYED)
def invite_all(request: HttpRequest, body: InvitationListIn) -> Status:
    """Invite every organisation of a list, all or nothing; the same list again makes nothing new."""
    door = enter(request, body.bureau)
    rows = [InvitedRow(**row.model_dump(), row=number) for number, row in enumerate(body.organisations, 1)]
    done = actions.invite_all(
        rows=rows, kind=body.kind, bureau_id=door.bureau_id, client_id=key_of(request), **door.who_and_when
    )
    told = [
        {
            "organisation": each.organisation.pk,
            "is_new_organisation": each.is_new_organisation,
            "is_new": each.is_new,
            "invitation": _with_path(each.invitation) if each.invitation else None,
        }
        for each in done
    ]
    return Status(201, {"results": told})
