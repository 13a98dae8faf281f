"""Reads of identity. No actor is needed here: these are what makes an actor."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from liangcao.foundation.identity.models import ApiToken, OneTimeLink, SignIn, User
from liangcao.foundation.kernel.chain import digest


def user_by_name(username: str) -> User | None:
    """The user with this username, active or not; None if there is none."""
    return User.objects.filter(username=username).first()


def user_by_id(user_id: int) -> User | None:
    """The user with this id, active or not; None if there is none."""
    return User.objects.filter(pk=user_id).first()


def token_held(token: str, at: datetime) -> ApiToken | None:
    """The token of an active user that is neither revoked nor expired at this moment, with its user; None otherwise."""
    found = ApiToken.objects.working(at).filter(digest=digest(token.encode()), user__is_active=True)
    return found.select_related("user").first()


def user_for_token(token: str, at: datetime) -> User | None:
    """The active user whose working token this is; None otherwise."""
    held = token_held(token, at)
    return held.user if held else None


def has_users() -> bool:
    """Whether anybody can log in; an empty system asks for its first administrator."""
    return User.objects.exists()


def link_is_live(link: OneTimeLink, at: datetime) -> bool:
    """Whether the link still works at this moment."""
    return link.used_at is None and link.revoked_at is None and at < link.expires_at


def live_link(secret: str, *, kind: str, at: datetime) -> OneTimeLink | None:
    """The link with this secret part while it works; None otherwise."""
    held = OneTimeLink.objects.filter(digest=digest(secret.encode()), kind=kind).select_related("user").first()
    return held if held and link_is_live(held, at) else None


def sign_ins(user: User) -> QuerySet[SignIn]:
    """Where the user is signed in."""
    return SignIn.objects.filter(user=user, ended_at=None)


def tokens_of(user: User, at: datetime) -> QuerySet[ApiToken]:
    """The user's tokens that work."""
    return ApiToken.objects.working(at).filter(user=user)
