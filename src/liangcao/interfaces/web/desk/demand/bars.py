"""Asked, approved, under way and delivered as one bar, with the same told in words."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.interfaces.web.templatetags.words import quantity


def need_bar(line: Any) -> SafeString:
    """The bar of a requisition line with its sums, or of a row that adds lines up."""
    return drawn(
        asked=line.quantity_requested,
        approved=line.quantity_approved,
        on_way=line.quantity_on_way,
        delivered=line.quantity_delivered,
        cut=cut_words(line),
    )


def told_bar(line: Any) -> SafeString:
    """The bar with the cut below it as text: a phone has no pointer that rests."""
    cut = cut_words(line)
    return format_html('{}<span class="bar-cut">{}</span>', need_bar(line), cut) if cut else need_bar(line)


def cut_words(line: Any) -> str:
    """By how much a line was cut, and why; "" where it was not, and for a row that adds lines up."""
    reason = getattr(line, "cut_reason", "")
    if not reason:
        return ""
    asked, approved = line.quantity_requested, line.quantity_approved
    if asked is None or approved is None:
        return _("核减原因:%(reason)s") % {"reason": reason}
    return _("核减 %(count)s:%(reason)s") % {"count": quantity(asked - approved), "reason": reason}


def drawn(*, asked: int | None, approved: int | None, on_way: int, delivered: int, cut: str = "") -> SafeString:
    """Four lengths on one scale: the track is what was asked, over it approved, under way, delivered. `cut` is said
    with the numbers when the pointer rests on the bar."""
    words = _("申领 %(asked)s,核定 %(approved)s,已分配在途 %(on_way)s,已签收 %(delivered)s") % {
        "asked": _("数量不详") if asked is None else quantity(asked),
        "approved": _("未核定") if approved is None else quantity(approved),
        "on_way": quantity(on_way),
        "delivered": quantity(delivered),
    }
    if cut:
        words = f"{words};{cut}"
    whole = max(asked or 0, approved or 0, on_way + delivered)
    approved_to, way_to, delivered_to = (
        min(part * 100 // whole, 100) if whole else 0 for part in (approved or 0, on_way + delivered, delivered)
    )
    return format_html(
        '<svg class="need-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{words}">'
        '<title>{words}</title><rect class="need-asked" width="100" height="10"/>'
        '<rect class="need-approved" width="{approved}" height="10"/><rect class="need-way" width="{way}" height="10"/>'
        '<rect class="need-delivered" width="{delivered}" height="10"/></svg>',
        words=words,
        approved=approved_to,
        way=way_to,
        delivered=delivered_to,
    )


def days_of_cover(on_hand: int | None, daily_use: int | None) -> str:
    """How long the stock lasts at the daily use, in days with one decimal; "" where either is not known."""
    if on_hand is None or not daily_use:
        return ""
    return _("%(days)s 天") % {"days": f"{on_hand * 10 // daily_use / 10:.1f}"}
