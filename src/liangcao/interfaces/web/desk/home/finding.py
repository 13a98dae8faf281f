"""The search of the header bar: whatever a person has in hand — a name, a code, pinyin initials, a number on a slip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.accounts import kind_name
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import named, said
from liangcao.ledger import queries as ledger
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.custody import queries as custody
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.recall import queries as recalls
from liangcao.operations.supply import queries as supply
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.kinds import KINDS
from liangcao.reference.parties.queries import organisations

MOST = 8
Hit = tuple[str, str, str]  # what is shown, a word beside it, the address


def _items(request: Any, text: str) -> list[Hit]:
    found = items(request.actor, search=text).order_by("code")[:MOST]
    return [(named(item), item.code, address("item", item.pk)) for item in found]


def _organisations(request: Any, text: str) -> list[Hit]:
    found = organisations(request.actor, bureau_id=request.bureau.pk, search=text).order_by("pinyin", "pk")[:MOST]
    return [(named(unit), said(KINDS[unit.kind]), address("organisation", unit.pk)) for unit in found]


def _lots(request: Any, text: str) -> list[Hit]:
    found = ledger.lots(request.actor, request.bureau.pk, search=text).order_by("-arrived_on", "-code")[:MOST]
    return [(lot.code, named(lot.item), address("lot", lot.pk)) for lot in found]


def _moves(request: Any, text: str) -> list[Hit]:
    found = ledger.moves(request.actor, request.bureau.pk).filter(
        Q(number__icontains=text) | Q(cause_ref__icontains=text)
    )
    return [(move.number, kind_name(move.kind), address("move", move.pk)) for move in found[:MOST]]


def _sources(request: Any, text: str) -> list[Hit]:
    found = supply.sources(request.actor, bureau_id=request.bureau.pk, search=text).order_by("-pk")[:MOST]
    return [(row.number, named(row.counterparty), address("source", row.pk)) for row in found]


def _requisitions(request: Any, text: str) -> list[Hit]:
    found = demand.requisitions(request.actor, bureau_id=request.bureau.pk, search=text).order_by("-pk")[:MOST]
    return [(row.number, named(row.organisation), address("requisition", row.pk)) for row in found]


def _plans(request: Any, text: str) -> list[Hit]:
    found = allocation.plans(request.actor, bureau_id=request.bureau.pk, search=text).order_by("-pk")[:MOST]
    return [(row.number, str(row.plan_date), address("plan", row.pk)) for row in found]


def _deliveries(request: Any, text: str) -> list[Hit]:
    found = dispatch.deliveries(request.actor, bureau_id=request.bureau.pk, search=text).order_by("-pk")[:MOST]
    return [(row.number, named(row.organisation), address("delivery", row.pk)) for row in found]


def _recalls(request: Any, text: str) -> list[Hit]:
    found = recalls.recalls(request.actor, request.bureau.pk).filter(number__icontains=text).order_by("-pk")[:MOST]
    return [(row.number, named(row.item), address("recall", row.pk)) for row in found]


def _returns(request: Any, text: str) -> list[Hit]:
    found = custody.returns(request.actor, request.bureau.pk).filter(number__icontains=text).order_by("-pk")[:MOST]
    return [(row.number, named(row.organisation), address("unit_return", row.pk)) for row in found]


# Heading, what one must be allowed to see, how it is found.
KINDS_OF_HITS: tuple[tuple[Any, str, Callable[[Any, str], list[Hit]]], ...] = (
    (pgettext_lazy("list", "物资"), "item", _items),
    (pgettext_lazy("list", "单位"), "organisation", _organisations),
    (pgettext_lazy("list", "批次"), "ledger", _lots),
    (_("台账单据"), "ledger", _moves),
    (pgettext_lazy("list", "来源"), "source", _sources),
    (pgettext_lazy("list", "申领单"), "requisition", _requisitions),
    (pgettext_lazy("list", "分配方案"), "plan", _plans),
    (pgettext_lazy("list", "配送单"), "delivery", _deliveries),
    (_("召回单"), "recall", _recalls),
    (_("单位退回单"), "unit_return", _returns),
)


def find(request: Any, text: str) -> list[tuple[Any, list[Hit]]]:
    """(heading, hits) of everything the reader may see; nothing for an empty text."""
    if not text:
        return []
    groups = [(label, look(request, text)) for label, seen, look in KINDS_OF_HITS if can(request, "view", seen)]
    return [(label, hits) for label, hits in groups if hits]
