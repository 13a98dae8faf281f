"""Asks for every page: each route without parameters, and every link that a page shows, as each account of the demo."""

from __future__ import annotations

import logging
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from liangcao.foundation.identity.queries import user_by_name
from liangcao.interfaces.commands.demo.founding import Account

LINK = re.compile(r"""<a\b[^>]*?\bhref=["']([^"'#]+)""")
HOST = "127.0.0.1"
MOST_PAGES_OF_A_ROUTE = 2
ANSWERED = 200
REDIRECTED = (301, 302)
# Nobody linked to it: it may want a question in its address, or another role.
NOT_ALLOWED = (400, 403, 404)
ONLY_POST = 405
# The API answers to tokens, not to sessions.
SKIPPED = ("/static/", "/api/", "/logout", "/accounts/logout")


@dataclass(frozen=True)
class Answer:
    """What one account got for one address; `linked_from` is empty for an address that nobody linked to, `is_page`
    false for a file or a part of a page."""

    account: str
    path: str
    route: str
    status: int
    linked_from: str
    is_page: bool = False


def ask_all(accounts: Iterable[Account]) -> list[Answer]:
    """Every answer of every account. Refusals are collected here, not logged."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
    starts = sorted(set(_plain_routes()))
    return [answer for account in accounts for answer in _ask_as(account, starts)]


def problems(answers: list[Answer]) -> list[Answer]:
    """Answers that are wrong: a link that does not open, a server error, a route that opens for nobody."""
    opened = {answer.route for answer in answers if answer.status == ANSWERED or answer.status in REDIRECTED}
    return [
        answer
        for answer in answers
        if answer.status != ANSWERED
        and answer.status not in REDIRECTED
        and answer.status != ONLY_POST
        and (answer.linked_from or answer.status not in NOT_ALLOWED or answer.route not in opened)
    ]


def _ask_as(account: Account, starts: list[str]) -> Iterator[Answer]:
    client = Client(HTTP_HOST=HOST, raise_request_exception=False)
    user = user_by_name(account.username)
    if user is None:
        yield Answer(account.username, "/", "log-in", 0, "")
        return
    client.force_login(user)
    waiting = deque((path, "") for path in starts)
    seen, asked = set(starts), Counter[str]()
    while waiting:
        path, linked_from = waiting.popleft()
        route = _route_of(path)
        if route is None or (linked_from and asked[route] >= MOST_PAGES_OF_A_ROUTE):
            continue
        asked[route] += 1
        response = client.get(path)
        yield Answer(account.username, path, route, response.status_code, linked_from, _is_page(response))
        for target in _links(response, path):
            if target not in seen:
                seen.add(target)
                waiting.append((target, path))


def _is_page(response: object) -> bool:
    headers = getattr(response, "headers", {})
    if headers.get("Content-Disposition", "").startswith("attachment"):
        return False
    return not getattr(response, "streaming", False) and b"<html" in getattr(response, "content", b"")[:1000]


def _links(response: object, path: str) -> Iterator[str]:
    """Addresses of this site that a page links to. Streams and files have none."""
    kind = getattr(response, "headers", {}).get("Content-Type", "")
    if getattr(response, "streaming", False) or not kind.startswith("text/html"):
        return
    for found in LINK.findall(getattr(response, "content", b"").decode("utf-8", "replace")):
        target = urldefrag(urljoin(f"http://{HOST}{path}", unescape(found))).url
        parts = urlsplit(target)
        if parts.hostname == HOST and not parts.path.startswith(SKIPPED):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _route_of(path: str) -> str | None:
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return path
    return found.route


def _plain_routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Addresses of the routes without parameters, log-out left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if "<" in path or "(" in path or path.startswith(SKIPPED):
            continue
        if isinstance(entry, URLResolver):
            yield from _plain_routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path
