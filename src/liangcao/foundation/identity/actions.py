"""Writes of identity: users, passwords, tokens, one-time links, sign-ins."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from liangcao.foundation.identity.access import acts
from liangcao.foundation.identity.guard import READ
from liangcao.foundation.identity.models import ApiToken, OneTimeLink, SignIn, User
from liangcao.foundation.identity.queries import link_is_live
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound

LINK_LIFETIME = timedelta(hours=24)
TOKEN_DAYS_MOST = 3660


class UsernameTaken(Conflict):
    """A user with this name is there already."""


class LinkDead(NotFound):
    """A link that was used, revoked, is too old, or never was: from outside they look the same."""

    def __init__(self) -> None:
        super().__init__(
            "这个链接已失效(已使用、已撤销或已过期)。请向发给您链接的人要一个新的",
            "This link does not work any more (used, revoked or too old). Ask whoever sent it for a new one",
        )
        self.code = "LINK_DEAD"


@transaction.atomic
def add_user(
    *,
    username: str,
    display_name: str,
    password: str | None,
    at: datetime,
    language: str = "zh-hans",
    is_program: bool = False,
) -> User:
    """Add a person who can log in; without a password the account can only use tokens until it has one. A program
    never gets one. Raises UsernameTaken, Invalid."""
    if not username.strip() or len(username) > 60:
        raise Invalid(
            "USERNAME_INVALID", "用户名须为 1–60 个字符", "The username needs 1–60 characters", field="username"
        )
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(
            "USERNAME_TAKEN",
            f"用户名“{username}”已存在,请换一个",
            f'The username "{username}" is taken, choose another',
            field="username",
        )
    user = User(username=username, display_name=display_name or username, language=language, created_at=at)
    user.is_program = is_program
    user.set_password(None if is_program else password)
    user.save()
    return user


def check_password_rules(password: str, *, username: str) -> None:
    """Raise Invalid PASSWORD_INVALID with the reasons of the password rules, in both languages."""
    zh, en = (_complaints(password, language) for language in ("zh-hans", "en"))
    if zh:
        raise Invalid(
            "PASSWORD_INVALID",
            f"{username} 的密码不行:{''.join(zh)}",
            f"The password of {username} will not do: {' '.join(en)}",
            field="password",
        )


def _complaints(password: str, language: str) -> list[str]:
    """What Django's validators say, in one language: some of them choose the words when they raise."""
    with override(language):
        try:
            validate_password(password)
        except ValidationError as problem:
            return [str(message) for message in problem.messages]
    return []


def check_is_no_program(user: User) -> None:
    """Raises Conflict PROGRAM_HAS_NO_PASSWORD: a program comes with tokens alone."""
    if user.is_program:
        raise Conflict(
            "PROGRAM_HAS_NO_PASSWORD",
            f"“{user.display_name}”是程序,只用令牌,没有密码;请换令牌",
            f"{user.display_name} is a program: it has tokens and no password. Renew its token",
        )


@transaction.atomic
def set_password(*, user: User, password: str, at: datetime) -> None:
    """Give the user this password. Whoever is signed in is signed out: a session holds a hash of the password.
    Links to choose a password are void."""
    check_is_no_program(user)
    check_password_rules(password, username=user.username)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sign_ins(user=user, at=at)
    revoke_links(user=user, at=at)


