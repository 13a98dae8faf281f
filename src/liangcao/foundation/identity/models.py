"""User, API token, one-time link, sign-in. What a user may do is not here: appointments (parties) say it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
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
    # A program only ever comes with a token: no password is its, and no session.
    is_program = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_program=False) | models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="user_program_without_password",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name


class ApiTokenQuerySet(ScopedQuerySet):
    """Tokens are seen by nobody but their owner's page."""

    bureau_path = None

    def working(self, at: datetime) -> ApiTokenQuerySet:
        """Those that are neither revoked nor expired at this moment."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at=None)


class ApiToken(models.Model):
    """A bearer token, kept as its SHA-256: the token itself is shown once and never stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    # What it may do of what its owner may: ["requisition.file", …] or ["read"]; NULL: as wide as its owner.
    scope = models.JSONField(null=True)
    created_at = models.DateTimeField()
    # NULL: until it is revoked.
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}/{self.digest[:8]}"


class OneTimeLinkQuerySet(ScopedQuerySet):
    """Links are nobody's reading: who has one opens it."""

    bureau_path = None


class OneTimeLink(models.Model):
    """A link that works once and not for long: to choose a password (`user`), or to set an empty system up (no
    user). Only its SHA-256 is kept."""

    KINDS = ("password", "first_start")

    kind = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="password", user__isnull=False)
                | models.Q(kind="first_start", user__isnull=True),
                name="one_time_link_kind_has_its_user",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(revoked_at=None), name="one_time_link_used_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.digest[:8]}"


class SignInQuerySet(ScopedQuerySet):
    """Sign-ins are seen by nobody but their owner's page."""

    bureau_path = None


class SignIn(models.Model):
    """登录会话: a browser in which a user is signed in, from log-in to its end."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=60, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at"], name="sign_in_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.started_at:%Y-%m-%d %H:%M}"
