"""How much one address, one person, one token may ask for: beyond that, 429 with the seconds to wait.

| allowance | counts | by |
|---|---|---|
| login | refused log-ins, codes and invitations | address |
| link | links of slips that are not valid | address |
| stranger | calls with a token that is not valid | address |
| token | calls of the API | token |
| person | pages | person |
| export | files, workbooks | person or token |
| photo | photos of codes to be read | person or token |
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from liangcao.config.answers import refused
from liangcao.config.counters import Allowance, Counters
from liangcao.config.headers import is_machine
from liangcao.foundation.kernel.errors import Refusal

_log = logging.getLogger(__name__)
# Pages that ask who somebody is: everything that a stranger may send something to.
ENTRANCES = ("/login/", "/account/proof/", "/password/", "/invitations/", "/first-start/")
# Pages that a link opens which is its own secret: only guessing is counted, be it by looking.
LINKS = ("/receipts/",)
_FILE = re.compile(r"/(?:docx|xlsx|pdf|csv|txt|json|jsonl|workbooks?|export|file|print)(?:/|$)")
_PHOTO = re.compile(r"/scan/photo/?$")
_REFUSED, _UNKNOWN = 400, 404


class TooMany(Refusal):
    """The allowance is used up for now."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "TOO_MANY_REQUESTS",
            f"请求过于频繁,请等 {seconds} 秒再试。本次没有做任何修改",
            f"Too many requests. Wait {seconds} s and try again; nothing was changed",
        )
        self.seconds = seconds


class RateMiddleware:
    """Asks before the work is done. Counts a failed log-in after it failed: a whole bureau behind one address may log
    in at eight o'clock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 429, or pass on and count what was refused."""
        if not settings.RATE_LIMITS:
            return self.get_response(request)
        failing = failing_name(request)
        key = f"{failing} {network_of_caller(request)}"
        seconds = wait_for(failing, key, counts=False) or next(
            (wait for name, by in asked(request) if (wait := wait_for(name, f"{name} {by}"))), 0.0
        )
        if seconds:
            _log.warning("too many requests from %s: %s %s", request.META["REMOTE_ADDR"], request.method, request.path)
            return too_many(request, math.ceil(seconds))
        response = self.get_response(request)
        if failing and is_failure(request, response):
            wait_for(failing, key)
        return response


def failing_name(request: HttpRequest) -> str:
    """Which allowance a refusal of this request uses up; "" for none."""
    if is_machine(request):
        return "stranger" if token_of(request) else ""
    if request.path.startswith(LINKS):
        return "link"
    return "login" if request.method == "POST" and request.path.startswith(ENTRANCES) else ""


def is_failure(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody was not who he said to be. A page that failed our own form check counts as well."""
    if request.path.startswith(LINKS):
        return response.status_code == _UNKNOWN
    return response.status_code == 401 if is_machine(request) else response.status_code >= _REFUSED


def asked(request: HttpRequest) -> list[tuple[str, str]]:
    """(allowance, by whom) of what this request asks for."""
    if is_machine(request):
        token = token_of(request)
        by = hashlib.blake2b(token.encode(), digest_size=12).hexdigest()
        return [(name, by) for name in ("token", *costly(request))] if token else []
    user: Any = request.user
    if not user.is_authenticated:
        return []
    return [(name, str(user.pk)) for name in ("person", *costly(request))]


def token_of(request: HttpRequest) -> str:
    """The bearer token of a call, valid or not."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def costly(request: HttpRequest) -> list[str]:
    """The allowance of what costs more than a page."""
    if _PHOTO.search(request.path):
        return ["photo"]
    return ["export"] if is_file(request) else []


def is_file(request: HttpRequest) -> bool:
    """Whether a file is asked for: it costs a hundred times a page."""
    return "format" in request.GET or bool(_FILE.search(request.path))


def network_of_caller(request: HttpRequest) -> str:
    """The address; of IPv6 the network of 64 bits that one subscriber has."""
    told = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return str(address) if not isinstance(address, IPv6Address) else address.exploded[:19]


def wait_for(name: str, key: str, *, counts: bool = True) -> float:
    """Seconds to wait before `key` may use the allowance `name` again; 0 when it may, which then is counted."""
    limit = settings.RATE_LIMITS.get(name)
    if limit is None:
        return 0.0
    held = counters(settings.RATE_FILE)
    return (held.hit if counts else held.wait)(key, Allowance(*limit))


@lru_cache(maxsize=4)
def counters(path: Path) -> Counters:
    """The counters that all worker processes of this installation share."""
    return Counters(path)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 in the caller's shape and language."""
    response = refused(request, TooMany(seconds))
    response["Retry-After"] = str(seconds)
    return response
