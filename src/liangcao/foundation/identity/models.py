"""User and API token. What a user may do is not here: appointments (parties) say it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from liangcao.foundation.database.scope import ScopedQuerySet


class UserQuerySet(ScopedQuerySet):
    """Users are listed through the people of a bureau, never by themselves."""

    bureau_path = "person__appointments__bureau_id"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds a user by username, as log-in needs."""


class User(AbstractBaseUser):
    """Somebody who can log in, or a program with a token."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name


class ApiTokenQuerySet(ScopedQuerySet):
    """Tokens are seen by nobody but their owner's page."""

    bureau_path = None


class ApiToken(models.Model):
    """A bearer token, kept as its SHA-256: the token itself is shown once and never stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}/{self.digest[:8]}"
