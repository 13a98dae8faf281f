"""From lots to sheets of labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.codes import OwnLabel, label_link, label_tag
from liangcao.interfaces.web.desk.labels.forms import PAPERS, Paper
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import full_day, quantity, said, unit_of
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import SOURCE_KINDS
from liangcao.reference.catalog.queries import items_by_id


@dataclass(frozen=True)
class Label:
    """What one label says. `box` is "" where a lot has one label."""

    lot: Any
    qr: SafeString
    maker_lot: str
    expires_on: str
    source: str
    per_box: str
    box: str


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper; None is a place that stays empty."""

    places: list[Label | None]


def link_of(request: Any, kind: str, row: Any, id: Any) -> str:
    """What the QR of a lot, delivery or count sheet holds."""
    base = f"{request.scheme}://{request.get_host()}"
    return label_link(base, OwnLabel(kind, row.code if kind == "lot" else row.number, label_tag(id)))


def defaults_for(request: Any, lots: list[Any]) -> list[tuple[int, int | None]]:
    """(labels, pieces in a box) of each lot: a label for each of the largest packs that came in, one where the item has
    no pack or the lot is in pieces."""
    items = items_by_id(lot.item_id for lot in lots)
    came = ledger.received_lots(request.actor, request.bureau.pk, [lot.pk for lot in lots])
    made: list[tuple[int, int | None]] = []
    for lot in lots:
        largest = max((pack.factor for pack in items[lot.item_id].packs.all() if pack.factor > 1), default=None)
        whole = came.get(lot.pk, 0) // largest if largest else 0
        made.append((min(whole, 200), largest) if whole else (1, None))
    return made


def labels_of(request: Any, lots: list[Any], values: dict[str, Any]) -> Iterator[Label]:
    """The labels in the order of the lots."""
    facts = ledger.known_of(request.actor, [lot.pk for lot in lots])
    for number, lot in enumerate(lots):
        known = facts.get(lot.pk, {})
        boxes, per_box = values[f"boxes-{number}"] or 0, values[f"per_box-{number}"]
        expires = date.fromisoformat(known["expires_on"]) if known.get("expires_on") else lot.expires_on
        words = {
            "lot": lot,
            "qr": qr(link_of(request, "lot", lot, lot.pk)),
            "maker_lot": known.get("maker_lot") or lot.maker_lot,
            "expires_on": full_day(expires) if expires else "",
            "source": f"{said(SOURCE_KINDS[lot.source_kind])} {lot.source_ref.partition('#')[0]}",
            "per_box": _("每箱 %(count)s %(unit)s")
            % {"count": quantity(per_box), "unit": unit_of(lot.item, per_box)} if per_box else "",
        }  # fmt: skip
        for box in range(1, boxes + 1):
            yield Label(**words, box=f"{box}/{boxes}" if boxes > 1 else "")


def sheets_of(labels: list[Label], *, paper: Paper, start: int) -> list[Sheet]:
    """The labels on sheets, the first begun at `start`."""
    if not labels:
        return []
    places: list[Label | None] = [None] * (start - 1) + labels
    size = paper.places
    return [Sheet(places[first : first + size]) for first in range(0, len(places), size)]


def paper_of(values: dict[str, Any]) -> Paper:
    """The paper that was chosen."""
    return PAPERS[values["paper"]]
