"""What an outside organisation brings: what to fetch where, what to bring to whom; and the sheet of one delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.templatetags.words import chip, in_packs, named
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.flow import DELIVERY_FLOW

SHOWN, BROUGHT_SHOWN = 50, 3
TO_FETCH, ON_THE_WAY, BROUGHT = ("picking",), ("in_transit",), ("signed", "settled")


@dataclass(frozen=True)
class Carried:
    """A delivery with its goods, item by item, as they are loaded."""

    delivery: Any
    goods: list[tuple[str, str]]


@dataclass(frozen=True)
class SheetLine:
    """One item of a delivery; what arrived is None for who may not read it, and before the receipt."""

    item: Any
    quantity: int
    good: int | None
    short: int | None
    damaged: int | None


def carried(request: Any) -> dict[str, Any]:
    """What the home of a carrier shows; nothing for others."""
    if not can(request, "carry", "delivery"):
        return {}
    return {
        "carries": True,
        "to_fetch": _carried(request, TO_FETCH, SHOWN),
        "to_bring": _carried(request, ON_THE_WAY, SHOWN),
        "brought": _carried(request, BROUGHT, BROUGHT_SHOWN),
    }


def waiting_count(request: Any) -> int:
    """How many deliveries the organisation is to fetch or to bring."""
    if not can(request, "carry", "delivery"):
        return 0
    return _of(request).filter(status__in=TO_FETCH + ON_THE_WAY).count()


def _of(request: Any) -> Any:
    return dispatch.deliveries(request.actor, carrier_organisation_id=request.organisation.pk)


def _carried(request: Any, statuses: tuple[str, ...], most: int) -> list[Carried]:
    rows = list(_of(request).filter(status__in=statuses).order_by("-pk")[:most])
    lines: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for line in dispatch.delivery_lines(request.actor, list(lines)).prefetch_related("item__packs"):
        lines[line.delivery_id].append(line)
    return [Carried(row, [(named(line.item), in_packs(line.quantity, line.item)) for line in _by_item(lines[row.pk])])
            for row in rows]  # fmt: skip


def _by_item(lines: Iterable[Any], *, reads_receipt: bool = False) -> list[SheetLine]:
    """Lines of lots as lines of items: who brings, asks or governs thinks in goods."""
    sums: dict[int, list[Any]] = {}
    for line in lines:
        held = sums.setdefault(line.item_id, [line.item, 0, None, None, None])
        held[1] += line.quantity
        if reads_receipt and line.quantity_good is not None:
            for place, part in enumerate((line.quantity_good, line.quantity_short, line.quantity_damaged), start=2):
                held[place] = (held[place] or 0) + (part or 0)
    return [SheetLine(*held) for held in sums.values()]


@portal_page("delivery")
def delivery(request: Any, delivery_id: int) -> HttpResponse:
    """The sheet of one delivery, for who brings it, gets it, or governs where it goes. It prints."""
    found = dispatch.delivery(request.actor, delivery_id)
    reader = dispatch.reader_of(request.actor, found)
    guard.check(reader, "view", "delivery", bureau_id=found.bureau_id)
    reads_receipt = guard.may_read(reader, "delivery", "receipt", bureau_id=found.bureau_id)
    lines = dispatch.delivery_lines(request.actor, [found.pk]).prefetch_related("item__packs")
    return render_page(
        request,
        "portal/delivery.html",
        title=titled(_("配送单 %(number)s"), found.number),
        delivery=found,
        state=chip(found.status, DELIVERY_FLOW),
        lines=_by_item(lines, reads_receipt=reads_receipt),
        reads_receipt=reads_receipt and found.signed_at is not None,
        is_carried=found.carrier_organisation_id in reader.carrier_ids,
        is_own=found.organisation_id in request.actor.own_business_ids,
    )
