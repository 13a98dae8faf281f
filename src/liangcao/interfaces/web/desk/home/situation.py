"""The key items of the day: what is there, what is asked, how long it lasts, and one sentence about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import days, days_of_cover, named, quantity, unit_of
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import IN_FLOWS
from liangcao.operations.demand import queries as demand
from liangcao.operations.forecast.alerting import alert_days
from liangcao.operations.forecast.outlook import LEAST_DAYS
from liangcao.reference.catalog.queries import items_by_id

ITEMS_SHOWN = 14
BAR_DAYS = 7
OUT_FLOWS = ("issued", "loss", "sent_back")


@dataclass
class Need:
    """What the units ask of one item, in base units. `unknown` counts lines without an amount."""

    asked: int = 0
    approved: int = 0
    open: int = 0
    daily_use: int = 0
    unknown: int = 0


@dataclass
class KeyItem:
    """One row of the home page."""

    item: Any
    free: int = 0
    on_hand: int = 0
    transit: int = 0
    came: int = 0
    went: int = 0
    alert_days: int = LEAST_DAYS
    need: Need = field(default_factory=Need)

    @property
    def gap(self) -> int:
        """Pieces approved and not yet planned that nothing free can serve."""
        return max(self.need.open - self.free, 0)

    @property
    def cover_tenths(self) -> int | None:
        """Days that the free pieces last at the units' reported daily use, in tenths; None when no use is reported."""
        return self.free * 10 // self.need.daily_use if self.need.daily_use else None

    @property
    def cover(self) -> str:
        """4.2, or "" when it cannot be known."""
        return days_of_cover(self.cover_tenths)

    @property
    def bar_share(self) -> int:
        """Days of cover as percent of a bar of seven days."""
        return min((self.cover_tenths or 0) * 10 // BAR_DAYS, 100)

    @property
    def is_short(self) -> bool:
        """Red: a gap, or fewer days than the bureau's alert."""
        return self.gap > 0 or (self.cover_tenths is not None and self.cover_tenths < self.alert_days * 10)

    @property
    def mark(self) -> int:
        """Where the days of the alert stand in the bar, in percent."""
        return min(self.alert_days * 100 // BAR_DAYS, 100)

    @property
    def weight(self) -> tuple[bool, int, int, str]:
        """Short items on top, the least cover first, then the largest gap."""
        cover = self.cover_tenths if self.cover_tenths is not None else 10**9
        return (not self.is_short, cover, -self.gap, self.item.pinyin)


@dataclass(frozen=True)
class Tightest:
    """The unit whose own stock lasts least."""

    organisation: str
    tenths: int
    alert_days: int = LEAST_DAYS


def key_items(request: Any, *, on: date) -> tuple[list[KeyItem], Tightest | None, int]:
    """The rows, the tightest unit, and how many further items there are."""
    least = alert_days(request.actor, request.bureau.pk)
    rows: dict[int, KeyItem] = defaultdict(lambda: KeyItem(None, alert_days=least))
    tightest = None
    if can(request, "view", "ledger"):
        _add_stock(request, rows, on)
    if can(request, "view", "requisition"):
        tightest = _add_needs(request, rows, least)
    known = items_by_id(rows)
    for item_id, row in rows.items():
        row.item = known[item_id]
    found = sorted(rows.values(), key=lambda row: row.weight)
    return found[:ITEMS_SHOWN], tightest, max(len(found) - ITEMS_SHOWN, 0)


def _add_stock(request: Any, rows: dict[int, KeyItem], on: date) -> None:
    for item_id, held in ledger.stock_by_item(request.actor, request.bureau.pk, on=on).items():
        row = rows[item_id]
        row.free, row.on_hand, row.transit = held.store, held.on_hand, held.transit
    for (flow, item_id), total in ledger.flow_totals(request.actor, request.bureau.pk, from_=on, to=on).items():
        if flow in IN_FLOWS:
            rows[item_id].came += total
        elif flow in OUT_FLOWS:
            rows[item_id].went += total


def _add_needs(request: Any, rows: dict[int, KeyItem], least: int) -> Tightest | None:
    """Sum the lines that wait or are open; one query."""
    lines = demand.lines(request.actor, bureau_id=request.bureau.pk).filter(status__in=("submitted", "open"))
    columns = (
        "item_id",
        "status",
        "organisation__name",
        "quantity_requested",
        "quantity_approved",
        "quantity_open",
        "on_hand",
        "daily_use",
    )
    tightest: Tightest | None = None
    for item_id, status, name, asked, approved, still_open, on_hand, use in lines.values_list(*columns):
        need = rows[item_id].need
        need.asked += asked or 0
        need.unknown += asked is None
        if status == "open":
            need.approved += approved or 0
            need.open += still_open or 0
        need.daily_use += use or 0
        if use and on_hand is not None:
            own = Tightest(name, on_hand * 10 // use, least)
            tightest = own if tightest is None or own.tenths < tightest.tenths else tightest
    return tightest


def sentence(rows: list[KeyItem], tightest: Tightest | None) -> str:
    """口罩可用 4.2 天;防护服缺 800 套,最紧:市一院(0.6 天)。"""
    parts = []
    for row in [row for row in rows if row.is_short][:3]:
        unit = unit_of(row.item, row.gap)
        words = {"item": named(row.item), "quantity": quantity(row.gap), "unit": unit, "days": row.cover}
        if row.gap:
            parts.append(_("%(item)s缺 %(quantity)s %(unit)s") % words)
        else:
            parts.append(_("%(item)s可用 %(days)s 天") % words)
    if not rows:
        return _("库里还没有货,也没有待满足的需求。先登记第一批到货,或录入第一张申领单。")
    if not parts:
        return _("没有短缺的物资。")
    text = _(";").join(parts)
    if tightest and tightest.tenths < tightest.alert_days * 10:
        words = {"unit": tightest.organisation, "days": days(tightest.tenths)}
        text += _(";最紧:%(unit)s(%(days)s 天)") % words
    return text + _("。")
