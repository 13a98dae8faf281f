"""The page of a return from a unit, and the table of further holders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, Table
from liangcao.interfaces.web.desk.accounts import lot_address, move_address
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.templatetags.words import chip, moment, named, said
from liangcao.operations.custody import queries, rules
from liangcao.operations.custody.flow import PLACES, UNIT_RETURN_FLOW


def return_document(request: Any, held: Any) -> Document:
    """What a unit announced, what came, where it lies."""
    lines = queries.return_lines(request.actor, held.pk)
    return Document(
        kind=_("单位退回单"),
        number=held.number,
        state=chip(held.status, UNIT_RETURN_FLOW),
        facts=_facts(held),
        acts=_acts(request, held),
        tables=[told_table(_columns(), lines, title=_("明细"), total_label=_("合计"))],
        links=_links(held),
        history=history_of(request, object_kind="unit_return", object_ref=held.number),
        back=(_("单位退回"), address("return_list")),
    )


def _facts(held: Any) -> list[Fact]:
    facts = [
        Fact(_("单位"), named(held.organisation), address("organisation", held.organisation_id)),
        Fact(_("提出人"), held.asked_by),
        Fact(_("提出时间"), moment(held.asked_at)),
        Fact(_("还需要补发"), _("是") if held.is_still_needed else _("否")),
    ]
    if held.store:
        facts += [
            Fact(_("收进"), f"{named(held.store)} · {said(PLACES[held.place])}"),
            Fact(_("交回人"), held.brought_by),
        ]
    if held.decided_at:
        facts += [Fact(_("办理人"), held.decided_by), Fact(_("办理时间"), moment(held.decided_at))]
    facts.append(Fact(_("原因"), held.reason, is_wide=True))
    if held.decided_reason:
        facts.append(Fact(_("说明"), held.decided_reason, is_wide=True))
    return facts


def _acts(request: Any, held: Any) -> list[Act]:
    acts = []
    if rules.can_do(request.actor, held, "receive", "received"):
        acts.append(Act(_("收回"), address("return_receipt", held.pk), is_next=True, in_dialog=False))
        acts.append(Act(_("不收回"), address("return_refusal", held.pk)))
    if rules.can_do(request.actor, held, "reverse", "reversed"):
        acts.append(Act(_("冲红"), address("return_reversal", held.pk), danger=True))
    return acts


def _links(held: Any) -> list[Link]:
    links = []
    if held.move_id:
        links.append(Link(_("退回分录"), code(held.move.number), move_address(held.move_id)))
        links.append(Link(_("追溯"), _("这批货从哪里来"), address("trace", query=f"ref={held.move.number}")))
    if held.reversal_id:
        links.append(Link(_("冲红"), code(held.reversal.number), move_address(held.reversal_id)))
    return links


def _columns() -> tuple[Column, ...]:
    return (
        Column("item", _("物资"), lambda row: named(row.lot.item), phone="title"),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.lot.item)),
        expiry(lambda row: row.lot.expires_on),
        Column("quantity_asked", _("单位报"), kind="quantity", unit="lot__item", total=True),
        Column("quantity", _("实收"), kind="quantity", unit=_unit_received, total=True, phone="main"),
    )


def _unit_received(row: Any) -> str:
    return "" if row.quantity is None else str(row.lot.item.base_unit)


def further_table(rows: Iterable[Any]) -> Table | None:
    """To whom units gave lots on; None where nobody has said anything."""
    held = list(rows)
    columns = (
        Column("holder", _("分给谁"), phone="title"),
        Column("phone", _("电话")),
        Column("organisation", _("由哪个单位"), lambda row: named(row.organisation)),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot.pk)),
        Column("quantity", _("还在那里"), kind="quantity", unit="lot__item", total=True, phone="main"),
        Column("last_on", _("最近一次"), kind="day"),
    )
    return told_table(columns, held, title=_("单位分发到下面"), total_label=_("合计")) if held else None
