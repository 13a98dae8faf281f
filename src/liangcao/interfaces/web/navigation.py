"""The left bar: ten entries, each shown to those who may see its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.web.addresses import address


@dataclass(frozen=True)
class Entry:
    """One entry: its word, its page, its icon in the sprite, what one must be allowed to see, and the paths it
    lights up for."""

    label: str | Promise
    url_name: str
    icon: str
    shown_for: str
    paths: tuple[str, ...]


DESK = (
    Entry(_("今日"), "home", "today", "", ()),
    Entry(_("需求"), "demand", "demand", "requisition", ("/demand/", "/imports/")),
    Entry(_("筹措"), "source_list", "supply", "source", ("/supply/",)),
    Entry(_("库存"), "stock", "stock", "ledger", ("/stock/", "/trace/")),
    Entry(_("分配"), "plan_list", "plan", "plan", ("/allocation/",)),
    Entry(_("配送"), "delivery_list", "dispatch", "delivery", ("/dispatch/",)),
    Entry(_("台账"), "move_list", "book", "ledger", ("/ledger/",)),
    Entry(_("通报"), "briefing", "briefing", "briefing", ("/briefing/",)),
    Entry(_("值守"), "duty", "duty", "duty", ("/duty/",)),
    Entry(_("日志"), "journal", "book", "journal", ("/journal/",)),
    Entry(_("设置"), "settings", "settings", "item", ("/settings/",)),
)


def entries(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The entries that lead somewhere for this actor; the current one is marked."""
    bureau = getattr(request, "bureau", None)
    bureau_id = bureau.pk if bureau else None
    shown = []
    for entry in DESK:
        url = address(entry.url_name)
        if url and (not entry.shown_for or guard.can(actor, "view", entry.shown_for, bureau_id=bureau_id)):
            shown.append(
                {
                    "label": entry.label,
                    "url": url,
                    "icon": entry.icon,
                    "is_current": is_current(request.path, url, entry),
                }
            )
    return shown


def is_current(path: str, url: str, entry: Entry) -> bool:
    """Whether a page belongs to an entry: by its own address, or by the module's."""
    return path == url or (bool(entry.paths) and path.startswith(entry.paths))
