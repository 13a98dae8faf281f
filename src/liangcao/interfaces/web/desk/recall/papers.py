"""The page of a recall, put together."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import account_name, lot_address, move_address
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.desk.custody.papers import further_table
from liangcao.interfaces.web.desk.recall.lists import act_columns, holder_columns
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.listing import exports_at
from liangcao.interfaces.web.pages import can, may_read
from liangcao.interfaces.web.templatetags.words import chip, full_day, moment, named, pieces, quantity, said, unit_of
from liangcao.ledger.holders import held_of
from liangcao.operations.custody.queries import further_holders
from liangcao.operations.recall import queries, rules
from liangcao.operations.recall.flow import BASES, RECALL_FLOW


def holder_rows(request: Any, held: Any) -> list[Any]:
    """The holders; who signed for the goods only for those who may read it."""
    return queries.holders(request.actor, held, names_signer=may_read(request, "delivery", "receipt"))


def recall_document(request: Any, held: Any) -> Document:
    """Why, who has what, what lies with us, what is about to leave, and how it ended."""
    lots = queries.recall_lots(request.actor, held.pk)
    holders = holder_rows(request, held)
    ours = queries.in_house(request.actor, held)
    leaving = queries.about_to_leave(request.actor, held)
    tables = [
        told_table(
            [*holder_columns(request), *act_columns(request, held)], holders, title=_("持有单位"),
            empty=_("没有发给任何单位。"), total_label=_("合计"),
        ),
        table(_place_columns(), ours, title=_("在我们手里"), empty=_("仓库里已没有。"), total_label=_("合计")),
    ]  # fmt: skip
    further = further_table(further_holders(request.actor, [lot.pk for lot in lots]))
    if further:
        tables.insert(1, further)
    if leaving:
        tables.append(table(_leaving_columns(), leaving, title=_("待出库,不要发出")))
    tables.append(told_table(_lot_columns(), lots, title=_("召回的批次")))
    return Document(
        kind=_("召回单"),
        number=held.number,
        state=chip(held.status, RECALL_FLOW),
        facts=_facts(held, lots, holders, ours),
        acts=_acts(request, held),
        tables=tables,
        links=_links(held, lots),
        history=history_of(request, object_kind="recall", object_ref=held.number),
        notice=_notice(request, held, leaving),
        is_alarm=held.status == "active",
        back=(_("召回"), address("recall_list")),
        exports=exports_at(address("recall_holders", held.pk)),
        exports_label=_("导出持有单位"),
    )


def _facts(held: Any, lots: list[Any], holders: list[Any], ours: list[Any]) -> list[Fact]:
    item = held.item
    sums = {
        _("在我们手里"): sum(row.quantity for row in ours),
        _("在途"): sum(row.quantity_on_way for row in holders),
        _("在单位"): sum(row.quantity_held for row in holders),
        _("已退回"): sum(row.quantity_returned for row in holders),
    }
    facts = [
        Fact(_("物资"), named(item), address("item", held.item_id)),
        Fact(_("召回范围"), f"{said(BASES[held.basis])} {held.basis_ref}"),
        Fact(_("发起人"), held.began_by),
        Fact(_("发起时间"), moment(held.began_at)),
        *(Fact(label, pieces(total, unit_of(item, total))) for label, total in sums.items()),
        Fact(_("原因"), held.reason, is_wide=True),
        Fact(_("要持有单位做什么"), held.notice, is_wide=True),
    ]
    if held.ended_at:
        facts.append(
            Fact(
                _("解除") if held.status == "lifted" else _("办结"),
                format_html("{} {}:{}", held.ended_by, moment(held.ended_at), held.ended_reason),
                is_wide=True,
            )
        )
    return facts


def _acts(request: Any, held: Any) -> list[Act]:
    acts = []
    if rules.can_end(request.actor, held, "closed", request.at):
        acts.append(Act(_("办结召回"), address("recall_closure", held.pk)))
    if rules.can_end(request.actor, held, "lifted", request.at):
        acts.append(Act(_("解除召回"), address("recall_lifting", held.pk), danger=True))
    return acts


def _notice(request: Any, held: Any, leaving: list[Any]) -> str:
    if held.status == "lifted":
        return ""
    parts = []
    if held.status == "active":
        parts.append(_("这些批次已停用:不能分配、预留、出库、调拨、放行。"))
    else:
        parts.append(_("已办结,这些批次仍停用。"))
    numbers = sorted({line.delivery.number for line in leaving})
    if numbers:
        parts.append(_("%(deliveries)s 还没出库,请取消或换批次。") % {"deliveries": _("、").join(numbers)})
    late = queries.not_covered(request.actor, held)
    if late:
        parts.append(_("另有 %(count)s 个同类批次在召回后才到,还没有停用,见下。") % {"count": quantity(len(late))})
    return " ".join(parts)


def _links(held: Any, lots: list[Any]) -> list[Link]:
    links = [Link(_("召回分录"), code(held.move.number), move_address(held.move_id))]
    if held.end_move_id:
        links.append(Link(_("解除分录"), code(held.end_move.number), move_address(held.end_move_id)))
    for lot in lots[:5]:
        links.append(Link(_("追溯"), code(lot.code), address("trace", query=f"ref={lot.code}")))
    return links


def late_links(request: Any, held: Any) -> list[Link]:
    """Lots of the same make that came in later: each leads to its own recall."""
    if not can(request, "begin", "recall"):
        return []
    late = queries.not_covered(request.actor, held)[:20]
    return [Link(_("再召回"), code(lot.code), address("recall_new", lot.pk)) for lot in late]


def _place_columns() -> tuple[Column, ...]:
    return (
        Column("place", _("所在"), lambda row: account_name(row.account), phone="title"),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main", total=True),
    )


def _leaving_columns() -> tuple[Column, ...]:
    return (
        Column("delivery", _("配送单"), "delivery__number", kind="code", phone="title",
               link=lambda row: address("delivery", row.delivery_id)),
        Column("organisation", _("送到"), lambda row: named(row.delivery.organisation)),
        Column("store", _("仓库"), lambda row: named(row.delivery.store)),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main"),
    )  # fmt: skip


def _lot_columns() -> tuple[Column, ...]:
    return (
        Column("code", _("批次"), kind="code", link=lambda row: lot_address(row.pk), phone="title"),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row, row.item)),
        expiry(lambda row: row.expires_on),
        Column("source_ref", _("来源"), kind="code"),
        Column("arrived_on", _("到货日期"), lambda row: full_day(row.arrived_on), phone="main"),
    )


def begin_summary(request: Any, lot: Any) -> str:
    """What the recall of a lot will mean, in numbers."""
    sums: dict[str, int] = {}
    for row in held_of(request.actor, lot.book.bureau_id, [lot.pk]):
        sums[row.kind] = sums.get(row.kind, 0) + row.quantity
    away, on_way = sums.pop("recipient", 0), sums.pop("transit", 0)
    words = {
        "item": named(lot.item), "lot": lot.code, "here": quantity(sum(sums.values())), "on_way": quantity(on_way),
        "away": quantity(away), "unit": unit_of(lot.item, away),
    }  # fmt: skip
    return (
        _(
            "“%(item)s”批次 %(lot)s:仓库里 %(here)s %(unit)s立即停用(含已预留);在途 %(on_way)s、"
            "在单位 %(away)s %(unit)s,每个持有单位会在首页看到下面的通知。"
        )
        % words
    )