@transaction.atomic
def deactivate_user(*, user: User, at: datetime) -> None:
    """Close the account: no log-in, no session, no token, no link works from now on."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sign_ins(user=user, at=at)
    revoke_tokens(user=user, at=at)
    revoke_links(user=user, at=at)


def reactivate_user(*, user: User) -> None:
    """Open the account again; tokens and links stay revoked."""
    User.objects.filter(pk=user.pk).update(is_active=True)


def make_link(*, kind: str, user: User | None, made_by: str, at: datetime) -> str:
    """Make a one-time link and return its secret part. Earlier ones of the same user are void; those that set an empty
    system up all work until one of them has."""
    if user is not None:
        check_is_no_program(user)
        revoke_links(user=user, at=at, kind=kind)
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        kind=kind,
        user=user,
        digest=digest(secret.encode()),
        made_at=at,
        made_by=made_by[:60],
        expires_at=at + LINK_LIFETIME,
    )
    return secret


def revoke_links(*, user: User | None, at: datetime, kind: str = "password") -> int:
    """Make the unused links of this kind void."""
    return OneTimeLink.objects.filter(user=user, kind=kind, used_at=None, revoked_at=None).update(revoked_at=at)


@transaction.atomic
def use_link(*, secret: str, kind: str, at: datetime) -> OneTimeLink:
    """Take a link: of two at once, one gets it. Raises LinkDead."""
    held = (
        OneTimeLink.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(digest=digest(secret.encode()), kind=kind)
        .first()
    )
    if held is None or not link_is_live(held, at):
        raise LinkDead()
    held.used_at = at
    held.save(update_fields=["used_at"])
    return held


def start_sign_in(*, user: User, session_key: str, address: str, browser: str, at: datetime) -> SignIn:
    """Note that the user is signed in here."""
    return SignIn.objects.create(
        user=user, session_key=session_key, started_at=at, seen_at=at, address=address[:60], browser=browser[:200]
    )


def see_sign_in(*, session_key: str, at: datetime) -> None:
    """Note that a session is in use."""
    SignIn.objects.filter(session_key=session_key).update(seen_at=at)


@transaction.atomic
def end_sign_in(*, session_key: str, at: datetime) -> None:
    """End one session."""
    SignIn.objects.filter(session_key=session_key, ended_at=None).update(ended_at=at)
    Session.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_sign_ins(*, user: User, at: datetime, kept: str = "") -> int:
    """End the sessions of a user, except the one with the key `kept`; returns how many."""
    held = SignIn.objects.filter(user=user, ended_at=None).exclude(session_key=kept)
    Session.objects.filter(session_key__in=list(held.values_list("session_key", flat=True))).delete()
    return held.update(ended_at=at)


def make_token(*, user: User, at: datetime, scope: Iterable[str] | None = None, days: int | None = None) -> str:
    """Make an API token for the user and return it; only its digest is kept.

    `scope` narrows it to acts of access.toml ("requisition.file") or to "read"; None leaves it as wide as its owner.
    At each call it does what both its scope and its owner's appointments of that moment allow. It works for `days`;
    None: until it is revoked. Raises Invalid SCOPE_EMPTY, SCOPE_UNKNOWN, DAYS_INVALID.
    """
    chosen = None if scope is None else checked_scope(scope)
    if days is not None and not 1 <= days <= TOKEN_DAYS_MOST:
        raise Invalid(
            "DAYS_INVALID",
            f"令牌的有效天数应为 1–{TOKEN_DAYS_MOST}",
            f"A token works for 1 to {TOKEN_DAYS_MOST} days",
            field="days",
        )
    expires_at = None if days is None else at + timedelta(days=days)
    token = "lc_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user, digest=digest(token.encode()), scope=chosen, created_at=at, expires_at=expires_at
    )
    return token


def checked_scope(scope: Iterable[str]) -> list[str]:
    """The acts of a token, sorted. Raises Invalid."""
    chosen = sorted(set(scope))
    unknown = set(chosen) - {READ, *acts()}
    if unknown:
        raise Invalid(
            "SCOPE_UNKNOWN",
            f"没有“{min(unknown)[:60]}”这种操作,请从列表中选择",
            f'There is no act "{min(unknown)[:60]}"; choose from the list',
            field="scope",
        )
    if not chosen:
        raise Invalid("SCOPE_EMPTY", "请至少选一种操作", "Choose at least one act", field="scope")
    return chosen


def revoke_tokens(*, user: User, at: datetime) -> int:
    """Revoke all tokens of the user; returns how many."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
