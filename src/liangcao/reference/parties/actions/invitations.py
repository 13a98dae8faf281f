"""Writes of invitations: how outside organisations come in.

An invitation is a link that works once. The database keeps its digest; the link itself is the keyed digest of a nonce,
so that the installation, and nobody who only has a copy of the database, can write it out again for a chat group.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actions import LinkDead
from liangcao.foundation.identity.actor import PORTAL_ROLES, Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_text
from liangcao.reference.parties.actions.organisations import add_organisation, checked_uscc
from liangcao.reference.parties.actions.own_account import authority
from liangcao.reference.parties.actions.people import add_person, appoint
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.models import Appointment, Invitation, Organisation, Person, Region
from liangcao.reference.parties.queries import invitation_is_live, moment, not_over

LIFETIME = timedelta(days=14)
MOST_AT_ONCE = 5000
OWNER_ROLE = "organisation_administrator"


@dataclass(frozen=True)
class InvitedRow:
    """An organisation as a workbook names it; `row` and the columns are told in refusals."""

    name: str
    uscc: str = ""
    region: str = ""
    address: str = ""
    role: str = OWNER_ROLE
    row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Invited:
    """What became of a row: the organisation, its invitation (None where somebody holds the role without one), and
    whether either is new."""

    organisation: Organisation
    role: str
    invitation: Invitation | None
    is_new_organisation: bool
    is_new: bool


@transaction.atomic
def invite(*, organisation_id: int, role: str, by: Actor, at: datetime, client_id: UUID) -> Invitation:
    """Make one invitation for an organisation; earlier open ones of the role stay as they are, for a second person.
    Raises NotFound, Invalid ROLE_UNKNOWN."""
    organisation = Organisation.objects.visible_to(by).filter(pk=organisation_id, is_active=True).first()
    if organisation is None:
        raise NotFound()
    guard.check(by, "make", "invitation", bureau_id=organisation.bureau_id, organisation_id=organisation.pk)
    body = {"organisation": organisation_id, "role": role}
    done = claim(client_id=client_id, action="invite", body=body, by=by, at=at)
    if done:
        return Invitation.objects.get(pk=int(done))
    _check_role(organisation, role)
    made = Invitation.objects.create(**_fields(organisation, role, by, at))
    _record(by, at, "invite", made)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_role(organisation: Organisation, role: str) -> None:
    if role not in roles_for(organisation.kind):
        raise Invalid(
            "ROLE_UNKNOWN",
            f"“{KINDS[organisation.kind].zh}”类单位不能有岗位“{guard.role_name(role, 'zh')}”",
            f'An organisation of the kind "{KINDS[organisation.kind].en}" has no role "{guard.role_name(role, "en")}"',
            field="role",
        )


def roles_for(kind: str) -> tuple[str, ...]:
    """The roles that people of an organisation of this kind may have: its administrator, and its own work."""
    return (OWNER_ROLE, *KINDS[kind].roles)


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: Actor, at: datetime) -> Invitation:
    """The link stops working. Raises NotFound, Conflict INVITATION_OVER when it was accepted or revoked."""
    held = Invitation.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if held is None:
        raise NotFound()
    guard.check(by, "make", "invitation", bureau_id=held.bureau_id, organisation_id=held.organisation_id)
    if held.accepted_at or held.revoked_at:
        raise Conflict("INVITATION_OVER", "这个邀请已被接受或已撤销", "This invitation was accepted or revoked already")
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    _record(by, at, "revoke_invitation", held)
    return held


@transaction.atomic
def accept_invitation(
    *, secret: str, name: str, username: str, password: str, at: datetime, language: str = "zh-hans"
) -> Person:
    """Make a log-in and take up the appointment. Of two who open the same link at once, one gets in. `at` is the
    server's time. Raises LinkDead, UsernameTaken, Invalid."""
    held = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(digest=digest(secret.encode()))
        .first()
    )
    if held is None or not invitation_is_live(held, moment(held.bureau_id, at)):
        raise LinkDead()
    name = check_text(name, field="name", zh="姓名", en="name", longest=60, is_required=True)
    username = check_text(username, field="username", zh="用户名", en="username", longest=60, is_required=True)
    identity.check_password_rules(password, username=username)
    local = moment(held.bureau_id, at)
    user = identity.add_user(username=username, display_name=name, password=password, at=at, language=language)
    person = add_person(name=name, user=user)
    by = authority(held.bureau_id, user_id=user.pk, name=name)
    for role in taken_up(held):
        appoint(
            person=person, role=role, bureau_id=held.bureau_id, organisation_id=held.organisation_id,
            valid_from=business_date(local), by=by, at=local,
        )  # fmt: skip
    held.accepted_at, held.person = local, person
    held.save(update_fields=["accepted_at", "person"])
    _record(by, local, "accept_invitation", held)
    return person


