"""Whatever page offers a table as one file offers it as all of them, and each of them opens."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.allocation import ask, make_plan
from tests.factories.recall import give, recall

BEGINNINGS = {"xlsx": b"PK", "csv": b"\xef\xbb\xbf", "txt": b"", "png": b"\x89PNG"}
OFFERED = re.compile(r'href="([^"]*[?&;]format=(\w+)[^"]*)"')


def plain_names() -> list[str]:
    """The names of all pages whose address needs nothing."""
    found, waiting = [], [(get_resolver(), "")]
    while waiting:
        resolver, before = waiting.pop()
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                waiting.append((entry, route))
            elif isinstance(entry, URLPattern) and entry.name and not re.search(r"[<(]|api/", route):
                found += [entry.name] if getattr(entry.callback, "access", ("", "open"))[1] == "view" else []
    return sorted(set(found))


def addresses(office: Any) -> list[str]:
    """All those pages, and pages of a document that have tables to take along."""
    world = office.world
    ask(world, world.hospital, 500)
    plan = make_plan(world)
    lot, _move = world.put_in(world.n95, 700)
    give(world, lot, 40)
    recalled = recall(world, lot)
    return [
        *(reverse(name) for name in plain_names()),
        *(reverse("register", args=[kind]) + "?from=2020-02-01" for kind in ("stock_statement", "receipts_register")),
        reverse("plan", args=[plan.pk]),
        reverse("recall", args=[recalled.pk]),
        f"{reverse('trace')}?ref={lot}",
    ]


@pytest.mark.slow
def test_every_table_leaves_in_every_format(office: Any, as_user: Any) -> None:
    clients = [as_user(name) for name in ("coordinator", "storekeeper", "leader", "administrator")]
    offered: dict[str, set[str]] = {}
    for page in addresses(office):
        for client in clients:
            answer = client.get(page)
            if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
                continue
            for found, kind in OFFERED.findall(answer.content.decode()):
                url = html.unescape(found)
                url = page.partition("?")[0] + url if url.startswith("?") else url
                if kind not in BEGINNINGS or kind in offered.setdefault(re.sub(r"format=\w+", "", url), set()):
                    continue
                file = client.get(url)
                assert file.status_code == 200, url
                content = b"".join(file.streaming_content) if file.streaming else file.content
                assert content.startswith(BEGINNINGS[kind]), url
                offered[re.sub(r"format=\w+", "", url)].add(kind)
    lacking = {url: set(BEGINNINGS) - kinds for url, kinds in offered.items() if kinds != set(BEGINNINGS)}
    assert len(offered) > 15, offered
    # Links are secrets, one for each unit: nobody pastes all of them into a group.
    assert lacking == {reverse("invitation_links") + "?": {"xlsx", "txt", "png"}}
