"""The document page of a delivery, put together."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.desk.dispatch.lists import papers_mark
from liangcao.interfaces.web.desk.imports.origins import origin_links
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.templatetags.words import chip, chip_of, full_day, moment, named, quantity, said, unit_of
from liangcao.operations.dispatch import rules
from liangcao.operations.dispatch.flow import DELIVERY_FLOW
from liangcao.operations.dispatch.models import OUTCOMES
from liangcao.operations.recall.queries import recalls_of
from liangcao.operations.trips.outbound_queries import stop_of


def goods_in_words(detail: Any) -> str:
    """What a delivery carries, item by item."""
    sums: dict[int, list[Any]] = {}
    for line in detail.lines:
        sums.setdefault(line.item_id, [line.item, 0])[1] += line.quantity
    told = [f"{named(item)} {quantity(count)} {unit_of(item, count)}" for item, count in sums.values()]
    shown = _("、").join(told[:4]) + (_(" 等") if len(told) > 4 else "")
    words = {"unit": named(detail.delivery.organisation), "lines": len(detail.lines), "goods": shown}
    return _("送到 %(unit)s:%(goods)s,共 %(lines)s 行") % words


def delivery_paper(request: Any, detail: Any) -> Document:
    """A delivery: what left, what arrived, what is missing, and the papers of an emergency issue."""
    delivery = detail.delivery
    return Document(
        kind=_("应急配送单") if delivery.is_emergency else _("配送单"),
        number=delivery.number,
        state=format_html("{} {}", chip(delivery.status, DELIVERY_FLOW), papers_mark(delivery)),
        facts=[*_facts(delivery), *_trip(request, delivery)],
        acts=_acts(request, detail),
        tables=[_lines_table(request, detail)],
        links=[*origin_links(request, "delivery", delivery.pk), *_links(detail)],
        history=history_of(request, object_kind="delivery", object_ref=delivery.number),
        notice=_recalled(request, detail) or _notice(detail),
        is_alarm=detail.papers_are_owing or bool(_recalled(request, detail)),
        back=(_("配送"), address("delivery_list")),
    )


def _trip(request: Any, delivery: Any) -> list[Fact]:
    """Which vehicle brings it, as its own trip."""
    stop = stop_of(request.actor, delivery.pk) if can(request, "view", "trip") else None
    if stop is None:
        return []
    told = _("%(number)s,%(plate)s,第 %(order)s 站,预计 %(when)s") % {
        "number": stop.trip.number, "plate": stop.trip.vehicle.plate, "order": stop.order,
        "when": moment(stop.expected_at),
    }  # fmt: skip
    return [Fact(_("送货车次"), told, address("outbound_trip", stop.trip_id))]


def _facts(delivery: Any) -> list[Fact]:
    facts = [
        Fact(_("送到"), named(delivery.organisation), address("organisation", delivery.organisation_id)),
        Fact(_("地址"), delivery.organisation.address),
        Fact(_("仓库"), named(delivery.store)),
        Fact(_("配货"), _("%(who)s") % {"who": delivery.prepared_by}),
    ]
    if carrier := delivery.carrier_organisation:
        facts.append(Fact(_("承运单位"), named(carrier), address("organisation", carrier.pk)))
    if delivery.carrier:
        facts.append(Fact(_("承运人或车牌"), delivery.carrier))
    if delivery.handed_over_at:
        facts.append(Fact(_("出库时间"), moment(delivery.handed_over_at)))
    if delivery.signed_at:
        facts += [Fact(_("签收人"), delivery.signed_name), Fact(_("签收时间"), moment(delivery.signed_at))]
    if delivery.is_emergency:
        facts += [
            Fact(_("下令的负责人"), delivery.leader),
            Fact(_("原因"), delivery.emergency_reason),
            Fact(_("授权范围"), delivery.limit_note),
            Fact(_("手续"), delivery.papers_ref or chip_of(_("欠"), "alarm")),
        ]
    if delivery.settle_reason:
        facts.append(Fact(_("差异核查结果"), delivery.settle_reason))
    return facts


def _acts(request: Any, detail: Any) -> list[Act]:
    delivery, actor = detail.delivery, request.actor
    pk = delivery.pk
    acts = []
    if rules.can_hand_over(delivery, actor):
        is_picked = all(line.picked_at for line in detail.lines)
        acts.append(Act(_("扫码拣货"), address("delivery_picks", pk), is_next=not is_picked, in_dialog=False))
        acts.append(Act(_("交接出库"), address("delivery_hand_over", pk), is_next=is_picked))
    if rules.can_assign(delivery, actor):
        label = _("更换承运单位") if delivery.carrier_organisation_id else _("指定承运单位")
        acts.append(Act(label, address("delivery_carrier", pk)))
    if detail.quantity_missing and rules.can_settle(delivery, actor, request.at):
        acts.append(Act(_("处理差异"), address("delivery_settlement", pk), is_next=True, in_dialog=False))
    if rules.can_regularise(delivery, actor, request.at):
        acts.append(Act(_("补手续"), address("delivery_papers", pk), is_next=not acts))
    if rules.can_confirm(delivery, actor, request.at):
        acts.append(Act(_("代录签收"), address("delivery_receipt", pk), in_dialog=False))
    if rules.can_dispute(delivery, actor, request.at):
        acts.append(Act(_("登记异议"), address("dispute_new", pk), in_dialog=False))
    if delivery.signed_at and can(request, "receive", "unit_return"):
        acts.append(Act(_("收回退货"), address("return_new", query=f"delivery={pk}"), in_dialog=False))
    if rules.can_cancel(delivery, actor):
        acts.append(Act(_("取消配送单"), address("delivery_cancellation", pk), danger=True))
    return acts


def _recalled(request: Any, detail: Any) -> str:
    """What of a delivery that is not signed for yet is recalled: it does not go out, or is not to be used."""
    status = detail.delivery.status
    if status not in ("picking", "in_transit"):
        return ""
    held = recalls_of(request.actor, {line.lot_id for line in detail.lines})
    if not held:
        return ""
    words = {
        "items": _("、").join(dict.fromkeys(named(line.item) for line in detail.lines if line.lot_id in held)),
        "recalls": _("、").join(sorted({recall.number for recall in held.values()})),
    }
    if status == "picking":
        return _("%(items)s已召回(%(recalls)s),不能出库。请取消配送单,货放回原处,需求重新待分配。") % words
    return _("%(items)s已召回(%(recalls)s),货在路上。请通知收货单位签收后停用、封存。") % words


def _notice(detail: Any) -> Any:
    delivery = detail.delivery
    if detail.papers_are_owing:
        due = delivery.papers_due_at.astimezone(LOCAL)
        words = {"due": f"{full_day(due)} {due:%H:%M}"}
        late = _("先发后补的手续已经逾期,应在 %(due)s 前补齐。") % words
        return late if detail.papers_are_overdue else _("先发后补,手续须在 %(due)s 前补齐。") % words
    if delivery.status == "cancelled":
        return _("已取消。原因:%(reason)s") % {"reason": delivery.cancel_reason}
    if detail.quantity_missing and delivery.status == "signed":
        return _("签收时有短少或损坏,请核查后处理差异;处理前这些数量仍记在途。")
    return ""


def _lines_table(request: Any, detail: Any) -> Any:
    columns = [
        Column("item", _("物资"), lambda row: named(row.item), phone="title"),
        Column("lot", _("批次"), lambda row: row.lot.code, kind="code", link=lambda row: address("lot", row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.item)),
        expiry(lambda row: row.lot.expires_on),
        Column(
            "requisition",
            _("对应申领"),
            lambda row: row.requisition_line.requisition.number if row.requisition_line else "",
            kind="code",
            link=lambda row: (
                address("requisition", row.requisition_line.requisition_id) if row.requisition_line else ""
            ),
        ),
        Column("quantity", _("发出"), kind="quantity", unit="item", total=True, phone="main"),
    ]
    if detail.delivery.status == "picking" and can(request, "replace_lot", "plan"):
        columns.append(
            Column(
                "substitution",
                _("换批次"),
                lambda row: _("换批次") if row.plan_pick_id else "",
                link=lambda row: address("delivery_substitution", row.delivery_id, row.pk) if row.plan_pick_id else "",
                phone="hide",
            )
        )
    if detail.delivery.signed_at:
        columns += [
            Column("quantity_good", _("完好"), kind="quantity", unit="item", total=True),
            Column("quantity_short", _("短少"), kind="quantity", unit=lambda row: _unit_of_difference(row, "short")),
            Column(
                "quantity_damaged", _("损坏"), kind="quantity", unit=lambda row: _unit_of_difference(row, "damaged")
            ),
            Column("difference_reason", _("原因")),
            Column("outcome", _("差异去向"), _outcomes),
        ]
    return told_table(columns, detail.lines, title=_("明细"), total_label=_("合计"), tone=_tone)


def _unit_of_difference(line: Any, part: str) -> str:
    return unit_of(line.item) if getattr(line, f"quantity_{part}") else ""


def _outcomes(line: Any) -> str:
    parts = ((_("短少"), line.short_settled_as), (_("损坏"), line.damaged_settled_as))
    told = ({"what": what, "outcome": said(OUTCOMES[outcome])} for what, outcome in parts if outcome)
    return _("、").join(_("%(what)s%(outcome)s") % words for words in told)


def _tone(line: Any) -> str:
    return "alarm" if line.quantity_short or line.quantity_damaged else ""


def _links(detail: Any) -> list[Link]:
    delivery = detail.delivery
    links = (
        [Link(_("来自方案"), code(delivery.plan.number), address("plan", delivery.plan_id))] if delivery.plan_id else []
    )
    if delivery.issue_move_id:
        links.append(Link(_("出库分录"), code(delivery.issue_move.number), address("move", delivery.issue_move_id)))
    if delivery.receipt_move_id:
        links.append(Link(_("签收分录"), code(delivery.receipt_move.number), address("move", delivery.receipt_move_id)))
    if delivery.issue_move_id:
        links.append(Link(_("追溯"), _("这批货从哪里来"), address("trace", query=f"ref={delivery.issue_move.number}")))
    return links