def taken_up(invitation: Invitation) -> tuple[str, ...]:
    """The roles that an invitation gives. Who administers a small unit also does its work: a hospital's contact asks
    for masks himself."""
    if invitation.role != OWNER_ROLE:
        return (invitation.role,)
    return roles_for(invitation.organisation.kind)[:2]


@transaction.atomic
def invite_all(
    *, rows: Sequence[InvitedRow], kind: str, bureau_id: int, by: Actor, at: datetime, client_id: UUID
) -> list[Invited]:
    """Invite every organisation of a list, adding those that the bureau does not know as organisations of `kind`. All
    or nothing: every problem is told at once, with sheet, row and column. An organisation that was invited to the role
    before, or has somebody in it, stays as it is: the same list sent again changes nothing."""
    guard.check(by, "make_many", "invitation", bureau_id=bureau_id)
    body = {"rows": [row.__dict__ for row in rows], "kind": kind, "bureau": bureau_id}
    done = claim(client_id=client_id, action="invite_all", body=body, by=by, at=at)
    known = _Known(bureau_id)
    checked = _checked(rows, kind, known)
    found = [_organisation_for(row, kind, known, by, at) for row in checked]
    held = _held({organisation.pk for organisation, _new in found}, business_date(at))
    result = []
    for row, (organisation, is_new_organisation) in zip(checked, found, strict=True):
        is_new = (organisation.pk, row.role) not in held
        made = Invitation(**_fields(organisation, row.role, by, at)) if is_new else held[organisation.pk, row.role]
        result.append(Invited(organisation, row.role, made, is_new_organisation, is_new))
    fresh = Invitation.objects.bulk_create(each.invitation for each in result if each.is_new and each.invitation)
    if fresh:
        record(
            by=by, at=at, action="invite_all", object_kind="invitation", object_ref=str(client_id), bureau_id=bureau_id,
            after={"rows": len(rows), "organisations": sum(each.is_new_organisation for each in result),
                   "invitations": len(fresh)},
        )  # fmt: skip
    if not done:
        settle(client_id=client_id, ref="done")
    return result


class _Known:
    """The bureau's organisations by name and credit code, and the divisions by name and code."""

    def __init__(self, bureau_id: int) -> None:
        self.bureau_id = bureau_id
        held = list(Organisation.objects.filter(bureau_id=bureau_id))
        self.by_name = {each.name: each for each in held}
        self.by_uscc = {each.uscc: each for each in held if each.uscc}
        self.codes = {each.code for each in held}
        self.regions: dict[str, Region] = {}
        for region in Region.objects.filter(level__lte=4).order_by("-level"):
            self.regions[region.code] = self.regions[region.name] = region

    def next_code(self) -> str:
        """A code that nobody has: W0001, W0002 …"""
        number = len(self.codes) + 1
        while f"W{number:04d}" in self.codes:
            number += 1
        code = f"W{number:04d}"
        self.codes.add(code)
        return code


def _checked(rows: Sequence[InvitedRow], kind: str, known: _Known) -> list[InvitedRow]:
    """The rows with their texts trimmed and credit codes normalised. Raises one refusal with every problem."""
    if kind not in KINDS:
        raise Invalid("KIND_UNKNOWN", f"没有“{kind}”这种单位类别", f'There is no kind "{kind}"', field="kind")
    if not rows or len(rows) > MOST_AT_ONCE:
        raise Invalid(
            "ROWS_INVALID",
            f"每次须有 1–{MOST_AT_ONCE} 家单位,现有 {len(rows)} 家",
            f"Send 1–{MOST_AT_ONCE} organisations at once, not {len(rows)}",
        )
    problems: list[Refusal] = []
    names: dict[str, int] = {}
    codes: dict[str, int] = {}
    made = []
    for place, row in enumerate(rows, 1):
        with collected(problems):
            made.append(_checked_row(row, row.row or place, kind, known, names, codes, problems))
    raise_all(problems)
    return made


