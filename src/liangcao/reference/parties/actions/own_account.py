"""What people do with their own log-in, and what one-time links do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from liangcao.foundation.identity import actions as identity
from liangcao.foundation.identity import lockout, second_factor
from liangcao.foundation.identity.actor import NOBODY, Actor, Grant
from liangcao.foundation.identity.models import ApiToken, User
from liangcao.foundation.identity.queries import has_users
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.foundation.kernel.text import check_text
from liangcao.reference.parties.actions.bureaus import add_bureau
from liangcao.reference.parties.actions.people import add_person, appoint
from liangcao.reference.parties.models import Bureau, Region
from liangcao.reference.parties.queries import actor_for_user, moment, roles_owing_second_factor


def _record_own(*, user: User, by: Actor, at: datetime, action: str, after: dict[str, Any] | None = None) -> None:
    """The act stands in the journal of the first bureau that the person serves, in its calendar. `at` is the server's
    time."""
    bureau_id = by.grants[0].bureau_id if by.grants else None
    record(
        by=by, at=moment(bureau_id, at) if bureau_id else at, action=action, object_kind="user",
        object_ref=str(user.pk), bureau_id=bureau_id, after=after,
    )  # fmt: skip


@transaction.atomic
def change_own_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """A new password for oneself; every session ends. Raises Invalid PASSWORD_INVALID."""
    identity.set_password(user=user, password=password, at=at)
    _record_own(user=user, by=by, at=at, action="change_password")


@transaction.atomic
def choose_password(*, secret: str, password: str, at: datetime) -> User:
    """Choose a password with a one-time link. A password that will not do leaves the link alive. Raises LinkDead,
    Invalid PASSWORD_INVALID."""
    link = identity.use_link(secret=secret, kind="password", at=at)
    user = link.user
    if user is None or not user.is_active:
        raise identity.LinkDead()
    identity.set_password(user=user, password=password, at=at)
    lockout.unlock(user.username)
    _record_own(user=user, by=actor_for_user(user, at), at=at, action="choose_password")
    return user


@transaction.atomic
def turn_on_second_factor(*, user: User, secret: str, code: str, by: Actor, at: datetime) -> list[str]:
    """Log in with an app's code from now on; returns the recovery codes. Raises CodeWrong, Conflict."""
    codes = second_factor.activate(user=user, secret=secret, code=code, at=at)
    _record_own(user=user, by=by, at=at, action="turn_on_second_factor")
    return codes


@transaction.atomic
def renew_recovery_codes(*, user: User, by: Actor, at: datetime) -> list[str]:
    """Fresh recovery codes instead of the old ones."""
    codes = second_factor.new_recovery_codes(user=user)
    _record_own(user=user, by=by, at=at, action="renew_recovery_codes")
    return codes


@transaction.atomic
def turn_off_second_factor(*, user: User, by: Actor, at: datetime) -> None:
    """Log in with the password alone. Raises Conflict SECOND_FACTOR_DEMANDED where the bureau demands it for one of
    the person's roles."""
    owing = roles_owing_second_factor(by)
    if owing:
        raise Conflict(
            "SECOND_FACTOR_DEMANDED",
            "本局要求您的岗位使用第二道验证,不能关闭。换手机请先关闭要求,或请管理员重置",
            "Your bureau demands the second factor for your role; it cannot be turned off. "
            "For a new phone ask the administrator to reset it",
        )
    if second_factor.deactivate(user=user):
        _record_own(user=user, by=by, at=at, action="turn_off_second_factor")


@transaction.atomic
def open_own_lock(*, user: User, at: datetime) -> None:
    """Forget the failed log-ins of one's own name, after a right code of the app."""
    lockout.unlock(user.username)
    _record_own(user=user, by=actor_for_user(user, at), at=at, action="unlock_user", after={"by": "second factor"})


@transaction.atomic
def end_other_sign_ins(*, user: User, kept: str, by: Actor, at: datetime) -> int:
    """Sign out everywhere but here; returns how many sessions ended."""
    count = identity.end_sign_ins(user=user, at=at, kept=kept)
    _record_own(user=user, by=by, at=at, action="end_sign_ins", after={"count": count})
    return count


@transaction.atomic
def make_own_token(*, user: User, scope: list[str] | None, days: int | None = None, by: Actor, at: datetime) -> str:
    """An API token of one's own, shown once. Raises Invalid SCOPE_EMPTY, SCOPE_UNKNOWN, DAYS_INVALID."""
    token = identity.make_token(user=user, at=at, scope=scope, days=days)
    _record_own(user=user, by=by, at=at, action="make_token", after={"scope": scope, "days": days})
    return token


@transaction.atomic
def revoke_own_token(*, user: User, token_id: int, by: Actor, at: datetime) -> None:
    """One token stops working. Raises NotFound for somebody else's."""
    if not ApiToken.objects.filter(pk=token_id, user=user, revoked_at=None).update(revoked_at=at):
        raise NotFound()
    _record_own(user=user, by=by, at=at, action="revoke_token", after={"token": token_id})


def make_first_start_link(*, at: datetime) -> str | None:
    """The secret part of the link that sets an empty system up; None when somebody can log in already."""
    return None if has_users() else identity.make_link(kind="first_start", user=None, made_by="命令行", at=at)


@transaction.atomic
def set_up(
    *,
    secret: str,
    bureau_name: str,
    bureau_code: str,
    region: str,
    name: str,
    username: str,
    password: str,
    open_book: Callable[..., Any],
    at: datetime,
) -> Bureau:
    """Found the first bureau with its book and its administrator. `open_book` is the ledger's, which lies above.
    Raises LinkDead, Conflict, Invalid."""
    identity.use_link(secret=secret, kind="first_start", at=at)
    if has_users():
        raise identity.LinkDead()
    place = Region.objects.filter(code=region).first()
    if place is None:
        raise Invalid(
            "REGION_UNKNOWN",
            f"没有代码为“{region}”的行政区划,请填县级六位代码",
            f'There is no division with the code "{region}"; give the six digits of a county',
            field="region",
        )
    bureau_name = check_text(
        bureau_name, field="bureau_name", zh="本局名称", en="name of the bureau", longest=60, is_required=True
    )
    bureau_code = bureau_code.lower()
    if Bureau.objects.filter(code=bureau_code).exists():
        raise Conflict(
            "BUREAU_TAKEN", f"编码 {bureau_code} 已有局使用", f"There is a bureau {bureau_code}", field="bureau_code"
        )
    identity.check_password_rules(password, username=username)
    bureau = add_bureau(code=bureau_code, name=bureau_name, region=place, by_name="首次设置", at=at)
    founder = Actor.system("首次设置", bureau.pk)
    open_book(bureau_id=bureau.pk, by=founder, at=at)
    user = identity.add_user(username=username, display_name=name, password=password, at=at)
    appoint(
        person=add_person(name=name, user=user), role="administrator", bureau_id=bureau.pk,
        valid_from=business_date(at), by=founder, at=at,
    )  # fmt: skip
    return bureau


def authority(bureau_id: int, *, user_id: int | None, name: str) -> Actor:
    """Who appoints himself by an invitation: the person in name, the bureau's administrator in right."""
    return Actor(user_id=user_id, name=name or NOBODY.name, grants=(Grant("administrator", bureau_id),))
