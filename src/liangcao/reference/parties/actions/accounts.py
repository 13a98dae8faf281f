"""What an administrator does with other people's log-ins: add, end, close, reset, unlock.

A person may serve in several places. Whoever closes a log-in or resets it must be in charge of all of them: otherwise
the administrator of one bureau would open the books of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity import guard, lockout
from liangcao.foundation.identity.actor import DESK_ROLES, PORTAL_ROLES, Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.foundation.kernel.text import check_text
from liangcao.reference.parties.actions.people import add_person, appoint
from liangcao.reference.parties.models import Appointment, Bureau, Person
from liangcao.reference.parties.narrowing import WHOLE_BUREAU, Narrowing
from liangcao.reference.parties.queries import (
    appointments_now,
    clock_time,
    is_last_administrator,
    person_in_scope,
)


class ServesElsewhere(Forbidden):
    """The person also holds an appointment that the actor is not in charge of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "SERVES_ELSEWHERE",
            f"{name}还在别处任职,您不能停用或重置这个账号。可以只结束本处的任职,或请双方的管理员办理",
            f"{name} also serves elsewhere, so you cannot close or reset this log-in. End the appointment here, "
            "or ask the administrator of both",
        )


class LastAdministrator(Conflict):
    """Nobody would be left to let people in."""

    def __init__(self) -> None:
        super().__init__(
            "LAST_ADMINISTRATOR",
            "这是本局最后一名系统管理员。请先任命另一名系统管理员",
            "This is the bureau's last administrator. Appoint another one first",
        )


@transaction.atomic
def enrol_person(
    *,
    name: str,
    username: str,
    role: str,
    bureau_id: int,
    valid_from: date,
    valid_until: date | None = None,
    narrowing: Narrowing = WHOLE_BUREAU,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> tuple[Person, str]:
    """Add a person of the desk with a log-in and an appointment. Returns the person and the secret part of the link
    with which the person chooses a password; "" when this act was done before."""
    guard.check(by, "edit", "account", bureau_id=bureau_id)
    body = {"name": name, "username": username, "role": role, "from": valid_from, "until": valid_until}
    body |= narrowing.told
    done = claim(client_id=client_id, action="enrol_person", body=body, by=by, at=at)
    if done:
        return Person.objects.get(pk=int(done)), ""
    name = check_text(name, field="name", zh="姓名", en="name", longest=60, is_required=True)
    username = check_text(username, field="username", zh="用户名", en="username", longest=60, is_required=True)
    if role not in DESK_ROLES:
        raise Invalid("ROLE_UNKNOWN", f"岗位“{role}”不存在", f'There is no role "{role}"', field="role")
    user = identity.add_user(username=username, display_name=name, password=None, at=at)
    person = add_person(name=name, user=user)
    appoint(
        person=person, role=role, bureau_id=bureau_id, narrowing=narrowing, valid_from=valid_from,
        valid_until=valid_until, by=by, at=at,
    )  # fmt: skip
    record_person(by, at, "enrol_person", person, bureau_id)
    settle(client_id=client_id, ref=str(person.pk))
    secret = identity.make_link(kind="password", user=user, made_by=by.name, at=clock_time(bureau_id, at))
    return person, secret


@transaction.atomic
def end_appointment(*, appointment_id: int, last_day: date | None, reason: str, by: Actor, at: datetime) -> Appointment:
    """End an appointment with a day, or at once (no day). Raises NotFound, Conflict APPOINTMENT_ENDED or
    LAST_ADMINISTRATOR, Invalid."""
    held = Appointment.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=appointment_id).first()
    if held is None:
        raise NotFound()
    _check_in_charge(by, held)
    reason = check_text(reason, field="reason", zh="原因", en="reason", longest=200)
    today = business_date(at)
    if held.ended_at is not None or (held.valid_until is not None and held.valid_until < today):
        raise Conflict("APPOINTMENT_ENDED", "这项任职已经结束", "This appointment has ended already")
    if last_day is not None and last_day < max(today, held.valid_from):
        raise Invalid(
            "DAY_PASSED",
            "最后一天不能早于今天和任职开始的那天;要马上结束,请不填日期",
            "The last day cannot lie before today or before the first; to end it at once leave the day empty",
            field="last_day",
        )
    _check_not_the_last([held], today)
    if last_day is None:
        held.ended_at = at
    else:
        held.valid_until = last_day
    held.save(update_fields=["ended_at", "valid_until"])
    record(
        by=by, at=at, action="end_appointment", object_kind="appointment", object_ref=str(held.pk),
        bureau_id=held.bureau_id, reason=reason,
        after={"role": held.role, "last_day": last_day.isoformat() if last_day else "at once"},
    )  # fmt: skip
    return held


def _check_not_the_last(ending: Iterable[Appointment], today: date) -> None:
    """Raise LastAdministrator. Two administrators who end each other at once wait for each other at their bureau, so
    that the second sees what the first has done."""
    administering = [held for held in ending if held.role == "administrator"]
    locked(Bureau.objects.all(), [held.bureau_id for held in administering])
    if any(is_last_administrator(held, today) for held in administering):
        raise LastAdministrator()