def _checked_row(
    row: InvitedRow, number: int, kind: str, known: _Known, names: dict[str, int], codes: dict[str, int],
    problems: list[Refusal],
) -> InvitedRow:  # fmt: skip
    def refuse(code: str, zh: str, en: str, column: str) -> None:
        problems.append(Invalid(code, f"第 {number} 行“{column}”:{zh}", f"row {number}, {column}: {en}",
                                row=number, sheet=row.sheet, column=column))  # fmt: skip

    name, uscc, role = row.name.strip(), row.uscc.strip(), row.role or OWNER_ROLE
    if not name or len(name) > 80:
        refuse("NAME_INVALID", "请填写单位名称,不超过 80 字", "give a name of at most 80 characters", "单位名称")
    try:
        uscc = checked_uscc(uscc)
    except Invalid as problem:
        refuse(problem.code, problem.zh, problem.en, "统一社会信用代码")
        uscc = ""
    for seen, value, column in ((names, name, "单位名称"), (codes, uscc, "统一社会信用代码")):
        if value and seen.setdefault(value, number) != number:
            refuse("ROW_TWICE", f"与第 {seen[value]} 行重复", f"the same as row {seen[value]}", column)
    held = known.by_uscc.get(uscc) if uscc else None
    if held and held.name != name:
        refuse("USCC_TAKEN", f"该代码已登记为“{held.name}”", f"this code belongs to {held.name}", "统一社会信用代码")
    named = known.by_name.get(name)
    if named and uscc and named.uscc and named.uscc != uscc:
        refuse(
            "USCC_DIFFERS",
            f"该单位登记的代码是 {named.uscc}",
            f"the code on record is {named.uscc}",
            "统一社会信用代码",
        )
    if row.region.strip() and row.region.strip() not in known.regions:
        refuse("REGION_UNKNOWN", f"没有区划“{row.region.strip()}”", f"no division {row.region.strip()}", "所属区县")
    if len(row.address.strip()) > 200:
        refuse("TEXT_TOO_LONG", "超过 200 字", "longer than 200 characters", "地址")
    if role not in PORTAL_ROLES or role not in roles_for(named.kind if named else kind):
        refuse("ROLE_UNKNOWN", f"这类单位没有岗位“{guard.role_name(role, 'zh')}”",
               f"this kind of organisation has no role {guard.role_name(role, 'en')}", "联系人岗位")  # fmt: skip
    return InvitedRow(name, uscc, row.region.strip(), row.address.strip(), role, number, row.sheet)


def _organisation_for(row: InvitedRow, kind: str, known: _Known, by: Actor, at: datetime) -> tuple[Organisation, bool]:
    held = known.by_uscc.get(row.uscc) or known.by_name.get(row.name)
    if held is not None:
        return held, False
    made = add_organisation(
        bureau_id=known.bureau_id, code=known.next_code(), name=row.name, kind=kind,
        region=known.regions[row.region] if row.region else None, uscc=row.uscc, address=row.address, by=by, at=at,
    )  # fmt: skip
    return made, True


def _held(organisation_ids: set[int], today: date) -> dict[tuple[int, str], Invitation | None]:
    """Organisation and role → the latest invitation, or None where somebody was appointed without one."""
    found: dict[tuple[int, str], Invitation | None] = {}
    appointed = Appointment.objects.filter(not_over(today), organisation_id__in=organisation_ids)
    for organisation_id, role in appointed.values_list("organisation_id", "role"):
        found[organisation_id or 0, role] = None
    for made in Invitation.objects.filter(organisation_id__in=organisation_ids).order_by("pk"):
        found[made.organisation_id, made.role] = made
    return found


def _fields(organisation: Organisation, role: str, by: Actor, at: datetime) -> dict[str, object]:
    nonce = secrets.token_hex(16)
    return {
        "bureau_id": organisation.bureau_id, "organisation": organisation, "role": role, "nonce": nonce,
        "digest": digest(secret_of(nonce).encode()), "made_at": at, "made_by": by.name[:60],
        "expires_at": at + LIFETIME,
    }  # fmt: skip


def secret_of(nonce: str) -> str:
    """The secret part of an invitation's link."""
    return (
        base64.urlsafe_b64encode(salted_hmac("liangcao.invitation", nonce, algorithm="sha256").digest())
        .decode()
        .rstrip("=")
    )


def _record(by: Actor, at: datetime, action: str, invitation: Invitation) -> None:
    record(
        by=by, at=at, action=action, object_kind="invitation", object_ref=str(invitation.pk),
        bureau_id=invitation.bureau_id, after={"organisation_id": invitation.organisation_id, "role": invitation.role},
    )  # fmt: skip
