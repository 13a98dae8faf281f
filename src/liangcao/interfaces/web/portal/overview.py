"""What the portal's home shows of a unit's affairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.portal import carried, recalled
from liangcao.interfaces.web.templatetags.words import named, quantity, unit_of
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import queries as dispatch

USUAL_ITEMS = 6


@dataclass(frozen=True)
class Coming:
    """A delivery with its goods in words."""

    delivery: Any
    goods: str


def deliveries(request: Any, *statuses: str) -> list[Coming]:
    """The unit's deliveries in these states, newest first, with their goods: what was sent, or what arrived whole."""
    found = dispatch.deliveries(request.actor, organisation_id=request.organisation.pk).filter(status__in=statuses)
    rows = list(found.order_by("-pk")[:20])
    lines: dict[int, dict[int, list[Any]]] = {row.pk: {} for row in rows}
    for line in dispatch.delivery_lines(request.actor, list(lines)):
        arrived = line.quantity if line.quantity_good is None else line.quantity_good
        lines[line.delivery_id].setdefault(line.item_id, [line.item, 0])[1] += arrived
    return [Coming(row, _("、").join(_told(*pair) for pair in lines[row.pk].values())) for row in rows]


def _told(item: Any, count: int) -> str:
    return f"{named(item)} {quantity(count)} {unit_of(item, count)}"


def waiting_count(request: Any) -> int:
    """How many things the unit should see to: deliveries to sign for, needs to confirm again, goods to fetch and to
    bring, recalls to answer. Asked once a request."""
    if not hasattr(request, "portal_waiting"):
        unit = request.organisation.pk
        coming = stale = 0
        if can(request, "confirm", "delivery"):
            coming = dispatch.deliveries(request.actor, organisation_id=unit).filter(status="in_transit").count()
        if can(request, "confirm", "requisition"):
            found = demand.stale_lines(request.actor, request.bureau.pk, at=request.at)
            stale = found.filter(organisation_id=unit).count()
        request.portal_waiting = coming + stale + carried.waiting_count(request) + recalled.waiting_count(request)
    return int(request.portal_waiting)


def open_lines(request: Any) -> list[Any]:
    """What the unit still waits for."""
    found = demand.lines(request.actor, organisation_id=request.organisation.pk, status="open", at=request.at)
    return list(found.order_by("item__code", "pk"))


def stale_lines(request: Any) -> list[Any]:
    """What the unit should say yes or no to."""
    return [line for line in open_lines(request) if line.is_stale]


def requisitions(request: Any) -> list[Any]:
    """The unit's last requisitions."""
    return list(demand.requisitions(request.actor, organisation_id=request.organisation.pk).order_by("-pk")[:10])


def usual_lines(request: Any) -> list[Any]:
    """The last line of each of the items that the unit asks for most lately, with packs."""
    found = demand.lines(request.actor, organisation_id=request.organisation.pk).prefetch_related("item__packs")
    last: dict[int, Any] = {}
    for line in found.order_by("-pk")[:60]:
        last.setdefault(line.item_id, line)
    return list(last.values())[:USUAL_ITEMS]
