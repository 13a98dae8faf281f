"""What an outside unit gave or delivered: announced and arrived, and of a gift where it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.pages import can, portal_page, render_page
from liangcao.interfaces.web.templatetags.words import chip_of, named, quantity, said, unit_of
from liangcao.ledger import trace as tracing
from liangcao.ledger.kinds import AccountKind
from liangcao.operations.supply import queries as supply
from liangcao.operations.supply.flow import KINDS, SOURCE_FLOW
from liangcao.reference.catalog.queries import items_by_id

SHOWN = 20
TONES = {"announced": "wait", "partly_received": "wait", "received": "done"}
# What a giver is told of the places: a store and its gates are one thing to him, the parties are named below.
PLACES: tuple[tuple[tuple[str, ...], tuple[str, str]], ...] = (
    (("receiving", "store", "quarantine", "reserved"), ("在仓库", "in store")),
    (("transit",), ("在路上", "on the way")),
    (("recipient", "consumed"), ("已送到单位", "delivered")),
    (("loss",), ("报损", "written off")),
)


@dataclass(frozen=True)
class Given:
    """One source in a unit's own words."""

    source: Any
    kind: str
    goods: str
    state: Any


@dataclass(frozen=True)
class Went:
    """One item of a gift: how many came, and where they are now."""

    item: str
    came: str
    places: list[tuple[str, str]]
    units: list[tuple[str, str]]


def given(request: Any) -> list[Given]:
    """What the unit gave or delivered, newest first; nothing for those who may not see it."""
    if not can(request, "view", "given"):
        return []
    rows = list(_own(request).order_by("-pk")[:SHOWN])
    lines: dict[int, list[str]] = {row.pk: [] for row in rows}
    for line in supply.lines_of_sources(request.actor, list(lines)):
        lines[line.source_id].append(_line(line))
    return [Given(row, said(KINDS[row.kind]), _("、").join(lines[row.pk]), _state(row)) for row in rows]


def _own(request: Any) -> Any:
    return supply.sources(request.actor, bureau_id=request.bureau.pk, counterparty_id=request.organisation.pk)


def _state(source: Any) -> Any:
    return chip_of(said(SOURCE_FLOW[source.status]), TONES.get(source.status, "plain"))


def _line(line: Any) -> str:
    count = line.quantity_arrived if line.quantity_advised is None else line.quantity_advised
    return f"{named(line.item)} {quantity(count)} {unit_of(line.item, count)}"


@portal_page("given")
def gift(request: Any, source_id: int) -> HttpResponse:
    """One source: what was announced, what arrived, and of a gift where it went."""
    found = _own(request).filter(pk=source_id).first()
    if found is None:
        raise NotFound()
    return render_page(
        request,
        "portal/given.html",
        title=titled(said(KINDS[found.kind]) + " %(number)s", found.number),
        source=found,
        state=_state(found),
        lines=list(supply.source_lines(request.actor, found.pk)),
        went=_went(request, found) if found.kind == "gift" else [],
    )


def _went(request: Any, source: Any) -> list[Went]:
    """The trace, told without lots, moves and persons. A giver is not at the desk: the program looks for him, at this
    one source, which is his."""
    system = Actor.system("粮草", request.bureau.pk)
    lot_ids = tracing.lots_of_source(system, request.bureau.pk, source.number)
    if not lot_ids:
        return []
    traced = tracing.trace_lots(system, lot_ids, ref=source.number, title="")
    items = items_by_id(each.item_id for each in traced.items)
    return [_item_went(items[each.item_id], each) for each in traced.items]


def _item_went(item: Any, traced: Any) -> Went:
    def told(count: int) -> str:
        return f"{quantity(count)} {unit_of(item, count)}"

    places = []
    for kinds, words in PLACES:
        count = sum(traced.held.get(kind, 0) for kind in kinds)
        if count:
            places.append((said(words), told(count)))
    units: dict[str, int] = {}
    for node in traced.nodes:
        if node.kind in (AccountKind.RECIPIENT, AccountKind.CONSUMED) and node.quantity > 0:
            units[node.name] = units.get(node.name, 0) + node.quantity
    ordered = sorted(units.items(), key=lambda pair: (-pair[1], pair[0]))
    return Went(named(item), told(traced.came), places, [(name, told(count)) for name, count in ordered])
