"""What the pages' door tells the journal: log-ins and log-outs, refusals, files that left. One place for all pages.

Files that leave by the API pass here as well; its refusals are written where they are answered (`api.v1.errors`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from liangcao.foundation.identity import lockout
from liangcao.foundation.identity.actor import NOBODY, Actor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.journal.outcomes import NOT_FOUND, asked_for, outcome_of, outcome_of_missing
from liangcao.foundation.kernel.clock import now
from liangcao.foundation.kernel.errors import Refusal
from liangcao.reference.parties import queries as parties

_log = logging.getLogger(__name__)
OK, REFUSED, BROKEN = 200, 400, 500
# What somebody types to find something may be a name or a telephone number: it stays out.
FREE_TEXT = frozenset({"q", "search", "text", "ref", "name"})
# What an address chooses from a closed list.
CHOICES = ("kind", "part", "ending")
_ENCODED_NAME = re.compile(r"filename\*=utf-8''([^;]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename="([^"]*)"')


def origin_of(request: HttpRequest, door: str = "page") -> str:
    """Where a request comes from, as the journal writes it: door, address, request id."""
    return f"{door} {request.META.get('REMOTE_ADDR') or '-'} {getattr(request, 'request_id', '-')}"


class JournalMiddleware:
    """Looks at each answer when it leaves: a refusal of a page and a file that is downloaded are journalled here, once
    each, whatever made them. The act has been rolled back by now; the entry has a transaction of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the answer never waits for the journal (see `record_apart`)."""
        response = self.get_response(request)
        try:
            self._look(request, response)
        except DatabaseError:
            _log.exception("not journalled: %s of request %s", response.status_code, getattr(request, "request_id", ""))
        return response

    def _look(self, request: HttpRequest, response: HttpResponse) -> None:
        is_api = request.path.startswith("/api/")
        if response.get("Content-Disposition", "").startswith("attachment") and response.status_code == OK:
            record_export(request, file=_file_name(response), door="api" if is_api else "page")
        elif REFUSED <= response.status_code < BROKEN and not is_api:
            _record_refusal(request, response)


def _file_name(response: HttpResponse) -> str:
    """The name under which the browser keeps the file."""
    told = response["Content-Disposition"]
    encoded = _ENCODED_NAME.search(told)
    plain = _PLAIN_NAME.search(told)
    return unquote(encoded[1]) if encoded else plain[1] if plain else ""


def note(request: Any, refusal: Refusal) -> None:
    """Remember the refusal that the answer to this request tells: its code goes into the journal."""
    if request is not None:
        request.refusal_told = refusal


def _record_refusal(request: Any, response: HttpResponse) -> None:
    """What was refused to whom. A refused log-in has told the journal itself."""
    if getattr(request, "entrances_told", None):
        return
    match = request.resolver_match
    access = getattr(match.func, "access", None) if match else None
    named = match.kwargs if match else {}
    kind, ref = asked_for(named)
    result = outcome_of(response.status_code)
    if result == NOT_FOUND and match is not None:
        result = outcome_of_missing(named, places=[*match.func.__module__.split("."), *request.path.split("/")])
    told = getattr(request, "refusal_told", None)
    details = {"status": response.status_code, "code": told.code if told else "", "field": told.field if told else ""}
    journal.record_refusal(
        action=f"{access[0]}.{access[1]}" if access and access[1] else f"page.{request.method.lower()}"[:20],
        object_kind=kind or (access[0] if access and access[1] else "page"),
        # Of an address that leads nowhere only the first part: the rest may be a secret or a name.
        object_ref=ref or (match.url_name if match else f"/{request.path.split('/')[1][:30]}") or "",
        result=result,
        details={name: value for name, value in details.items() if value},
        **_who_and_when(request),
    )


def record_export(request: Any, *, file: str = "", door: str = "page", action: str = "export") -> None:
    """Journal that a file, or a printed page, left the house: what, under which filters."""
    match = request.resolver_match
    access = getattr(match.func, "access", None) if match else None
    named = match.kwargs if match else {}
    kind, ref = asked_for(named)
    filters = {key: "…" if key in FREE_TEXT else value[:80] for key, value in request.GET.items() if value}
    filters |= {key: str(named[key]) for key in CHOICES if key in named}
    journal.record_apart(
        action=action,
        object_kind=kind or (access[0] if access else ""),
        object_ref=ref or (match.url_name if match else "") or "",
        after={name: held for name, held in (("file", file), ("filters", filters)) if held},
        **_who_and_when(request, door),
    )


def _who_and_when(request: Any, door: str = "page") -> dict[str, Any]:
    """The actor with the origin, the moment and the bureau of a request, however far it came."""
    by: Actor = getattr(request, "auth", None) or getattr(request, "actor", None) or NOBODY
    bureau = getattr(request, "bureau", None)
    bureau_id = bureau.pk if bureau else by.grants[0].bureau_id if by.grants else None
    at = getattr(request, "at", None) or now()
    if door == "api" and bureau_id:
        at = parties.moment(bureau_id, at)
    return {"by": by if by.origin else replace(by, origin=origin_of(request, door)), "at": at, "bureau_id": bureau_id}


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
    is_locked = bool(username) and lockout.is_name_locked(username)
    record_entrance(request, user=user_by_name(username), username=username, result="locked" if is_locked else "bad")


def record_entrance(request: Any, *, user: Any, username: str, result: str, action: str = "log_in") -> None:
    """Journal a log-in or log-out once for each request and result."""
    told: frozenset[tuple[str, str]] = getattr(request, "entrances_told", frozenset())
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
