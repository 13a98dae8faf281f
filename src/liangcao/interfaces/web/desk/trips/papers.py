"""The page of a trip and the page of a vehicle."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.identity import guard
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.desk.trips.lists import COMPARED, CREW, call, service_chip, state_chips
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.templatetags.words import moment, named, said
from liangcao.operations.trips import queries, rules
from liangcao.operations.trips.flow import BACK, VEHICLE_KINDS


def kilograms(weight: int | None) -> str:
    """600 千克, or that nobody has said."""
    return _("%(weight)s 千克") % {"weight": f"{weight:,}"} if weight is not None else _("未填")


def trip_document(request: Any, held: Any) -> Document:
    """Where it is, who drives, what it brings, and the next act."""
    rows = queries.compared(request.actor, held)
    late = _("已晚点:%(moment)s 应已办") % {"moment": rules.clock(held.due_at)} if held.is_late(request.at) else ""
    return Document(
        kind=_("提货车次"),
        number=held.number,
        state=state_chips(held, request.at),
        facts=_facts(request, held),
        acts=_acts(request, held),
        tables=[
            told_table(CREW, queries.crew(request.actor, held.pk), title=_("随车人员")),
            told_table(COMPARED, rows, title=_("物资")),
        ],
        links=_links(held),
        history=history_of(request, object_kind="trip", object_ref=held.number),
        notice=late or _pass_notice(held),
        is_alarm=bool(late),
        back=(_("提货车次"), address("trip_list")),
    )


def _pass_notice(held: Any) -> str:
    if held.status != "planned":
        return ""
    if held.pass_held is None:
        return _("还没有通行证。")
    if held.pass_held.status == "revoked":
        return _("通行证 %(number)s 已吊销,请重新签发。") % {"number": held.pass_held.number}
    return ""


def _facts(request: Any, held: Any) -> list[Fact]:
    weight = queries.weight_of(held, queries.lines(request.actor, held.pk))
    facts = [
        Fact(_("车辆"), held.vehicle.plate, address("vehicle", held.vehicle_id)),
        Fact(_("总重"), f"{kilograms(weight)} / {kilograms(held.vehicle.load_kg)}"),
        Fact(_("供应单位"), named(held.supplier), address("organisation", held.supplier_id)),
        Fact(_("运到"), named(held.store)),
        Fact(_("出发"), moment(held.left_at or held.leaves_at)),
        Fact(_("预计到厂"), moment(held.expected_there_at)),
        Fact(_("预计返回"), moment(held.expected_back_at)),
    ]
    for label, at, by in (
        (_("装车"), held.loaded_at, held.loaded_by), (_("到库"), held.arrived_at, held.arrived_by),
        (_("入库"), held.received_at, held.received_by),
    ):  # fmt: skip
        if at:
            facts.append(Fact(label, format_html("{} · {}", moment(at), by)))
    facts.append(Fact(_("提货地点"), held.place, is_wide=True))
    if held.place_phone:
        facts.append(Fact(_("提货处电话"), call(held.place_phone)))
    for label, text in ((_("备注"), held.note), (_("取消原因"), held.cancel_reason)):
        if text:
            facts.append(Fact(label, text, is_wide=True))
    return facts


def _acts(request: Any, held: Any) -> list[Act]:
    def may(act: str, target: str = "") -> bool:
        return rules.can_do(request.actor, held, act, target)

    acts = []
    if may("report", "under_way") and held.status == "planned":
        acts.append(Act(_("出发"), address("trip_departure", held.pk), is_next=True))
    if may("report", "loaded") and held.status == "under_way":
        acts.append(Act(_("已装车"), address("trip_loading", held.pk), is_next=True, in_dialog=False))
    if may("report", "arrived") and held.status == "loaded":
        acts.append(Act(_("到库"), address("trip_arrival", held.pk), is_next=True))
    if may("receive", "received"):
        acts.append(Act(_("入库"), address("trip_receipt", held.pk), is_next=True, in_dialog=False))
        acts.append(Act(_("关联入库单"), address("trip_receipt_link", held.pk)))
    acts.append(Act(_("车次单"), address("trip_sheet", held.pk), in_dialog=False))
    if held.status == "planned" and may("plan"):
        lacks = held.pass_held is None or held.pass_held.status == "revoked"
        if lacks and guard.can(request.actor, "issue", "pass", bureau_id=held.bureau_id):
            acts.append(Act(_("签发通行证"), address("trip_pass", held.pk)))
        acts.append(Act(_("改安排"), address("trip_change", held.pk), in_dialog=False))
    if held.status in BACK and may("report"):
        acts.append(Act(_("退回上一步"), address("trip_step_back", held.pk)))
    if may("plan", "cancelled"):
        acts.append(Act(_("取消"), address("trip_cancellation", held.pk), danger=True))
    return acts


def _links(held: Any) -> list[Link]:
    links = []
    if held.source_id:
        links.append(Link(_("来源"), code(held.source.number), address("source", held.source_id)))
    if held.pass_held_id:
        links.append(Link(_("通行证"), code(held.pass_held.number), address("pass", held.pass_held_id)))
    if held.receipt_id:
        links.append(Link(_("入库单"), code(held.receipt.number), address("receipt", held.receipt_id)))
        links.append(Link(_("追溯"), _("这批货去了哪里"), address("trace", query=f"ref={held.receipt.number}")))
    return links


def vehicle_document(request: Any, held: Any) -> Document:
    """A vehicle, and the trips it is on."""
    facts = [
        Fact(_("车型"), said(VEHICLE_KINDS[held.kind])),
        Fact(_("核定载重"), kilograms(held.load_kg)),
        Fact(_("容积(升)"), f"{held.volume_litres:,}" if held.volume_litres else _("未填")),
        Fact(_("能冷藏"), _("是") if held.is_cold else _("否")),
        Fact(_("可运危险品"), _("是") if held.takes_hazard else _("否")),
        Fact(_("车属单位"), named(held.organisation) if held.organisation else _("未填")),
        Fact(_("常用驾驶员"), held.driver or _("未填")),
        Fact(_("驾驶员电话"), call(held.driver_phone) or _("未填")),
    ]
    for label, text in ((_("备注"), held.note), (_("停用原因"), held.out_reason)):
        if text:
            facts.append(Fact(label, text, is_wide=True))
    acts = []
    if guard.can(request.actor, "edit", "vehicle", bureau_id=held.bureau_id):
        acts.append(Act(_("修改"), address("vehicle_change", held.pk), in_dialog=False))
        if held.is_in_service:
            acts.append(Act(_("停用"), address("vehicle_withdrawal", held.pk), danger=True))
        else:
            acts.append(Act(_("恢复使用"), address("vehicle_return", held.pk), is_next=True))
    trips = queries.trips(request.actor, held.bureau_id, vehicle_id=held.pk).order_by("-leaves_at", "-pk")[:20]
    return Document(
        kind=_("车辆"),
        number=held.plate,
        state=service_chip(held),
        facts=facts,
        acts=acts,
        links=[Link(_("提货车次"), code(row.number), address("trip", row.pk)) for row in trips],
        history=history_of(request, object_kind="vehicle", object_ref=held.plate),
        back=(_("车辆"), address("vehicle_list")),
    )
