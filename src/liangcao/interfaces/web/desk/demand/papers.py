"""The document page of a requisition, put together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import told_table
from liangcao.interfaces.web.desk.demand.bars import days_of_cover, need_bar
from liangcao.interfaces.web.desk.demand.marks import over_marks
from liangcao.interfaces.web.desk.imports.origins import origin_links
from liangcao.interfaces.web.desk.links import cause_link
from liangcao.interfaces.web.desk.titles import code, titled
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import may_read
from liangcao.interfaces.web.templatetags.words import chip, chip_of, day, moment, named, said, unit_of
from liangcao.operations.demand import queries, rules
from liangcao.operations.demand.flow import CHANNELS, FULFILMENTS, REQUISITION_FLOW, REQUISITION_LINE_FLOW, URGENCIES
from liangcao.reference.parties.kinds import TIERS


def requisition_paper(request: Any, requisition: Any, lines: list[Any]) -> Document:
    """Everything about a requisition: who asked, what became of each line, which plans and deliveries served it."""
    return Document(
        kind=_("申领单"),
        number=requisition.number,
        state=chip(requisition.status, REQUISITION_FLOW),
        facts=_facts(request, requisition),
        acts=_acts(request, requisition),
        tables=[lines_table(request, lines)],
        links=[*origin_links(request, "requisition", requisition.pk), *_links(request, lines)],
        history=history_of(request, object_kind="requisition", object_ref=requisition.number),
        notice=_notice(requisition),
        back=(_("申领单"), address("requisition_list")),
    )


def _facts(request: Any, requisition: Any) -> list[Fact]:
    urgency = said(URGENCIES[requisition.urgency])
    tone = {"critical": "alarm", "urgent": "wait"}.get(requisition.urgency)
    facts = [
        Fact(
            _("申领单位"),
            named(requisition.organisation),
            address("organisation", requisition.organisation_id),
        ),
        Fact(_("渠道"), said(CHANNELS[requisition.channel])),
        Fact(_("缓急"), chip_of(urgency, tone) if tone else urgency),
        Fact(_("接到时间"), moment(requisition.received_at)),
        Fact(_("需要日期"), day(requisition.needed_by)),
        Fact(_("提交人"), requisition.submitted_by),
    ]
    if requisition.caller and may_read(request, "requisition", "caller"):
        facts.insert(1, Fact(_("来电(来函)人"), requisition.caller))
    if requisition.reviewed_by:
        facts.append(Fact(_("审核人"), requisition.reviewed_by))
    return [*facts, Fact(_("说明"), requisition.note)] if requisition.note else facts


def _acts(request: Any, requisition: Any) -> list[Act]:
    acts, pk = [], requisition.pk
    if rules.can_review(request.actor, requisition, request.at):
        acts.append(Act(_("审核"), address("requisition_approval", pk), is_next=True, in_dialog=False))
        acts.append(Act(_("退回"), address("requisition_rejection", pk)))
    if rules.can_withdraw(request.actor, requisition):
        acts.append(Act(_("撤回"), address("requisition_withdrawal", pk), danger=True))
    return acts


def _notice(requisition: Any) -> str:
    return _("退回原因:%(reason)s") % {"reason": requisition.review_reason} if requisition.review_reason else ""


def lines_table(request: Any, lines: list[Any]) -> Any:
    """Lines of a requisition: asked, approved with the reason of a cut, under way, delivered, what is still open."""
    columns = (
        Column(
            "item", _("物资"), lambda row: named(row.item), link=lambda row: address("item", row.item_id), phone="title"
        ),
        Column("quantity_requested", _("申领"), kind="quantity", unit="item"),
        Column("asked_as", _("原写法"), phone="hide"),
        Column("quantity_approved", _("核定"), kind="quantity", unit="item"),
        Column("cut_reason", _("核减原因")),
        Column("bar", _("满足情况"), need_bar, kind="mark"),
        Column("quantity_on_way", _("已分配在途"), kind="quantity", unit="item"),
        Column("quantity_delivered", _("已签收"), kind="quantity", unit="item"),
        Column(
            "quantity_open",
            _("待分配"),
            lambda row: row.quantity_open if row.status == "open" else "",
            kind="quantity",
            unit=lambda row: unit_of(row.item) if row.status == "open" else "",
            phone="main",
        ),
        Column("on_hand", _("单位库存"), kind="quantity", unit="item", phone="hide"),
        Column("daily_use", _("日用量"), kind="quantity", unit="item", phone="hide"),
        Column("cover", _("还够用"), lambda row: days_of_cover(row.on_hand, row.daily_use), kind="number"),
        Column("over", _("用量比对"), over_marks, kind="mark"),
        Column("tier", _("档"), lambda row: TIERS[row.tier]),
        Column("status", _("状态"), _line_state, kind="mark"),
        Column(
            "act",
            _("办理"),
            lambda row: _("再确认") if _is_to_confirm(request, row) else "",
            link=lambda row: address("requisition_line_confirmation", row.pk) if _is_to_confirm(request, row) else "",
        ),
    )
    return told_table(
        columns, lines, title=_("明细"), tone=lambda row: "wait" if row.is_stale and row.status == "open" else ""
    )


def _is_to_confirm(request: Any, line: Any) -> bool:
    return bool(line.status == "open" and line.is_stale and rules.can_confirm(request.actor, line))


def _line_state(line: Any) -> Any:
    if line.status == "open" and line.is_stale:
        return chip_of(_("待再次确认"), "wait")
    if line.status == "superseded" and line.superseded_by:
        return chip_of(titled(_("由 %(number)s 取代"), line.superseded_by.requisition.number), "aside")
    return chip(line.status, REQUISITION_LINE_FLOW)


def _links(request: Any, lines: list[Any]) -> list[Link]:
    """Plans and deliveries that served the lines, each once."""
    links: dict[tuple[str, str], Link | None] = {}
    for line in lines:
        for entry in queries.fulfilments(request.actor, line.pk):
            key = (entry.cause_kind, entry.cause_ref)
            if key not in links:
                links[key] = cause_link(request, *key, said(FULFILMENTS[entry.kind]))
    return [replace(link, label=code(link.label)) for link in links.values() if link]
