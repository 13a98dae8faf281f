"""The document pages of a count sheet and of a write-off."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import lot_address
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.desk.labels.sheets import link_of
from liangcao.interfaces.web.desk.stocktaking.lists import line_columns, scope_words, sheet_state
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.listing import exports_at
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import chip, moment, named, said
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.operations.stocktaking import queries, rules
from liangcao.operations.stocktaking.flow import CAUSES, WRITE_OFF_FLOW


def count_paper(request: Any, sheet: Any) -> Document:
    """A sheet: blind while it is counted, then what differs."""
    rows = queries.counted(request.actor, sheet)
    shown = queries.to_count(sheet, rows) if sheet.status == "recount" else rows
    different = queries.differing(rows) if queries.shows_book(sheet) else []
    title = _("要复盘的行") if sheet.status == "recount" else _("明细")
    links = [Link(_("盘点单"), code(sheet.move.number), address("move", sheet.move_id))] if sheet.move_id else []
    return Document(
        kind=_("盘点表"),
        number=sheet.number,
        state=sheet_state(sheet, request.at),
        facts=_facts(sheet, rows, different),
        acts=_acts(request, sheet, rows, different),
        tables=[
            told_table(
                line_columns(sheet), shown, title=title, empty=_("范围内账面没有货;发现的请“添加表外物资”。"),
                tone=lambda row: "alarm" if different and row.variance else "",
            )
        ],
        links=links,
        history=history_of(request, object_kind="stock_count", object_ref=sheet.number),
        notice=_notice(sheet, different),
        back=(_("盘点"), address("count_list")),
        exports=exports_at(address("count_lines", sheet.pk)),
    )  # fmt: skip


def _facts(sheet: Any, rows: list[Any], different: list[Any]) -> list[Fact]:
    facts = [
        Fact(_("仓库"), named(sheet.store)),
        Fact(_("范围"), scope_words(sheet)),
        Fact(_("开表"), f"{sheet.opened_by} {_plain(sheet.opened_at)}"),
        Fact(_("账面截至"), _("第 %(seq)s 号单据") % {"seq": f"{sheet.opened_seq:,}"}),
    ]
    if queries.shows_book(sheet):
        facts.append(Fact(_("差异"), _("%(count)s 行") % {"count": len(different)} if different else _("无")))
    else:
        done = len(queries.to_count(sheet, rows)) - len(queries.left_to_count(sheet, rows))
        facts.append(Fact(_("已点"), f"{done} / {len(queries.to_count(sheet, rows))}"))
    if sheet.signed_by:
        facts.append(Fact(_("签字"), sheet.signed_by))
    if sheet.ended_by:
        facts.append(Fact(_("复核签字") if sheet.status == "posted" else _("作废"), sheet.ended_by))
    if sheet.reason:
        facts.append(Fact(_("差异原因"), sheet.reason, is_wide=True))
    return facts


def _plain(at: Any) -> Any:
    from liangcao.foundation.kernel.clock import LOCAL

    return f"{at.astimezone(LOCAL):%m-%d %H:%M}"


def _notice(sheet: Any, different: list[Any]) -> Any:
    if sheet.status == "cancelled":
        return _("已作废。原因:%(reason)s") % {"reason": sheet.ended_reason}
    if sheet.status == "open":
        return _("盲盘:清点完成前不显示账面数。出入库照常,按每一行点的那一刻比对。")
    if sheet.status == "counted" and any(len(row.entries) < 2 for row in different):
        return _("有差异的行要由另一人复盘,再签字。")
    return ""


def _acts(request: Any, sheet: Any, rows: list[Any], different: list[Any]) -> list[Act]:
    pk, acts = sheet.pk, list[Act]()
    counts = can(request, "count", "stock_count")
    if rules.can_count(request.actor, sheet, request.at):
        left = queries.left_to_count(sheet, rows)
        if left:
            acts.append(Act(_("录入数量"), address("count_entry", pk), is_next=True, in_dialog=False))
        acts.append(Act(_("清点完成"), address("count_completion", pk), is_next=not left))
        if sheet.status == "open":
            acts.append(Act(_("添加表外物资"), address("count_found", pk), in_dialog=False))
    if sheet.status == "counted" and counts:
        waits = any(len(row.entries) < 2 for row in different)
        if not waits:
            acts.append(Act(_("签字"), address("count_signature", pk), is_next=True))
        if different:
            acts.append(Act(_("复盘"), address("count_recount", pk), is_next=waits))
    if rules.can_confirm(request.actor, sheet, request.at):
        acts.append(Act(_("复核签字,入账"), address("count_confirmation", pk), is_next=True))
        acts.append(Act(_("退回"), address("count_return", pk)))
    if rules.can_cancel(request.actor, sheet):
        acts.append(Act(_("作废"), address("count_cancellation", pk), danger=True))
    return acts


def qr_of_entry(request: Any, sheet: Any) -> SafeString | str:
    """On paper: the QR that leads to the page on which the sheet is entered."""
    if sheet.status not in ("open", "recount"):
        return ""
    return qr(link_of(request, "count", sheet, sheet.client_id), has_fixed_size=True)


def variance_summary(request: Any, sheet: Any) -> str:
    """What posting will do, in numbers."""
    different = queries.differing(queries.counted(request.actor, sheet))
    if not different:
        return _("清点与账面一致,不产生单据。")
    short = sum(-row.variance for row in different if row.variance < 0)
    over = sum(row.variance for row in different if row.variance > 0)
    words = {"lines": len(different), "short": f"{short:,}", "over": f"{over:,}"}
    return _("%(lines)s 行有差异:盘亏共 %(short)s 记报损,盘盈共 %(over)s 另立批次。") % words


def write_off_paper(request: Any, held: Any) -> Document:
    """A write-off."""
    lines = held.lines.select_related("lot__item").order_by("line")
    columns = (
        Column("item", _("物资"), lambda row: named(row.lot.item), phone="title"),
        Column("lot", _("批次"), "lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.lot.item)),
        expiry(lambda row: row.lot.expires_on),
        Column("place", _("所在"), lambda row: said(ACCOUNT_NAMES[row.place])),
        Column("quantity", _("报损数量"), kind="quantity", unit="lot__item", total=True, phone="main"),
    )
    facts = [
        Fact(_("仓库"), named(held.store)),
        Fact(_("类别"), said(CAUSES[held.cause])),
        Fact(_("提出人"), held.asked_by),
        Fact(_("提出时间"), moment(held.asked_at)),
    ]
    if held.decided_by:
        facts += [Fact(_("办理人"), held.decided_by), Fact(_("办理时间"), moment(held.decided_at))]
    facts.append(Fact(_("原因"), held.reason, is_wide=True))
    if held.decided_reason:
        facts.append(Fact(_("说明"), held.decided_reason, is_wide=True))
    links = [Link(_("报损分录"), code(held.move.number), address("move", held.move_id))] if held.move_id else []
    return Document(
        kind=_("报损单"),
        number=held.number,
        state=chip(held.status, WRITE_OFF_FLOW),
        facts=facts,
        acts=_write_off_acts(request, held),
        tables=[table(columns, lines, title=_("明细"), total_label=_("合计"))],
        links=links,
        history=history_of(request, object_kind="write_off", object_ref=held.number),
        back=(_("报损"), address("write_off_list")),
    )


def _write_off_acts(request: Any, held: Any) -> list[Act]:
    if held.status != "asked":
        return []
    acts = []
    if can(request, "approve", "write_off"):
        acts = [
            Act(_("批准报损"), address("write_off_approval", held.pk), is_next=True),
            Act(_("不批准"), address("write_off_refusal", held.pk)),
        ]
    if can(request, "ask", "write_off"):
        acts.append(Act(_("撤回"), address("write_off_withdrawal", held.pk), danger=True))
    return acts
