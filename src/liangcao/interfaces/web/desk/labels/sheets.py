"""From lots to sheets of labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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

MOST_BY_DEFAULT = 200


@dataclass(frozen=True)
class Label:
    """What one label says. `box` is "" where a lot has one label."""

    lot: Any
    qr: SafeString
    maker_lot: str
    expires_on: str
    source: str
    per_box: str
    box: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper; None is a place that stays empty."""

    places: list[Label | None]


def link_of(request: Any, kind: str, row: Any, id: Any) -> str:
    """What the QR of a lot, delivery or count sheet holds."""
    base = f"{request.scheme}://{request.get_host()}"
    return label_link(base, OwnLabel(kind, row.code if kind == "lot" else row.number, label_tag(id)))


def defaults_for(request: Any, lots: list[Any]) -> list[tuple[int, int | None]]:
    """(labels, pieces in a pack) by lot: a label for each of the largest packs that came in; one where the item has
    no pack, the lot is in pieces, or nobody would label them all."""
    items = items_by_id(lot.item_id for lot in lots)
    came = ledger.received_lots(request.actor, request.bureau.pk, [lot.pk for lot in lots])
    made: list[tuple[int, int | None]] = []
    for lot in lots:
        largest = max((pack.factor for pack in items[lot.item_id].packs.all() if pack.factor > 1), default=None)
        whole = came.get(lot.pk, 0) // largest if largest else 0
        made.append((whole, largest) if 0 < whole <= MOST_BY_DEFAULT else (1, None))
    return made


def labels_of(request: Any, lots: list[Any], values: dict[str, Any]) -> Iterator[Label]:
    """The labels in the order of the lots."""
    facts = ledger.known_of(request.actor, [lot.pk for lot in lots])
    items = items_by_id(lot.item_id for lot in lots)
    for number, lot in enumerate(lots):
        known = facts.get(lot.pk, {})
        boxes, per_box = values[f"boxes-{number}"] or 0, values[f"per_box-{number}"]
        pack = next((pack.name for pack in items[lot.item_id].packs.all() if pack.factor == per_box), _("箱"))
        expires = date.fromisoformat(known["expires_on"]) if known.get("expires_on") else lot.expires_on
        count = {"pack": pack, "count": quantity(per_box), "unit": unit_of(lot.item, per_box)}
        label = Label(
            lot,
            qr(link_of(request, "lot", lot, lot.pk)),
            maker_lot=known.get("maker_lot") or lot.maker_lot,
            expires_on=full_day(expires) if expires else "",
            source=f"{said(SOURCE_KINDS[lot.source_kind])} {lot.source_ref.partition('#')[0]}",
            per_box=_("每%(pack)s %(count)s %(unit)s") % count if per_box else "",
        )
        for box in range(1, boxes + 1):
            place = {"box": box, "boxes": boxes, "pack": pack}
            yield replace(label, box=_("第 %(box)s/%(boxes)s %(pack)s") % place) if boxes > 1 else label


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
