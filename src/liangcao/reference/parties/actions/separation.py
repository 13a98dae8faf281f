"""Writes of the separation of duties: the head sets a profile for a term, and may end it earlier."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.foundation.kernel.text import check_reason
from liangcao.reference.parties.models import Bureau, SeparationTerm
from liangcao.reference.parties.separation import FULL, profiles


@transaction.atomic
def set_separation(
    *,
    bureau_id: int,
    profile: str,
    starts_at: datetime | None = None,
    ends_at: datetime,
    reason: str,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> SeparationTerm:
    """Put a profile in force from `starts_at` (now) to `ends_at`; it ends by itself and full separation is back.

    Raises Forbidden, Invalid PROFILE_UNKNOWN, TERM_INVALID, TERM_TOO_LONG, REASON_MISSING, Conflict TERM_OVERLAPS.
    """
    guard.check(by, "set", "separation", bureau_id=bureau_id)
    starts = starts_at or at
    body = {"bureau": bureau_id, "profile": profile, "starts": starts_at, "ends": ends_at, "reason": reason}
    done = claim(client_id=client_id, action="set_separation", body=body, by=by, at=at)
    if done:
        return SeparationTerm.objects.get(pk=int(done))
    _check_term(profile, starts, ends_at, at)
    given = check_reason(reason, what_zh="调整岗位分离", what_en="A change of the separation of duties")
    locked(Bureau.objects.all(), [bureau_id])
    _check_free(bureau_id, starts, ends_at)
    made = SeparationTerm.objects.create(
        bureau_id=bureau_id, profile=profile, starts_at=starts, ends_at=ends_at, reason=given, set_by=by.name,
        set_user_id=by.user_id, set_at=at,
    )  # fmt: skip
    record(
        by=by, at=at, action="set_separation", object_kind="separation", object_ref=str(made.pk), bureau_id=bureau_id,
        after={"profile": profile, "starts_at": starts.isoformat(), "ends_at": ends_at.isoformat()}, reason=given,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(made.pk))
    return made


def _check_term(profile: str, starts: datetime, ends: datetime, at: datetime) -> None:
    known = profiles().get(profile)
    if known is None or known.longest is None or profile == FULL:
        raise Invalid(
            "PROFILE_UNKNOWN",
            f"没有可设定的档“{profile}”;完整分离不用设定,到期自动恢复",
            f'"{profile}" cannot be set; full separation comes back by itself when a term ends',
            field="profile",
        )
    if ends <= starts or starts < at:
        raise Invalid(
            "TERM_INVALID",
            "期限不对:开始不能早于现在,结束要晚于开始",
            "The term is wrong: it starts now or later and ends after its start",
            field="ends_at",
        )
    if ends - starts > known.longest:
        hours = known.longest_hours or 0
        span_zh, span_en = (
            (f"{hours // 24} 天", f"{hours // 24} days") if hours > 48 else (f"{hours} 小时", f"{hours} h")
        )
        raise Invalid(
            "TERM_TOO_LONG",
            f"“{known.zh}”最长 {span_zh},请缩短;到期后可以再设",
            f'"{known.en}" lasts {span_en} at most; set a shorter term, and another one when it ends',
            field="ends_at",
        )


def _check_free(bureau_id: int, starts: datetime, ends: datetime) -> None:
    other = SeparationTerm.objects.filter(
        bureau_id=bureau_id, status="set", starts_at__lt=ends, ends_at__gt=starts
    ).first()
    if other is not None:
        name = profiles()[other.profile]
        until = other.ends_at.astimezone(LOCAL)
        raise Conflict(
            "TERM_OVERLAPS",
            f"这段时间已设为“{name.zh}”(至 {until.month}月{until.day}日 {until:%H:%M}),请先提前结束它",
            f'"{name.en}" is set for this time already (until {until:%Y-%m-%d %H:%M}); end it first',
            field="starts_at",
        )


@transaction.atomic
def end_separation(*, term_id: int, by: Actor, at: datetime, client_id: UUID) -> SeparationTerm:
    """Bring full separation back before the term ends. Raises NotFound, Forbidden, Conflict TERM_OVER."""
    found = SeparationTerm.objects.visible_to(by).filter(pk=term_id).first()
    if found is None:
        raise NotFound()
    guard.check(by, "set", "separation", bureau_id=found.bureau_id)
    done = claim(client_id=client_id, action="end_separation", body={"term": term_id}, by=by, at=at)
    if done:
        return SeparationTerm.objects.get(pk=int(done))
    (term,) = locked(SeparationTerm.objects.all(), [term_id])
    if term.status != "set" or term.ends_at <= at:
        raise Conflict("TERM_OVER", "这一期已经结束,不用再结束", "This term is over already")
    before = term.ends_at
    if term.starts_at >= at:
        term.status = "cancelled"
    else:
        term.ends_at = at
    term.ended_by = by.name
    term.save(update_fields=["status", "ends_at", "ended_by"])
    record(
        by=by, at=at, action="end_separation", object_kind="separation", object_ref=str(term.pk),
        bureau_id=term.bureau_id, before={"ends_at": before.isoformat()}, after={"ends_at": term.ends_at.isoformat()},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(term.pk))
    return term  # type: ignore[no-any-return]
