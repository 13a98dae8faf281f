"""Programs of an outside organisation: each with an appointment there, and a token no wider than it needs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid
from liangcao.foundation.kernel.text import check_text
from liangcao.reference.parties.actions.own_account import authority
from liangcao.reference.parties.actions.people import add_person, appoint
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.models import Organisation, Person
from liangcao.reference.parties.queries import clock_time, program, programs
from liangcao.reference.parties.queries import organisation as organisation_in_scope


class ScopeTooWide(Forbidden):
    """A token may do what the program's appointment does, and no more than the token that asks for it."""

    def __init__(self, wide: Iterable[str]) -> None:
        told = "、".join(sorted(wide))
        super().__init__(
            "SCOPE_TOO_WIDE",
            f"这个岗位(或您现在用的令牌)不能做:{told}。请去掉后再试",
            f"Neither this role nor the token at hand covers {told}: leave that out",
            field="scope",
        )


@transaction.atomic
def add_program(
    *, organisation_id: int, name: str, role: str, scope: Iterable[str], days: int, by: Actor, at: datetime,
    client_id: UUID,
) -> tuple[Person, str]:  # fmt: skip
    """Let a program of an outside organisation in. Returns it with its token, which is shown once; "" when this act was
    done before.

    `role`: one that people of such an organisation have, never its administrator's. `scope`: "read" or acts of
    access.toml that the role has. Raises NotFound, Forbidden SCOPE_TOO_WIDE, Conflict PROGRAM_NAME_TAKEN,
    Invalid ROLE_UNKNOWN, SCOPE_EMPTY, SCOPE_UNKNOWN, DAYS_INVALID.
    """
    organisation = organisation_in_scope(by, organisation_id)
    place: dict[str, Any] = {"bureau_id": organisation.bureau_id, "organisation_id": organisation.pk}
    guard.check(by, "program", "account", **place)
    chosen = identity.checked_scope(scope)
    body = {"organisation": organisation_id, "name": name, "role": role, "scope": chosen, "days": days}
    done = claim(client_id=client_id, action="add_program", body=body, by=by, at=at)
    if done:
        return Person.objects.get(pk=int(done)), ""
    name = check_text(name, field="name", zh="程序名称", en="name of the program", longest=60, is_required=True)
    if role not in program_roles(organisation.kind):
        raise Invalid(
            "ROLE_UNKNOWN",
            f"这类单位的程序没有岗位“{role[:30]}”",
            f'A program of such an organisation cannot have the role "{role[:30]}"',
            field="role",
        )
    _check_scope(chosen, Grant(role, organisation.bureau_id, organisation.pk), by)
    _check_name(name, organisation, by)
    user = identity.add_user(username=_username(), display_name=name, password=None, at=at, is_program=True)
    person = add_person(name=name, user=user)
    appoint(
        person=person, role=role, **place, valid_from=business_date(at), at=at,
        by=authority(organisation.bureau_id, user_id=by.user_id, name=by.name),
    )  # fmt: skip
    token = identity.make_token(user=user, scope=chosen, days=days, at=clock_time(organisation.bureau_id, at))
    _record("add_program", person, organisation.bureau_id, chosen, days, by, at)
    settle(client_id=client_id, ref=str(person.pk))
    return person, token


@transaction.atomic
def renew_program(
    *, person_id: int, scope: Iterable[str], days: int, by: Actor, at: datetime, client_id: UUID
) -> tuple[Person, str]:
    """A new token instead of those that the program has. Returns it with the token, "" when this act was done before.

    Raises NotFound, Conflict PROGRAM_CLOSED, Forbidden SCOPE_TOO_WIDE, Invalid as `add_program`.
    """
    held = program(by, person_id)
    guard.check(by, "program", "account", bureau_id=held.bureau_id, organisation_id=held.organisation_id)
    person = held.person
    [user] = locked(User.objects.all(), [person.user_id])
    chosen = identity.checked_scope(scope)
    body = {"person": person_id, "scope": chosen, "days": days}
    done = claim(client_id=client_id, action="renew_program", body=body, by=by, at=at)
    if done:
        return person, ""
    if not user.is_active or (held.valid_until is not None and held.valid_until < business_date(at)):
        raise Conflict("PROGRAM_CLOSED", "这个程序已停用,请另外接入", "This program is closed; let another one in")
    _check_scope(chosen, Grant(held.role, held.bureau_id, held.organisation_id), by)
    moment = clock_time(held.bureau_id, at)
    identity.revoke_tokens(user=user, at=moment)
    token = identity.make_token(user=user, scope=chosen, days=days, at=moment)
    _record("renew_program", person, held.bureau_id, chosen, days, by, at)
    settle(client_id=client_id, ref=str(person.pk))
    return person, token


def program_roles(kind: str) -> tuple[str, ...]:
    """The roles that a program of an organisation of this kind may have: its work, not the charge of its people."""
    return KINDS[kind].roles


def program_acts(role: str) -> list[str]:
    """What a token of a program with this role can be narrowed to."""
    return guard.acts_of(Actor(None, "", (Grant(role, 0, 0),)))


def _check_name(name: str, organisation: Organisation, by: Actor) -> None:
    """Two that are let in at once wait for each other at their organisation. Raises Conflict PROGRAM_NAME_TAKEN."""
    locked(Organisation.objects.all(), [organisation.pk])
    working = programs(by, organisation_id=organisation.pk).filter(person__user__is_active=True)
    if working.filter(person__name=name).exists():
        raise Conflict(
            "PROGRAM_NAME_TAKEN",
            f"本单位已有程序“{name}”;要新的令牌请换令牌,另一个程序请换个名称",
            f"There is a program {name} here already: renew its token, or give another program another name",
            field="name",
        )


def _check_scope(chosen: list[str], grant: Grant, by: Actor) -> None:
    wide = set(chosen) - {guard.READ, *program_acts(grant.role)}
    # Whoever comes with a narrow token cannot make a wider one of it.
    wide |= {act for act in chosen if not _is_covered(by, act)}
    if wide:
        raise ScopeTooWide(wide)


def _is_covered(by: Actor, act: str) -> bool:
    if act == guard.READ:
        return by.token_scope is None or guard.READ in by.token_scope
    name, _, action = act.partition(".")
    return guard.token_allows(by, action, name)


def _username() -> str:
    """Nobody types it."""
    return f"program-{secrets.token_hex(6)}"


def _record(action: str, person: Person, bureau_id: int, scope: list[str], days: int, by: Actor, at: datetime) -> None:
    record(
        by=by, at=at, action=action, object_kind="person", object_ref=str(person.pk), bureau_id=bureau_id,
        after={"name": person.name, "scope": scope, "days": days},
    )  # fmt: skip
