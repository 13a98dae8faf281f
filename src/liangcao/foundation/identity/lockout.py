"""The lock after wrong passwords: five for a name in 15 minutes, and a limit for an address that tries many names.

A lock must not keep an approver out: the owner opens it with a code of the authenticator app, or an administrator on
the person's page.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.utils.timezone import now as server_time

# Attempts at the page that opens a lock are counted apart, by name and address: they lock nobody else's log-in.
_OPENING = "unlock:"


class LockoutHandler(AxesDatabaseHandler):
    """axes, with a second limit for the address."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this name, or this address, has failed too often."""
        return super().is_locked(request, credentials) or failures_from(request) >= settings.FAILURES_PER_ADDRESS


def client_address(request: Any) -> str | None:
    """Where the request comes from, as the door knows it (the trusted proxy's word is read there)."""
    return request.META.get("REMOTE_ADDR") or None


def failures_from(request: Any) -> int:
    """Wrong log-ins from this address within the period, over all names."""
    address = client_address(request)
    if address is None:
        return 0
    recent = AccessAttempt.objects.filter(  # axes' own table, of no bureau
        ip_address=address, attempt_time__gte=server_time() - settings.AXES_COOLOFF_TIME
    )
    return recent.aggregate(total=Sum("failures_since_start"))["total"] or 0


def is_locked(request: Any, username: str) -> bool:
    """Whether a log-in under this name is refused now."""
    return not AxesProxyHandler.is_allowed(request, get_credentials(username))


def is_name_locked(username: str) -> bool:
    """Whether the name itself is locked, wherever its owner sits."""
    recent = AccessAttempt.objects.filter(
        username=username, attempt_time__gte=server_time() - settings.AXES_COOLOFF_TIME
    )
    return (recent.aggregate(total=Sum("failures_since_start"))["total"] or 0) >= settings.AXES_FAILURE_LIMIT


def note_failure(request: Any, username: str) -> None:
    """Count a wrong code like a wrong password, and tell who listens."""
    user_login_failed.send(sender=__name__, credentials=get_credentials(username), request=request)


def unlock(username: str) -> int:
    """Forget the failures of a name; returns how many rows went."""
    return AxesProxyHandler.reset_attempts(username=username)


def opening_name(request: Any, username: str) -> str:
    """Under what name attempts to open a lock are counted: a stranger elsewhere cannot use up the owner's."""
    return f"{_OPENING}{client_address(request)}:{username}"
