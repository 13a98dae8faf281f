"""The document pages of a source and of a receipt, put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.columns import expiry, lot_of, told_table
from liangcao.interfaces.web.desk.imports.origins import origin_links
from liangcao.interfaces.web.desk.supply import acceptance_papers
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.desk.trips.origins import trip_links
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import can, may_read
from liangcao.interfaces.web.templatetags.words import chip, chip_of, day, moment, named, quantity, said, unit_of, yuan
from liangcao.operations.supply import queries, rules
from liangcao.operations.supply.flow import KINDS, RECEIPT_FLOW, SOURCE_FLOW


def source_paper(request: Any, detail: queries.SourceDetail) -> Document:
    """A source: what was announced, what arrived, what is missing, and the receipts."""
    source = detail.source
    return Document(
        kind=said(KINDS[source.kind]),
        number=source.number,
        state=chip(source.status, SOURCE_FLOW),
        facts=_source_facts(request, source),
        acts=_source_acts(request, source),
        tables=[_lines_table(request, detail.lines), _receipts_table(detail.receipts)] if detail.lines else [],
        links=_source_links(request, detail),
        history=history_of(request, object_kind="source", object_ref=source.number),
        notice=_end_in_words(source),
        back=(_("筹措"), address("source_list")),
    )


def _source_links(request: Any, detail: queries.SourceDetail) -> list[Link]:
    links = origin_links(request, "source", detail.source.pk)
    links += trip_links(request, source_id=detail.source.pk)
    if detail.receipts:
        links.append(Link(_("追溯"), _("从来源到去向"), address("trace", query=f"ref={detail.source.number}")))
    return links


def _source_facts(request: Any, source: Any) -> list[Fact]:
    facts = [
        Fact(_("来源单位"), named(source.counterparty), address("organisation", source.counterparty_id)),
        Fact(_("渠道"), source.channel),
        Fact(_("文号或合同号"), source.document_ref),
        Fact(_("预计到货"), day(source.expected_date)),
        Fact(
            pgettext("who", "登记"),
            _("%(who)s %(when)s") % {"who": source.announced_by, "when": moment_text(source.announced_at)},
        ),
    ]
    if source.earmark:
        facts.append(Fact(_("定向给"), named(source.earmark), address("organisation", source.earmark_id)))
    if source.amount_fen is not None and may_read(request, "source", "amount"):
        facts.append(Fact(_("金额"), yuan(source.amount_fen)))
    return [*facts, Fact(_("说明"), source.note)] if source.note else facts


def moment_text(value: Any) -> Any:
    """A moment as mark-up that may stand inside another text."""
    from django.utils.html import strip_tags

    return strip_tags(str(moment(value)).split("</span>")[0])


def _source_acts(request: Any, source: Any) -> list[Act]:
    actor, pk = request.actor, source.pk
    acts = []
    if rules.can_receive(actor, source):
        acts.append(Act(_("收货入库"), address("source_receipt", pk), is_next=True, in_dialog=False))
        acts.append(Act(_("直达收货"), address("source_direct", pk), in_dialog=False))
    if source.status in queries.EXPECTED and can(request, "plan", "trip"):
        acts.append(Act(_("派车去提"), address("trip_new", query=f"source={pk}"), in_dialog=False))
    if rules.can_close(actor, source):
        acts.append(Act(_("关闭"), address("source_closure", pk)))
    if rules.can_cancel(actor, source):
        acts.append(Act(_("取消来源"), address("source_cancellation", pk), danger=True))
    return acts


def _end_in_words(source: Any) -> str:
    if source.status not in ("closed", "cancelled"):
        return ""
    words = {"state": said(SOURCE_FLOW[source.status]), "who": source.ended_by, "reason": source.ended_reason}
    return _("%(state)s,经办 %(who)s。原因:%(reason)s") % words


def _lines_table(request: Any, lines: Iterable[Any]) -> Any:
    columns: tuple[Column, ...] = (
        Column(
            "item", _("物资"), lambda row: named(row.item), link=lambda row: address("item", row.item_id), phone="title"
        ),
        Column("quantity_advised", _("通知"), kind="quantity", unit="item"),
        Column("advised_as", _("原写法"), phone="hide"),
        Column("quantity_good", _("到货完好"), kind="quantity", unit="item"),
        Column("quantity_damaged", _("损坏"), kind="quantity", unit="item"),
        Column("waiting", _("待验收"), lambda row: row.quantity_waiting or None, kind="quantity", unit="item"),
        Column("rejected", _("验收不合格"), lambda row: row.quantity_rejected or None, kind="quantity", unit="item"),
        Column("missing", _("未到"), _missing, kind="mark", phone="main", plain=lambda row: row.quantity_missing),
        Column("difference_reason", _("差异原因")),
        Column("maker_lot", _("生产批号"), kind="code"),
        expiry(lambda row: row.expires_on),
        Column(
            "unit_price_fen",
            _("单价"),
            lambda row: yuan(row.unit_price_fen) if row.unit_price_fen is not None else "",
            kind="money",
            phone="hide",
        ),
        Column("remark", _("备注"), lambda row: _("到货时发现,未在通知内") if row.added_on_arrival else row.remark),
    )
    if not may_read(request, "source", "unit_price"):
        columns = tuple(column for column in columns if column.key != "unit_price_fen")
    return told_table(columns, lines, title=_("通知与到货"), tone=lambda row: "alarm" if row.quantity_missing else "")


def _missing(row: Any) -> Any:
    if row.quantity_missing:
        return chip_of(_counted(_("缺 %(count)s %(unit)s"), row.quantity_missing, row.item), "alarm")
    if row.quantity_over:
        return chip_of(_counted(_("多 %(count)s %(unit)s"), row.quantity_over, row.item), "wait")
    return chip_of(_("到齐"), "done") if row.quantity_advised and row.quantity_arrived else ""


def _counted(text: str, count: int, item: Any) -> str:
    return text % {"count": quantity(count), "unit": unit_of(item, count)}


def missing_in_words(lines: Iterable[Any]) -> str:
    """What is given up when nothing more is expected, in numbers."""
    missing = [line for line in lines if line.quantity_missing]
    if not missing:
        return _("没有缺少的数量,关闭后不再等待到货。")
    told = _("、").join(
        f"{named(line.item)} {quantity(line.quantity_missing)} {unit_of(line.item, line.quantity_missing)}"
        for line in missing[:4]
    )
    return _("还有 %(count)s 种未到齐:%(told)s。关闭后不再等待这些数量,已到的不受影响。") % {
        "count": len(missing),
        "told": told,
    }


def _receipts_table(receipts: Iterable[Any]) -> Any:
    columns = (
        Column("number", _("单号"), kind="code", link=lambda row: address("receipt", row.pk), phone="title"),
        Column("business_date", _("到货日期"), kind="day"),
        Column("place", _("收到哪里"), lambda row: named(row.store or row.recipient)),
        Column("received_by", _("收货人")),
        Column("signed_by", _("签收人")),
        Column("status", _("状态"), lambda row: chip(row.status, RECEIPT_FLOW), kind="mark", phone="main"),
    )
    return told_table(
        columns, receipts, title=_("入库单"), empty=_("还没有到货。货到后点“收货入库”,缺少和损坏当场记下。")
    )


def receipt_paper(request: Any, receipt: Any) -> Document:
    """入库单 or 直达单: lots, pieces, differences; what was taken back of it."""
    lines = list(queries.receipt_lines(request.actor, receipt.pk))
    signed = queries.signatures(request.actor, receipt.pk)
    steps = acceptance_papers.steps(request, receipt, lines, signed)
    notice, is_alarm = acceptance_papers.notice_of(request, receipt, lines, signed)
    kind = _("直达单") if receipt.recipient_id else _("入库单")
    source = receipt.source
    facts = [
        Fact(
            _("来源"), _("%(kind)s %(party)s") % {"kind": said(KINDS[source.kind]), "party": named(source.counterparty)}
        ),
        Fact(_("仓库"), named(receipt.store)) if receipt.store_id else Fact(_("送到"), named(receipt.recipient)),
        Fact(_("到货日期"), day(receipt.business_date)),
        Fact(_("收货人"), receipt.received_by),
        Fact(_("登记时间"), moment(receipt.received_at)),
    ]
    if receipt.signed_by:
        facts.append(Fact(_("签收人"), receipt.signed_by))
    if receipt.note:
        facts.append(Fact(_("说明"), receipt.note))
    return Document(
        kind=kind,
        number=receipt.number,
        state=chip(receipt.status, RECEIPT_FLOW),
        facts=facts,
        acts=_receipt_acts(request, receipt, steps),
        tables=_receipt_tables(request, receipt, lines, signed),
        notice=notice,
        is_alarm=is_alarm,
        extra={"steps": steps},
        links=_receipt_links(request, receipt),
        history=history_of(request, object_kind="source", object_ref=source.number),
        back=(_("入库"), address("receipt_list")),
    )


def _receipt_acts(request: Any, receipt: Any, steps: list[Any]) -> list[Act]:
    returnable = queries.returnable(request.actor, receipt)
    acts = acceptance_papers.acceptance_acts(request, receipt, steps, returnable)
    if rules.can_reverse(request.actor, receipt):
        acts.append(Act(_("冲红"), address("receipt_reversal", receipt.pk), danger=True, in_dialog=False))
    if receipt.store_id:
        acts.append(Act(_("打印标签"), address("labels", query=f"receipt={receipt.pk}"), in_dialog=False))
    return acts


def _receipt_tables(request: Any, receipt: Any, lines: list[Any], signed: list[Any]) -> list[Any]:
    tables = [_lots_table(lines)]
    if signed:
        tables.append(acceptance_papers.findings_table(lines, signed))
    returned = list(queries.returns(request.actor, receipt.pk))
    return [*tables, acceptance_papers.returns_table(receipt, returned)] if returned else tables


def _receipt_links(request: Any, receipt: Any) -> list[Link]:
    links = [
        Link(_("来自"), code(receipt.source.number), address("source", receipt.source_id)),
        *origin_links(request, "receipt", receipt.pk),
        *trip_links(request, receipt_id=receipt.pk),
        Link(_("台账分录"), code(receipt.number), address("move", receipt.move_id)),
        Link(_("追溯"), _("这批货去了哪里"), address("trace", query=f"ref={receipt.number}")),
    ]
    if receipt.store_id and receipt.status == "posted" and can(request, "draft", "plan"):
        links.append(Link(_("下拨"), _("按人口等比例分给各单位"), address("share_new", query=f"receipt={receipt.pk}")))
    return links


def _where(row: Any) -> Any:
    if row.is_held:
        return chip_of(_("待检"), "wait")
    return chip_of(_("待验收"), "wait") if row.needs and row.receipt.status == "waiting" else ""


def _lots_table(lines: list[Any]) -> Any:
    columns = (
        Column("item", _("物资"), lambda row: named(row.item), phone="title"),
        Column("lot", _("批次"), lambda row: row.lot.code, kind="code", link=lambda row: address("lot", row.lot_id)),
        Column("maker_lot", _("生产批号"), lambda row: lot_of(row.lot, row.item)),
        expiry(lambda row: row.lot.expires_on),
        Column("quantity_good", _("完好"), kind="quantity", unit="item", total=True, phone="main"),
        Column("quantity_damaged", _("损坏"), kind="quantity", unit="item", total=True),
        Column(
            "reversed",
            _("已冲红"),
            lambda row: row.quantity_good - row.good_left + row.quantity_damaged - row.damaged_left or None,
            kind="quantity",
            unit="item",
            phone="hide",
        ),
        Column("is_held", _("去向"), _where),
        Column("difference_reason", _("差异原因")),
    )
    return told_table(columns, lines, title=_("明细"), total_label=_("合计"))
