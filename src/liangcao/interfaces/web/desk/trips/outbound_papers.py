"""The list and the page of a trip that brings goods, and the page of a proposal."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.filters import status_filter, store_options
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.desk.trips.lists import CREW
from liangcao.interfaces.web.document import Act, Document, Fact, history_of
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, moment, named, said
from liangcao.operations.trips import outbound_queries, outbound_rules
from liangcao.operations.trips.flow import OUTBOUND_TRIP_FLOW

OUTCOMES: dict[str, Any] = {
    "": gettext_lazy("待送"),
    "delivered": gettext_lazy("已签收"),
    "failed": gettext_lazy("未送达"),
    "cancelled": gettext_lazy("已取消"),
}


def outbound_chips(held: Any, at: Any) -> Any:
    """The state, and that it is late."""
    state = chip(held.status, OUTBOUND_TRIP_FLOW)
    return format_html("{} {}", state, chip_of(_("晚点"), "alarm")) if held.is_late(at) else state


def outbound_listing(request: Any) -> Listing:
    """Trips that bring goods, the newest first."""
    return Listing(
        "outbound_trips",
        columns=(
            Column("number", gettext_lazy("车次"), kind="code", phone="title",
                   link=lambda row: address("outbound_trip", row.pk)),
            Column("plate", gettext_lazy("车牌"), lambda row: row.vehicle.plate, sort="vehicle__plate"),
            Column("store", gettext_lazy("仓库"), lambda row: named(row.store), sort="store__code"),
            Column("stop_count", gettext_lazy("站数"), kind="number"),
            Column("leaves_at", gettext_lazy("出发"), lambda row: moment(row.left_at or row.leaves_at),
                   sort="leaves_at", phone="hide"),
            Column("expected_back_at", gettext_lazy("预计返回"), kind="moment", sort="expected_back_at"),
            Column("status", gettext_lazy("状态"), lambda row: outbound_chips(row, request.at), kind="mark",
                   phone="main", plain=lambda row: said(OUTBOUND_TRIP_FLOW[row.status])),
        ),
        order=("-leaves_at", "-pk"),
        filters=(
            status_filter(OUTBOUND_TRIP_FLOW),
            Filter("store", gettext_lazy("仓库"), lambda rows, value: rows.filter(store__code=value),
                   choices=store_options),
            Filter("late", gettext_lazy("准点"), lambda rows, value: _by_lateness(rows, value, request.at),
                   choices=lambda _request: [("yes", _("晚点")), ("no", _("没有晚点"))]),
        ),
        search=lambda rows, text: rows.filter(Q(number__icontains=text) | Q(vehicle__plate__icontains=text.upper())),
        search_hint=gettext_lazy("车次或车牌"),
        empty=Empty(gettext_lazy("还没有送货车次。"), ((gettext_lazy("排车"), "trip_proposal_new"),)),
        tone=lambda row: "alarm" if row.is_late(request.at) else "",
    )  # fmt: skip


def counted(rows: Any) -> Any:
    """With how many stops each has."""
    return rows.annotate(stop_count=Count("stops"))


def _by_lateness(rows: Any, value: str, at: Any) -> Any:
    late = outbound_queries.late(rows, at)
    return late if value == "yes" else rows.exclude(pk__in=late.values("pk"))


def outbound_document(request: Any, held: Any) -> Document:
    """Where it is, its stops in order, its load, and the next act."""
    rows = outbound_queries.stops(request.actor, held.pk)
    done = sum(bool(outbound_queries.outcome_of(row)) for row in rows)
    grams, unknown = sum(row.weight_grams for row in rows), sum(row.unknown_lines for row in rows)
    litres = outbound_rules.kilograms(sum(row.volume_ml for row in rows))
    facts = [
        Fact(_("车辆"), held.vehicle.plate, address("vehicle", held.vehicle_id)),
        Fact(_("仓库"), named(held.store)),
        Fact(_("货重(千克)"), f"{outbound_rules.kilograms(grams)} / {held.vehicle.load_kg:,}"),
        Fact(_("体积(升)"), litres if held.vehicle.volume_litres is None
             else f"{litres} / {held.vehicle.volume_litres:,}"),
        Fact(_("进度"), _("已办 %(done)s 站,共 %(all)s 站") % {"done": done, "all": len(rows)}),
        Fact(_("出发"), moment(held.left_at or held.leaves_at)),
        Fact(_("预计返回"), moment(held.expected_back_at)),
    ]  # fmt: skip
    if held.finished_at:
        facts.append(Fact(_("返回"), format_html("{} · {}", moment(held.finished_at), held.finished_by)))
    if held.cancel_reason:
        facts.append(Fact(_("取消原因"), held.cancel_reason, is_wide=True))
    return Document(
        kind=_("送货车次"),
        number=held.number,
        state=outbound_chips(held, request.at),
        facts=facts,
        acts=_acts(request, held),
        tables=[
            told_table(_stop_columns(request, held), rows, title=_("站点")),
            told_table(CREW, outbound_queries.outbound_crew(request.actor, held.pk), title=_("随车人员")),
        ],
        history=history_of(request, object_kind="outbound_trip", object_ref=held.number),
        notice=_("有 %(count)s 行物资没有填重量或体积,按 0 计,实际更重。") % {"count": unknown} if unknown else "",
        is_alarm=bool(unknown),
        back=(_("送货车次"), address("outbound_trip_list")),
    )


def _stop_columns(request: Any, held: Any) -> tuple[Column, ...]:
    may = held.status == "under_way" and outbound_rules.can_do_outbound(request.actor, held, "report")
    return (
        Column("order", _("次序"), kind="number"),
        Column("unit", _("单位"), lambda row: named(row.delivery.organisation), phone="title"),
        Column("delivery", _("配送单"), lambda row: code(row.delivery.number),
               link=lambda row: address("delivery", row.delivery_id)),
        Column("expected_at", _("预计到达"), kind="moment", phone="main"),
        Column("late", _("收货时间"), lambda row: _("到时已过收货时间") if row.is_late_planned else ""),
        Column("weight", _("货重(千克)"), lambda row: outbound_rules.kilograms(row.weight_grams)),
        Column("outcome", _("结果"), lambda row: str(OUTCOMES[outbound_queries.outcome_of(row)])),
        Column("reason", _("原因"), lambda row: row.reason),
        Column("act", _("办理"),
               lambda row: _("未送达") if may and not outbound_queries.outcome_of(row) else "",
               link=lambda row: address("outbound_stop_failure", row.pk)
               if may and not outbound_queries.outcome_of(row) else ""),
    )  # fmt: skip


def _acts(request: Any, held: Any) -> list[Act]:
    def may(act: str, target: str = "") -> bool:
        return outbound_rules.can_do_outbound(request.actor, held, act, target)

    acts = []
    if may("report", "under_way"):
        acts.append(Act(_("出发"), address("outbound_trip_departure", held.pk), is_next=True))
    if may("report", "finished"):
        acts.append(Act(_("已返回"), address("outbound_trip_return", held.pk), is_next=True))
    acts.append(Act(_("车次单"), address("outbound_trip_sheet", held.pk), in_dialog=False))
    if held.status == "planned" and may("plan"):
        acts.append(Act(_("改站点"), address("outbound_trip_stops", held.pk), in_dialog=False))
        acts.append(Act(_("取消"), address("outbound_trip_cancellation", held.pk), danger=True))
    return acts
