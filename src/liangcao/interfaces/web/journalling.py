"""What the pages' door tells the journal: log-ins and log-outs, refusals, files that left. One place for all pages.

Files that leave by the API pass here as well; its refusals are written where they are answered (`api.v1.errors`).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from liangcao.foundation.identity.actor import NOBODY
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.kernel.clock import now
from liangcao.reference.parties import queries as parties


def origin_of(request: HttpRequest, door: str = "page") -> str:
    """Where a request comes from, as the journal writes it: door, address, request id."""
    return f"{door} {request.META.get('REMOTE_ADDR') or '-'} {getattr(request, 'request_id', '-')}"


def listen() -> None:
    """Hear of log-ins and log-outs, whichever page or library does them."""
    user_logged_in.connect(_logged_in, dispatch_uid="journal log-in")
    user_login_failed.connect(_login_failed, dispatch_uid="journal failed log-in")
    user_logged_out.connect(_logged_out, dispatch_uid="journal log-out")


def _logged_in(request: Any = None, user: Any = None, **_: Any) -> None:
    record_entrance(request, user=user, username=user.get_username(), result="ok")


def _logged_out(request: Any = None, user: Any = None, **_: Any) -> None:
    if user is not None:
        record_entrance(request, user=user, username=user.get_username(), result="ok", action="log_out")


def _login_failed(credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    username = str(credentials.get("username") or credentials.get("login") or "")
    record_entrance(request, user=user_by_name(username), username=username, result="bad")


def record_entrance(request: Any, *, user: Any, username: str, result: str, action: str = "log_in") -> None:
    """Journal a log-in or log-out once for each request and result."""
    told = getattr(request, "entrances_told", frozenset())
    if (action, result) in told:
        return
    at = now()
    actor = parties.actor_for_user(user, at) if user is not None else NOBODY
    bureau_id = actor.grants[0].bureau_id if actor.grants else None
    if request is not None:
        request.entrances_told = told | {(action, result)}
    journal.record_login(
        username=username,
        user_id=user.pk if user is not None else None,
        origin=origin_of(request) if request is not None else "page",
        at=parties.moment(bureau_id, at) if bureau_id else at,
        result=result,
        action=action,
        bureau_id=bureau_id,
    )
