"""The lists of trips and of vehicles, and the columns of a trip's tables."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter, store_options
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, moment, named, said
from liangcao.operations.trips import queries
from liangcao.operations.trips.flow import CREW_ROLES, INBOUND_TRIP_FLOW, VEHICLE_KINDS


def call(phone: str) -> Any:
    """A telephone number that a phone dials when it is touched."""
    return format_html('<a href="tel:{}">{}</a>', phone.replace(" ", "").replace("-", ""), phone) if phone else ""


def state_chips(held: Any, at: Any) -> Any:
    """The state, and that it is late."""
    state = chip(held.status, INBOUND_TRIP_FLOW)
    return format_html("{} {}", state, chip_of(said_now("晚点"), "alarm")) if held.is_late(at) else state


def trip_listing(request: Any) -> Listing:
    """Trips, the newest first."""
    return Listing(
        "trips",
        columns=(
            Column("number", _("车次"), kind="code", link=lambda row: address("trip", row.pk), phone="title"),
            Column("plate", _("车牌"), lambda row: row.vehicle.plate, sort="vehicle__plate"),
            Column("supplier", _("供应单位"), lambda row: named(row.supplier), sort="supplier__pinyin"),
            Column("place", _("提货地点"), phone="hide"),
            Column("store", _("运到"), lambda row: named(row.store), sort="store__code"),
            Column("leaves_at", _("出发"), lambda row: moment(row.left_at or row.leaves_at), sort="leaves_at",
                   phone="hide"),
            Column("expected_back_at", _("预计返回"), kind="moment", sort="expected_back_at"),
            Column("status", _("状态"), lambda row: state_chips(row, request.at), kind="mark", phone="main",
                   plain=lambda row: said(INBOUND_TRIP_FLOW[row.status])),
        ),
        order=("-leaves_at", "-pk"),
        filters=(
            status_filter(INBOUND_TRIP_FLOW),
            Filter("store", _("仓库"), lambda rows, code: rows.filter(store__code=code), choices=store_options),
            Filter("late", _("准点"), lambda rows, value: _by_lateness(rows, value, request.at),
                   choices=lambda _request: [("yes", said_now("晚点")), ("no", said_now("没有晚点"))]),
        ),
        search=lambda rows, text: rows.filter(
            Q(number__icontains=text) | Q(vehicle__plate__icontains=text.upper()) | Q(supplier__name__icontains=text)
            | Q(supplier__pinyin__icontains=text.lower()) | Q(place__icontains=text)
        ),
        search_hint=_("车次、车牌、单位或地点"),
        empty=Empty(_("还没有派车去提过货。"), ((_("安排提货"), "trip_new"),)),
        tone=lambda row: "alarm" if row.is_late(request.at) else "",
    )  # fmt: skip


def _by_lateness(rows: Any, value: str, at: Any) -> Any:
    late = queries.late(rows, at)
    return late if value == "yes" else rows.exclude(pk__in=late.values("pk"))


def service_chip(held: Any) -> Any:
    """In service or not."""
    return chip_of(said_now("在用"), "done") if held.is_in_service else chip_of(said_now("停用"), "aside")


VEHICLES = Listing(
    "vehicles",
    columns=(
        Column("plate", _("车牌"), link=lambda row: address("vehicle", row.pk), sort="plate", phone="title"),
        Column("kind", _("车型"), lambda row: said(VEHICLE_KINDS[row.kind]), sort="kind"),
        Column("load_kg", _("核定载重(千克)"), kind="number", sort="load_kg"),
        Column("volume_litres", _("容积(升)"), kind="number", phone="hide"),
        Column("organisation", _("车属单位"), lambda row: named(row.organisation) if row.organisation else ""),
        Column("driver", _("常用驾驶员"), phone="hide"),
        Column("driver_phone", _("驾驶员电话"), lambda row: call(row.driver_phone), kind="mark",
               plain=lambda row: row.driver_phone),
        Column("status", _("状态"), service_chip, kind="mark", phone="main"),
    ),
    order=("plate", "pk"),
    filters=(
        Filter("service", _("状态"), lambda rows, value: rows.filter(is_in_service=value == "in"),
               choices=lambda _request: [("in", said_now("在用")), ("out", said_now("停用"))]),
        Filter("kind", _("车型"), lambda rows, value: rows.filter(kind=value),
               choices=lambda _request: [(kind, said(words)) for kind, words in VEHICLE_KINDS.items()]),
    ),
    search=lambda rows, text: rows.filter(
        Q(plate__icontains=text.upper()) | Q(driver__icontains=text) | Q(organisation__name__icontains=text)
    ),
    search_hint=_("车牌、驾驶员或单位"),
    empty=Empty(_("还没有登记车辆。"), ((_("登记车辆"), "vehicle_new"),)),
)  # fmt: skip

CREW = (
    Column("role", _("随车人员"), lambda row: said(CREW_ROLES[row.role]), phone="title"),
    Column("name", _("姓名")),
    Column("phone", _("电话"), lambda row: call(row.phone), kind="mark", phone="main", plain=lambda row: row.phone),
)
_QUANTITY: dict[str, Any] = {"kind": "quantity", "unit": "item"}
COMPARED = (
    Column("item", _("物资"), lambda row: named(row.item), phone="title"),
    Column("expected", _("应提"), **_QUANTITY),
    Column("loaded", _("实装"), **_QUANTITY),
    Column("received", _("入库单收到"), phone="main", **_QUANTITY),
    Column("damaged", _("其中损坏"), lambda row: row.damaged or None, **_QUANTITY),
    Column("difference", _("收到减实装"), lambda row: None if not row.difference else f"{row.difference:+,}",
           kind="number"),
    Column("weight_kg", _("重量(千克)"), kind="number"),
    Column("reason", _("多装少装的原因")),
)  # fmt: skip
GOODS = Listing(
    "trip_goods",
    columns=(
        Column("item", _("物资"), lambda row: named(row.item)),
        Column("quantity_expected", _("应提"), **_QUANTITY),
        Column("quantity_loaded", _("实装"), **_QUANTITY),
        Column("weight_kg", _("重量(千克)"), kind="number"),
    ),
    order=("line", "pk"),
)
