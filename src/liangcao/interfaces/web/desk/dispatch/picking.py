"""Pick lists, store by store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table
from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.templatetags.words import named
from liangcao.operations.dispatch import queries


@dataclass(frozen=True)
class StoreList:
    """What is to be picked in one store."""

    store: Any
    table: Table
    deliveries: list[Any]


def lists(request: Any) -> list[StoreList]:
    """One list for each store where something waits, by item and soonest expiry."""
    made = []
    for store in store_choices(request):
        lines = queries.pick_list(request.actor, store_id=store.pk)
        if lines:
            deliveries = {line.delivery_id: line.delivery for line in lines}
            made.append(StoreList(store, _table(lines), list(deliveries.values())))
    return made


def _table(lines: list[Any]) -> Table:
    columns = (
        Column("item", _("物资"), lambda row: named(row.item), phone="title"),
        Column("lot", _("批次"), lambda row: row.lot.code, kind="code", link=lambda row: address("lot", row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.item)),
        expiry(lambda row: row.lot.expires_on),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main"),
        Column("organisation", _("送到"), lambda row: named(row.delivery.organisation)),
        Column(
            "delivery",
            _("配送单"),
            lambda row: row.delivery.number,
            kind="code",
            link=lambda row: address("delivery", row.delivery_id),
        ),
        Column("picked", _("已拣"), lambda row: "☑" if row.picked_at else "☐", phone="hide"),
    )
    return told_table(columns, lines)
