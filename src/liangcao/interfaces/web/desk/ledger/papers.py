"""The page of one document of the book."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import account_name, fact_value, kind_name, lot_address, move_address
from liangcao.interfaces.web.desk.imports.origins import origin_links_of_move
from liangcao.interfaces.web.desk.links import cause_link
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.templatetags.words import chip_of, day, moment, named, said
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import FACTS
from liangcao.operations.supply.queries import receipt_of_move

ENTRIES_SHOWN = 500


def move_document(request: Any, move: Any) -> Document:
    """Entries, facts, links, chain."""
    entries = ledger.postings(request.actor, move.book.bureau_id, move_id=move.pk)[:ENTRIES_SHOWN]
    facts = list(move.facts.select_related("lot").order_by("pk"))
    reversals = list(move.reversals.order_by("seq"))
    tables = [table(_entry_columns(), entries, title=_("分录"), total_label=_("合计"), empty=_("本单没有数量变动。"))]
    if facts:
        tables.append(table(_fact_columns(request), facts, title=_("批次情况")))
    return Document(
        kind=kind_name(move.kind),
        number=move.number,
        state=_state(move, reversals),
        facts=_facts(move),
        acts=_acts(request, move),
        tables=tables,
        links=_links(request, move, reversals),
        history=history_of(request, object_kind="move", object_ref=move.number),
        back=(_("台账"), address("move_list")),
    )


def _state(move: Any, reversals: list[Any]) -> Any:
    if reversals:
        return chip_of(_("有冲红"), "aside")
    return chip_of(_("冲红"), "aside") if move.reverses_id else chip_of(_("已记账"), "done")


def _facts(move: Any) -> list[Fact]:
    facts = [
        Fact(_("业务日期"), day(move.business_date)),
        Fact(_("记账时间"), moment(move.recorded_at)),
        Fact(_("经办人"), move.actor_name),
        Fact(_("序号"), move.seq),
    ]
    if move.reason:
        facts.append(Fact(_("原因"), move.reason))
    if move.late_reason:
        facts.append(Fact(_("补记原因"), move.late_reason))
    facts += [Fact(_("签字"), _("、").join(str(value) for value in signed.values())) for signed in move.signatures]
    facts.append(Fact(_("上一单校验值"), format_html('<span class="hash">{}</span>', move.previous_hash), is_wide=True))
    facts.append(Fact(_("本单校验值"), format_html('<span class="hash">{}</span>', move.hash), is_wide=True))
    return facts


def _acts(request: Any, move: Any) -> list[Act]:
    acts = [Act(_("追溯"), address("trace", query=f"ref={move.number}"), in_dialog=False)]
    receipt = receipt_of_move(request.actor, move.pk)
    if receipt is not None:
        # A receipt is reversed with its own document, so that the source knows of it.
        acts.append(Act(_("入库单与冲红"), address("receipt", receipt.pk), in_dialog=False))
    return acts


def _links(request: Any, move: Any, reversals: list[Any]) -> list[Link]:
    links = [cause_link(request, move.cause_kind, move.cause_ref, _("依据"))]
    if move.reverses_id:
        links.append(Link(_("冲红原单"), move.reverses.number, move_address(move.reverses_id)))
    links += [Link(_("被冲红"), each.number, move_address(each.pk)) for each in reversals]
    neighbours = ledger.moves(request.actor, move.book.bureau_id).filter(seq__in=[move.seq - 1, move.seq + 1])
    for each in neighbours:
        links.append(Link(_("下一单") if each.seq > move.seq else _("上一单"), each.number, move_address(each.pk)))
    links += origin_links_of_move(request, move)
    return [link for link in links if link]


def _entry_columns() -> tuple[Column, ...]:
    return (
        Column("line", _("行"), kind="number", phone="hide"),
        Column("item", _("物资"), value=lambda row: named(row.lot.item), phone="title"),
        Column("lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id)),
        Column("source", _("从"), value=lambda row: account_name(row.source)),
        Column("target", _("到"), value=lambda row: account_name(row.target)),
        Column("quantity", _("数量"), kind="quantity", unit="lot__item", phone="main", total=True),
    )


def _fact_columns(request: Any) -> tuple[Column, ...]:
    return (
        Column(
            "lot", _("批次"), value="lot__code", kind="code", link=lambda row: lot_address(row.lot_id), phone="title"
        ),
        Column("fact", _("情况"), value=lambda row: said(FACTS[row.fact])),
        Column(
            "value",
            _("内容"),
            value=lambda row: fact_value(request, row.fact, row.value),
            phone="main",
        ),
        Column("reason", _("原因")),
    )


def fault_words(fault: Any) -> str:
    """Where the proof stopped, in words; the technical finding stands beside it."""
    kinds = {
        "seq": _("序号不连续"),
        "previous_hash": _("与上一单的链接断开"),
        "hash": _("内容与校验值不符"),
        "head": _("台账末尾被截断或改动"),
        "posting": _("有不属于任何单据的分录"),
        "balance": _("结存与分录不符"),
        "day_total": _("日汇总与分录不符"),
        "guard": _("数据库的防改保护缺失"),
        "journal_seq": _("日志批次的序号不连续"),
        "journal_previous_hash": _("日志批次与上一批的链接断开"),
        "journal_hash": _("日志批次与校验值不符"),
        "journal_cut_at": _("日志批次的时间早于上一批"),
        "journal_order": _("日志批次内的次序有误"),
        "journal_entry": _("一条日志被改动"),
        "journal_entry_missing": _("一条日志被删除"),
        "journal_entry_added": _("一条日志不属于任何批次"),
        "journal_late": _("一条日志是事后插入的"),
        "journal_record": _("日志无法读取"),
        "seal_key": _("封账密钥不对或未知"),
        "seal_record": _("封条无法识别或日期、序号不对"),
        "seal_number": _("封条序号不连续"),
        "seal_previous": _("封条与上一张的链接断开"),
        "seal_order": _("封条的先后有误"),
        "seal_twice": _("同一天有两张封条"),
        "seal_digest": _("封条内容与摘要不符"),
        "seal_signature": _("封条的签名不对"),
        "seal_missing": _("缺少一张封条"),
        "seal_other": _("封条与留存的不是同一张"),
        "seal_head": _("台账的封账日与封条不符"),
        "seal_root": _("封账日的单据与封条不符"),
        "seal_closing": _("封账日的结存与封条不符"),
        "sealed_day": _("封账之后又有记入该日的单据"),
        "stored_file": _("附件缺失或被改动"),
    }
    return kinds.get(fault.kind, _("内容不符"))
