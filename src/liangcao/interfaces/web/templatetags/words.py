"""How numbers, moments, names and states are written: one place, both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liangcao.foundation.identity.guard import role_name
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.flow import State
from liangcao.foundation.kernel.quantity import unit_in_english
from liangcao.interfaces.web.addresses import address

register = template.Library()
# Ends that nobody is glad of: grey, because nothing waits and nothing was achieved.
SET_ASIDE = frozenset({"cancelled", "rejected", "withdrawn", "superseded", "reversed", "discarded"})
# Nobody's turn, and yet not an end: shown without a colour.
UNDER_WAY = frozenset({"open"})
UNKNOWN = "—"


def is_english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


@register.filter
def quantity(value: Any) -> str:
    """1240 → "1,240"; what is not known → a dash, never 0."""
    if value is None or value == "":
        return UNKNOWN
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def pieces(value: Any, item: Any) -> SafeString:
    """1240 of an item, or of a unit given as text → "1,240 只"; in English "1,240 pieces"."""
    unit = unit_of(item, value)
    if value is None:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    return format_html('{}<span class="unit">{}</span>', quantity(value), f" {unit}" if unit else "")


@register.filter
def in_packs(value: int, item: Any) -> str:
    """20000 of an item → "20,000 只(41 箱、320 只)": as it is loaded. The largest packs first."""
    told, left = f"{quantity(value)} {unit_of(item, value)}", value
    parts = []
    for pack in sorted((each for each in item.packs.all() if each.factor > 1), key=lambda each: -each.factor):
        count, left = divmod(left, pack.factor)
        if count:
            parts.append(f"{quantity(count)} {pack.name}")
    if not parts:
        return told
    if left:
        parts.append(f"{quantity(left)} {unit_of(item, left)}")
    return _("%(pieces)s(%(packs)s)") % {"pieces": told, "packs": _("、").join(parts)}


@register.filter
def unit_of(item: Any, count: Any = None) -> str:
    """The item's base unit, or a unit given as text, in the reader's language; `count` tells pieces from a piece."""
    unit = item if isinstance(item, str) else getattr(item, "base_unit", "")
    if not is_english():
        return unit
    number = count if isinstance(count, int) else None
    return unit_in_english(getattr(item, "base_unit_en", "") or unit, number)


@register.filter
def named(thing: Any) -> str:
    """The name of an item, bureau, organisation: the English one for English readers where there is one."""
    if thing is None:
        return UNKNOWN
    english = getattr(thing, "name_en", "")
    return english if english and is_english() else str(getattr(thing, "name", thing))


@register.filter
def said(words: Any) -> str:
    """Words that carry both languages: a pair (zh, en), or anything with `zh` and `en`."""
    if isinstance(words, (tuple, list)):
        return str(words[1] if is_english() else words[0])
    if hasattr(words, "zh"):
        return str(words.en if is_english() else words.zh)
    return "" if words is None else str(words)


def role_said(role: str) -> str:
    """The name of a role in the reader's language."""
    return role_name(role, "en" if is_english() else "zh")


def headed(words: Any) -> str:
    """The same as a heading: an English one begins with a capital."""
    text = said(words)
    return f"{text[:1].upper()}{text[1:]}"


@register.filter
def yuan(fen: int | None) -> str:
    """Integer fen → "6,427,000.00 元"."""
    return UNKNOWN if fen is None else _("%(amount)s 元") % {"amount": f"{fen // 100:,}.{fen % 100:02d}"}


def days(tenths: int | None) -> str:
    """Tenths of a day as days: 42 as 4.2; nothing where it is not known."""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def days_of_cover(tenths: int | None) -> str:
    """The same for stock, where beyond 99 days the number says nothing more."""
    return "99+" if tenths is not None and tenths > 990 else days(tenths)


def short_day(value: date) -> str:
    """2月3日, or 3 Feb."""
    return f"{value.day} {value:%b}" if is_english() else f"{value.month}月{value.day}日"


def full_day(value: date) -> str:
    """2020年2月3日, or 3 Feb 2020."""
    return f"{value.day} {value:%b %Y}" if is_english() else f"{value.year}年{value.month}月{value.day}日"


@register.filter
def day(value: date | None) -> SafeString | str:
    """A day: short on the screen, in full on hover and on paper."""
    if value is None:
        return UNKNOWN
    return _time(value.isoformat(), short_day(value), full_day(value))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment in the bureau's time: 2月3日 20:15."""
    if value is None:
        return UNKNOWN
    local = value.astimezone(LOCAL)
    clock = f"{local:%H:%M}"
    return _time(local.isoformat(), f"{short_day(local)} {clock}", f"{full_day(local)} {clock}")


def _time(machine: str, short: str, full: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"><span class="on-screen">{}</span><span class="on-paper">{}</span></time>',
        machine,
        full,
        short,
        full,
    )


def tone_of(status: str, flow: Mapping[str, State]) -> str:
    """The colour of a state: amber while somebody must act, green where nobody has to, grey where it was set aside."""
    state = flow.get(status)
    if state is None or status in SET_ASIDE:
        return "aside"
    if state.turn:
        return "wait"
    return "plain" if status in UNDER_WAY else "done"


@register.simple_tag
def chip(status: str, flow: Mapping[str, State]) -> SafeString:
    """The state of a document as a chip: word and colour together."""
    return chip_of(said(flow[status]) if status in flow else status, tone_of(status, flow))


def chip_of(word: Any, tone: str) -> SafeString:
    """A chip. Tones: alarm (red), wait (amber), done (green), aside (grey), plain."""
    return format_html('<span class="chip chip-{}">{}</span>', tone, word)


@register.simple_tag
def bar(value: int | None, total: int | None, tone: str = "plain", label: str = "") -> SafeString:
    """A small bar: `value` of `total` in percent of its width. Drawn by SVG attributes; `label` is what it says
    aloud."""
    share = min(max(value or 0, 0) * 100 // total, 100) if total else 0
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bar-track" width="100" height="8"/><rect class="bar-fill" width="{}" height="8"/></svg>',
        tone,
        label or f"{share}%",
        share,
    )


@register.simple_tag
def address_of(name: str, *args: Any, query: str = "") -> str:
    """The address of a page by name, or "" when the installation has no such page."""
    return address(name, *args, query=query)


@register.simple_tag(takes_context=True)
def reachable_address(context: dict[str, Any], name: str, *args: Any, query: str = "") -> str:
    """The address of a page by name, or "" when the reader may not open it."""
    from liangcao.interfaces.web.reach import opens

    url = address(name, *args, query=query)
    return url if url and opens(context["request"], url) else ""


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], action: str, object_name: str) -> bool:
    """Whether the reader's appointment allows this act: the rule that the act itself checks."""
    from liangcao.interfaces.web.pages import can

    request = context.get("request")
    return bool(request and can(request, action, object_name))


@register.filter
def attribute(row: Any, name: str) -> Any:
    """A value of a row by name, for tables whose columns are known only at run time."""
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)