@transaction.atomic
def close_log_in(*, person_id: int, bureau_id: int, reason: str, by: Actor, at: datetime) -> Person:
    """Close a person's log-in: sessions, tokens and links die at once. Raises ServesElsewhere, LastAdministrator,
    Conflict OWN_LOG_IN."""
    person, user = in_charge_of(by, person_id, at)
    if user.pk == by.user_id:
        raise Conflict("OWN_LOG_IN", "不能停用自己的账号", "You cannot close your own log-in")
    _check_not_the_last(appointments_now(person, business_date(at)), business_date(at))
    reason = check_text(reason, field="reason", zh="原因", en="reason", longest=200)
    identity.deactivate_user(user=user, at=at)
    record_person(by, at, "close_log_in", person, bureau_id, reason)
    return person


@transaction.atomic
def reopen_log_in(*, person_id: int, bureau_id: int, by: Actor, at: datetime) -> Person:
    """Open a closed log-in again."""
    person, user = in_charge_of(by, person_id, at)
    identity.reactivate_user(user=user)
    record_person(by, at, "reopen_log_in", person, bureau_id)
    return person


@transaction.atomic
def reset_password(*, person_id: int, bureau_id: int, by: Actor, at: datetime) -> tuple[Person, str]:
    """End the person's sessions and tokens, and return the secret part of a link to choose a new password. The old
    password stops working; the second factor stays."""
    person, user = in_charge_of(by, person_id, at)
    identity.check_is_no_program(user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    identity.end_sign_ins(user=user, at=at)
    identity.revoke_tokens(user=user, at=at)
    record_person(by, at, "reset_password", person, bureau_id)
    secret = identity.make_link(kind="password", user=user, made_by=by.name, at=clock_time(bureau_id, at))
    return person, secret


@transaction.atomic
def unlock_person(*, person_id: int, bureau_id: int, by: Actor, at: datetime) -> Person:
    """Forget the failed log-ins of a person's name."""
    person, user = in_charge_of(by, person_id, at)
    lockout.unlock(user.username)
    record_person(by, at, "unlock_user", person, bureau_id)
    return person


@transaction.atomic
def demand_second_factor(*, bureau_id: int, roles: Iterable[str], by: Actor, at: datetime) -> Bureau:
    """Name the roles that log in here with a second factor only."""
    guard.check(by, "edit", "bureau", bureau_id=bureau_id)
    wanted = sorted(set(roles))
    unknown = [role for role in wanted if role not in DESK_ROLES | PORTAL_ROLES]
    if unknown:
        raise Invalid("ROLE_UNKNOWN", f"岗位“{unknown[0]}”不存在", f'There is no role "{unknown[0]}"', field="roles")
    bureau = Bureau.objects.select_for_update().get(pk=bureau_id)
    before = bureau.second_factor_roles
    bureau.second_factor_roles = ",".join(wanted)
    bureau.save(update_fields=["second_factor_roles"])
    record(
        by=by, at=at, action="demand_second_factor", object_kind="bureau", object_ref=bureau.code, bureau_id=bureau_id,
        before={"roles": before}, after={"roles": bureau.second_factor_roles},
    )  # fmt: skip
    return bureau


def record_person(by: Actor, at: datetime, action: str, person: Person, bureau_id: int, reason: str = "") -> None:
    record(
        by=by, at=at, action=action, object_kind="person", object_ref=str(person.pk), bureau_id=bureau_id,
        reason=reason,
    )  # fmt: skip


def may_manage(by: Actor, held: Appointment) -> bool:
    """Whether the actor is in charge of the place of an appointment."""
    if held.organisation_id is None:
        return guard.can(by, "edit", "account", bureau_id=held.bureau_id)
    return guard.can(by, "edit_outside", "account", bureau_id=held.bureau_id, organisation_id=held.organisation_id)


def _check_in_charge(by: Actor, held: Appointment) -> None:
    action = "edit" if held.organisation_id is None else "edit_outside"
    guard.check(by, action, "account", bureau_id=held.bureau_id, organisation_id=held.organisation_id)


def in_charge_of(by: Actor, person_id: int, at: datetime) -> tuple[Person, User]:
    """The person and the log-in, when the actor is in charge of every place where the person serves. Raises NotFound,
    Forbidden, ServesElsewhere, Conflict NO_LOG_IN."""
    person = person_in_scope(by, person_id)
    held = appointments_now(person, business_date(at)) or list(person.appointments.order_by("-valid_from")[:1])
    if not any(may_manage(by, each) for each in held):
        visible = Appointment.objects.visible_to(by).filter(person=person).first()
        if visible is None:
            raise NotFound()
        _check_in_charge(by, visible)
    if not all(may_manage(by, each) for each in held):
        raise ServesElsewhere(person.name)
    user = User.objects.select_for_update().filter(pk=person.user_id).first()
    if user is None:
        raise Conflict("NO_LOG_IN", "这个人还没有登录账号", "This person has no log-in")
    return person, user
