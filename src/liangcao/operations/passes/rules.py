"""Who may do what with passes, and what a pass must say. One rule for the button and the act."""

from __future__ import annotations

from datetime import date

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.passes.flow import PASS_FLOW
from liangcao.operations.passes.models import Pass

# What is needed longer is renewed: a lost pass must not be good for ever.
DAYS_MOST = 92
ROWS_MOST = 500


def check_days(valid_from: date, valid_until: date, *, today: date) -> None:
    """Raise Invalid PASS_DAYS_REVERSED, PASS_OVER or PASS_TOO_LONG."""
    if valid_until < valid_from:
        raise Invalid(
            "PASS_DAYS_REVERSED",
            f"失效日 {valid_until} 早于生效日 {valid_from}",
            f"The last day {valid_until} lies before the first {valid_from}",
            field="valid_until",
        )
    if valid_until < today:
        raise Invalid(
            "PASS_OVER",
            f"失效日 {valid_until} 已经过去,今天是 {today}",
            f"The last day {valid_until} is over: today is {today}",
            field="valid_until",
        )
    days = (valid_until - valid_from).days + 1
    if days > DAYS_MOST:
        raise Invalid(
            "PASS_TOO_LONG",
            f"有效期 {days} 天,超过 {DAYS_MOST} 天。请缩短,到期再续签",
            f"{days} days are more than {DAYS_MOST}. Give fewer and renew the pass later",
            field="valid_until",
        )


def check_can_revoke(actor: Actor, held: Pass) -> None:
    """A pass that stands is revoked, also an expired one: it may have been forged from."""
    guard.check(actor, "revoke", "pass", bureau_id=held.bureau_id, row=held)
    check_step(PASS_FLOW, held.status, "revoked", what_zh=f"通行证 {held.number} ", what_en=f"Pass {held.number}")


def can_revoke(actor: Actor, held: Pass) -> bool:
    """Whether `check_can_revoke` lets it pass."""
    return held.status == "issued" and guard.can(actor, "revoke", "pass", bureau_id=held.bureau_id)


def check_can_renew(held: Pass) -> None:
    """A revoked pass is followed by none. Raises Conflict STATE_CONFLICT."""
    if held.status != "issued":
        raise Conflict(
            "STATE_CONFLICT",
            f"通行证 {held.number} 已吊销,不能续签;确需通行请重新签发",
            f"Pass {held.number} was revoked and cannot be renewed; issue a new one if there is need",
        )


def can_renew(actor: Actor, held: Pass) -> bool:
    """Whether another pass may follow this one."""
    return held.status == "issued" and guard.can(actor, "issue", "pass", bureau_id=held.bureau_id)
