"""Writes of identity: users and tokens."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from liangcao.foundation.identity.models import ApiToken, User
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Conflict, Invalid


class UsernameTaken(Conflict):
    """A user with this name is there already."""


@transaction.atomic
def add_user(
    *, username: str, display_name: str, password: str | None, at: datetime, language: str = "zh-hans"
) -> User:
    """Add a person who can log in; without a password the account can only use tokens. Raises UsernameTaken,
    Invalid."""
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
    user.set_password(password)
    user.save()
    return user


def make_token(*, user: User, at: datetime) -> str:
    """Make an API token for the user and return it; only its digest is kept."""
    token = "lc_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=digest(token.encode()), created_at=at)
    return token


def revoke_tokens(*, user: User, at: datetime) -> int:
    """Revoke all tokens of the user; returns how many."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
