"""Alerts of the watch as links: in the reader's language, with their times, to the pages that open for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.document import Link
from liangcao.interfaces.web.reach import links_for
from liangcao.interfaces.web.templatetags.words import moment, said


def alert_links(request: Any, alerts: Iterable[dict[str, Any]]) -> list[Any]:
    """One link for each alert; without an address where its page is not the reader's."""
    found = []
    for row in alerts:
        text: Any = said((row["zh"], row["en"]))
        if "from" in row:
            text = format_html("{} {}—{}", text, frozen_moment(row["from"]), frozen_moment(row["to"]))
        found.append(Link("", text, address(row["url_name"])))
    return links_for(request, found)


def frozen_moment(text: str | None) -> Any:
    """A moment that was frozen as text, as pages write it."""
    return moment(datetime.fromisoformat(text)) if text else ""
