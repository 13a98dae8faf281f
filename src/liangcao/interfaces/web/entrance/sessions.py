"""How long a session lasts: noted at log-in, looked at with each request, ended when idle or old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actions import end_sign_in, see_sign_in, start_sign_in
from liangcao.foundation.identity.lockout import client_address
from liangcao.foundation.identity.models import User
from liangcao.foundation.journal.actions import brief_transaction
from liangcao.foundation.kernel.clock import now
from liangcao.interfaces.web.middleware import MACHINE_PATHS

# A page that asks for itself every few seconds does not write each time.
SEEN_EVERY_SECONDS = 60
Answer = Callable[[HttpRequest], HttpResponse]


def listen() -> None:
    """Hear of log-ins and log-outs, whichever page or library does them."""
    user_logged_in.connect(begin, dispatch_uid="session begins")
    user_logged_out.connect(finish, dispatch_uid="session ends")


def begin(sender: Any, request: Any, user: User, **_kwargs: Any) -> None:
    """At log-in: when it began, that the password was just given, and where the user sits."""
    at = now()
    stamp = int(at.timestamp())
    request.session.update({"started_at": stamp, "seen_at": stamp, "proved_at": stamp})
    if not request.session.session_key:
        request.session.save()
    start_sign_in(
        user=user,
        session_key=request.session.session_key,
        address=client_address(request) or "",
        browser=request.META.get("HTTP_USER_AGENT", ""),
        at=at,
    )


def finish(sender: Any, request: Any, user: User | None, **_kwargs: Any) -> None:
    """At log-out."""
    if user is not None and request.session.session_key:
        end_sign_in(session_key=request.session.session_key, at=now())


# A page that is left open asks for these without anybody touching it: that is no use of the session.
ASKED_BY_ITSELF = ("/waiting/",)


class SessionLimitMiddleware:
    """Ends a session that nobody used for a while, and any session after its longest time."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session's times before anything else does."""
        if not request.path.startswith(MACHINE_PATHS) and SESSION_KEY in request.session:
            at = now()
            if _is_over(request.session, at):
                _end(request)
            elif request.path not in ASKED_BY_ITSELF:
                _see(request.session, at)
        return self.get_response(request)


def _is_over(session: Any, at: datetime) -> bool:
    """A clock that was set back makes the times lie ahead: then the session is as young as it can be."""
    stamp = int(at.timestamp())
    idle = stamp - session.get("seen_at", stamp)
    age = stamp - session.get("started_at", stamp)
    return idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_COOKIE_AGE


def _end(request: Any) -> None:
    language = request.session.get("language")
    logout(request)
    if language:
        request.session["language"] = language
    messages.warning(request, _("登录已超时,请重新登录。"))


def _see(session: Any, at: datetime) -> None:
    stamp = int(at.timestamp())
    session.setdefault("started_at", stamp)
    if abs(stamp - session.get("seen_at", 0)) >= SEEN_EVERY_SECONDS:
        try:
            with brief_transaction():
                see_sign_in(session_key=session.session_key, at=at)
        except DatabaseError:
            # On a full disk, or while somebody writes much, people go on reading; it is noted the next time.
            return
        session["seen_at"] = stamp
