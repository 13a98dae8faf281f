"""Removing somebody's second factor (a lost phone): one administrator asks, another confirms within a day.

Whoever has a person's password reset and the second factor gone logs in as that person: this takes two. One's own is
turned off on one's own page, with a fresh proof (`turn_off_second_factor`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity import second_factor
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict, Forbidden
from liangcao.foundation.kernel.text import check_reason
from liangcao.foundation.outbox.actions import announce
from liangcao.foundation.outbox.notices import Notice
from liangcao.reference.parties import separation
from liangcao.reference.parties.actions.accounts import in_charge_of, record_person
from liangcao.reference.parties.models import FactorRemoval, Person
from liangcao.reference.parties.queries import factor_removal, removal_is_live

RULE = "account.second_factor"


class OwnSecondFactor(Forbidden):
    """One's own is not removed by this way."""

    def __init__(self) -> None:
        super().__init__(
            "OWN_SECOND_FACTOR",
            "自己的第二道验证请在“我的账号”里关闭;别人替您去掉的,也不能由您自己确认",
            "Turn your own second factor off under My account; a removal for you is not yours to confirm either",
        )


@transaction.atomic
def ask_factor_removal(
    *, person_id: int, bureau_id: int, reason: str, by: Actor, at: datetime, client_id: UUID
) -> FactorRemoval:
    """Ask that a person's second factor be removed; nothing changes yet. Raises OwnSecondFactor, ServesElsewhere,
    Invalid REASON_MISSING, Conflict SECOND_FACTOR_OFF, REMOVAL_ASKED."""
    person, user = in_charge_of(by, person_id, at)
    body = {"person": person_id, "bureau": bureau_id, "reason": reason}
    done = claim(client_id=client_id, action="ask_factor_removal", body=body, by=by, at=at)
    if done:
        return factor_removal(by, int(done))
    if user.pk == by.user_id:
        raise OwnSecondFactor()
    if not second_factor.is_on(user.pk):
        raise Conflict("SECOND_FACTOR_OFF", "这个人没有开启第二道验证", "This person has no second factor")
    reason = check_reason(reason, what_zh="去掉第二道验证", what_en="Removing a second factor")
    _check_not_asked(person, at)
    made = FactorRemoval.objects.create(
        bureau_id=bureau_id, person=person, reason=reason, asked_by=by.name, asked_user_id=by.user_id, asked_at=at
    )
    record_person(by, at, "ask_factor_removal", person, bureau_id, reason)
    announce(_to_confirm(made), at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_not_asked(person: Person, at: datetime) -> None:
    """An earlier one that nobody answered in time lapses; one that is still open stays the only one. Two who ask at
    once wait for each other at the person."""
    locked(Person.objects.all(), [person.pk])
    earlier = FactorRemoval.objects.filter(person=person, status="asked").first()
    if earlier is None:
        return
    if removal_is_live(earlier, at):
        raise Conflict(
            "REMOVAL_ASKED",
            f"{earlier.asked_by}已经提出去掉{person.name}的第二道验证,请另一位系统管理员确认,或先撤回",
            f"{earlier.asked_by} has asked for this already; another administrator confirms it, or it is withdrawn",
        )
    _end(earlier, "lapsed", None, at)


def _to_confirm(held: FactorRemoval) -> Notice:
    return Notice(
        key=f"{held.bureau_id} factor removal {held.pk}",
        zh="有一项去掉第二道验证的申请等待另一位系统管理员确认",
        en="A removal of a second factor waits for another administrator",
        page="person",
        page_id=held.person_id,
        bureau_id=held.bureau_id,
        object_name="account",
        act="edit",
    )


@transaction.atomic
def confirm_factor_removal(*, removal_id: int, by: Actor, at: datetime, client_id: UUID) -> FactorRemoval:
    """The second administrator says yes: the factor and the sessions of the person are gone. Raises NotFound,
    OwnSecondFactor, Forbidden OWN_DOCUMENT, Conflict REMOVAL_OVER."""
    held, user, is_done = _claimed(removal_id, "confirm_factor_removal", by=by, at=at, client_id=client_id)
    if is_done:
        return held
    if user.pk == by.user_id:
        raise OwnSecondFactor()
    separation.check_two_people(
        rule=RULE, by=by, earlier=[held.asked_user_id], bureau_id=held.bureau_id, at=at, ref=str(held.person_id)
    )
    held.is_relaxed = by.user_id is not None and by.user_id == held.asked_user_id
    _end(held, "confirmed", by, at)
    _remove(user, at)
    record_person(by, at, "remove_second_factor", held.person, held.bureau_id, held.reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def withdraw_factor_removal(*, removal_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> FactorRemoval:
    """It is not wanted any more, or the other administrator says no. Raises NotFound, Conflict REMOVAL_OVER, Invalid
    REASON_MISSING."""
    held, _user, is_done = _claimed(removal_id, "withdraw_factor_removal", by=by, at=at, client_id=client_id)
    if is_done:
        return held
    reason = check_reason(reason, what_zh="撤回", what_en="Withdrawing it")
    _end(held, "withdrawn", by, at)
    record_person(by, at, "withdraw_factor_removal", held.person, held.bureau_id, reason)
    settle(client_id=client_id, ref=str(held.pk))
    return held


@transaction.atomic
def remove_second_factor_alone(*, person_id: int, bureau_id: int, reason: str, by: Actor, at: datetime) -> Person:
    """For whoever runs the machine, when no second administrator can get in: at once, and written down as such. Raises
    Forbidden SECOND_PERSON_NEEDED for everybody who has a log-in."""
    person, user = in_charge_of(by, person_id, at)
    if by.user_id is not None:
        raise Forbidden(
            "SECOND_PERSON_NEEDED",
            "去掉别人的第二道验证要两名系统管理员:一人提出,另一人确认",
            "Removing somebody's second factor takes two administrators: one asks, another confirms",
        )
    reason = check_reason(reason, what_zh="去掉第二道验证", what_en="Removing a second factor")
    earlier = FactorRemoval.objects.filter(person=person, status="asked").first()
    if earlier is not None:
        _end(earlier, "lapsed", by, at)
    _remove(user, at)
    record_person(by, at, "remove_second_factor_alone", person, bureau_id, reason)
    return person


def _claimed(
    removal_id: int, action: str, *, by: Actor, at: datetime, client_id: UUID
) -> tuple[FactorRemoval, User, bool]:
    """The removal under lock with its person's log-in; True when the same call was done before."""
    held = factor_removal(by, removal_id)
    _person, user = in_charge_of(by, held.person_id, at)
    if claim(client_id=client_id, action=action, body={"removal": removal_id}, by=by, at=at):
        return held, user, True
    locked(FactorRemoval.objects.all(), [removal_id])
    held = factor_removal(by, removal_id)
    if not removal_is_live(held, at):
        raise Conflict(
            "REMOVAL_OVER",
            "这项申请已经办结、撤回或超过 24 小时,请重新提出",
            "This request is done, withdrawn or older than 24 hours; ask again",
        )
    return held, user, False


def _end(held: FactorRemoval, status: str, by: Actor | None, at: datetime) -> None:
    held.status, held.ended_at = status, at
    held.ended_by, held.ended_user_id = (by.name, by.user_id) if by else ("", None)
    held.save(update_fields=["status", "is_relaxed", "ended_by", "ended_user_id", "ended_at"])


def _remove(user: User, at: datetime) -> None:
    second_factor.deactivate(user=user)
    identity.end_sign_ins(user=user, at=at)
