"""The list of pick-ups, and the columns of slots and turns."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter, store_options
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import bar, chip, chip_of, full_day, named
from liangcao.operations.pickup.flow import PICK_UP_FLOW, PICK_UP_TURN_FLOW
from liangcao.operations.pickup.rules import clock, span


def when(held: Any) -> str:
    """The day and the window of a pick-up."""
    return f"{full_day(business_date(held.opens_at))} {clock(held.opens_at)}–{clock(held.closes_at)}"


PICK_UPS = Listing(
    "pick-ups",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("pick_up", row.pk), phone="title"),
        Column("store", _("仓库"), lambda row: named(row.store), sort="store__code"),
        Column("when", _("时间"), when, sort="opens_at"),
        Column("capacity", _("同时最多"), kind="number", phone="hide"),
        Column("turn_count", _("单位数"), kind="number"),
        Column("done_count", _("已领取"), kind="number"),
        Column("status", _("状态"), lambda row: chip(row.status, PICK_UP_FLOW), kind="mark", phone="main"),
    ),
    order=("-opens_at", "-pk"),
    filters=(
        status_filter(PICK_UP_FLOW),
        Filter("store", _("仓库"), lambda rows, code: rows.filter(store__code=code), choices=store_options),
    ),
    search=lambda rows, text: rows.filter(number__icontains=text),
    search_hint=_("单号"),
    empty=Empty(_("还没有自提安排。单位自己来领货时,分时段来,不拥挤。"), ((_("安排自提"), "pick_up_new"),)),
)


def slot_columns() -> tuple[Column, ...]:
    """The day as bars: how full each slot is against what it takes."""
    return (
        Column("slot", _("时段"), span, phone="title"),
        Column("load", _("占用"), _load, kind="mark", plain=lambda slot: slot.taken),
        Column("taken", _("单位数"), kind="number"),
        Column(
            "free", _("剩余"), lambda slot: slot.free or chip_of(said_now("已满"), "wait"), kind="number", phone="main"
        ),
    )


def _load(slot: Any) -> Any:
    words = said_now("%(taken)s / %(capacity)s") % {"taken": slot.taken, "capacity": slot.capacity}
    drawn = bar(slot.taken, slot.capacity, "wait" if slot.free == 0 else "done", words)
    return format_html('<span class="slot-load">{} {}</span>', drawn, words)


def turn_columns() -> tuple[Column, ...]:
    """Who comes when, how far they come, and how far they are."""
    return (
        Column("unit", _("单位"), lambda row: named(row.organisation), link=_turn, phone="title"),
        Column("slot", _("时段"), lambda row: span(row.slot)),
        Column("delivery", _("配送单"), lambda row: row.delivery.number, kind="code", phone="hide",
               link=lambda row: address("delivery", row.delivery_id)),
        Column("quantity", _("件数"), kind="number"),
        Column("distance", _("距离"), _distance, phone="hide"),
        Column("knows", _("安全须知"), _knows, kind="mark"),
        Column("fetcher", _("来领的人或车牌"), phone="hide"),
        Column("missed", _("未到场"), lambda row: row.times_missed or "", phone="hide"),
        Column("status", _("状态"), lambda row: chip(row.status, PICK_UP_TURN_FLOW), kind="mark", phone="main"),
    )  # fmt: skip


def _turn(row: Any) -> str:
    return address("pick_up_turn", row.pk)


def _distance(row: Any) -> str:
    return "" if row.distance_m is None else said_now("%(km)s 公里") % {"km": f"{row.distance_m / 1000:.1f}"}


def _knows(row: Any) -> Any:
    if row.acknowledged_at is None:
        return chip_of(said_now("未确认"), "wait")
    return chip_of(said_now("已确认"), "done")
