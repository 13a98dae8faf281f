"""Reads of identity. No actor is needed here: these are what makes an actor."""

from __future__ import annotations

from liangcao.foundation.identity.models import ApiToken, User
from liangcao.foundation.kernel.chain import digest


def user_by_name(username: str) -> User | None:
    """The user with this username, active or not; None if there is none."""
    return User.objects.filter(username=username).first()


def user_for_token(token: str) -> User | None:
    """The active user whose unrevoked token this is; None otherwise."""
    found = ApiToken.objects.filter(digest=digest(token.encode()), revoked_at=None, user__is_active=True)
    held = found.select_related("user").first()
    return held.user if held else None
