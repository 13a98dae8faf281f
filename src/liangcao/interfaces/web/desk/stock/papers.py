"""The page of a lot."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column, table
from liangcao.interfaces.web.desk.accounts import account_name, entries_address, fact_chip, fact_value, move_address
from liangcao.interfaces.web.desk.custody.papers import further_table
from liangcao.interfaces.web.desk.links import cause_link
from liangcao.interfaces.web.desk.stock.lists import ENTRY_COLUMNS
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.desk.trace.finding import lots_named
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.pages import can
from liangcao.interfaces.web.row_ids import row_id
from liangcao.interfaces.web.templatetags.words import day, named, quantity, said, unit_of
from liangcao.ledger import queries as ledger
from liangcao.ledger.kinds import FACTS, SOURCE_KINDS
from liangcao.operations.custody.queries import further_holders
from liangcao.operations.recall.queries import recalls_of
from liangcao.operations.stocktaking.flow import PLACES

ENTRIES_SHOWN = 200


def lot_document(request: Any, lot: Any) -> Document:
    """Facts, where it lies, its entries, what became known, links to its source and its trace."""
    facts = list(ledger.facts_of(request.actor, lot.pk))
    known = {fact.fact: fact.value for fact in facts}
    bureau_id = lot.book.bureau_id
    balances = ledger.balances(request.actor, bureau_id, lot_id=lot.pk).exclude(kind="outside").order_by("kind", "pk")
    entries = ledger.postings(request.actor, bureau_id, lot_id=lot.pk)[:ENTRIES_SHOWN]
    tables = [
        table(
            _balance_columns(request, lot, known),
            balances,
            title=_("结存"),
            empty=_("已无结存。"),
            total_label=_("合计"),
        ),
        table(ENTRY_COLUMNS, entries, title=_("分录")),
    ]
    further = further_table(further_holders(request.actor, [lot.pk]))
    if further:
        tables.insert(1, further)
    if facts:
        tables.append(table(_fact_columns(request), facts, title=_("批次情况")))
    return Document(
        kind=_("批次"),
        number=lot.code,
        state=fact_chip(known),
        facts=_facts(lot, known),
        acts=_acts(request, lot, known),
        tables=tables,
        links=[
            link
            for link in (
                cause_link(request, "count" if lot.source_kind == "found" else "source", lot.source_ref, _("来源")),
                _recall_link(request, lot),
            )
            if link
        ],
        history=history_of(request, object_kind="lot", object_ref=lot.code),
        back=(_("批次"), address("lot_list")),
    )


def _recall_link(request: Any, lot: Any) -> Link | None:
    held = recalls_of(request.actor, [lot.pk]).get(lot.pk)
    return Link(_("召回单"), code(held.number), address("recall", held.pk)) if held else None


def _facts(lot: Any, known: dict[str, str]) -> list[Fact]:
    corrected = known.get("expires_on")
    return [
        Fact(_("物资"), named(lot.item), address("item", lot.item_id)),
        Fact(_("来源"), said(SOURCE_KINDS[lot.source_kind])),
        Fact(_("到货日期"), day(lot.arrived_on)),
        Fact(
            _("生产批号"), known.get("maker_lot") or lot.maker_lot or _("无批号(%(why)s)") % {"why": lot.no_lot_reason}
        ),
        Fact(_("生产日期"), day(lot.produced_on)),
        Fact(_("失效日期"), day(date.fromisoformat(corrected) if corrected else lot.expires_on)),
    ]


def _acts(request: Any, lot: Any, known: dict[str, str]) -> list[Act]:
    acts = [Act(_("追溯"), address("trace", query=f"ref={lot.code}"), in_dialog=False)]
    acts.append(Act(_("打印标签"), address("labels", query=f"lot={lot.pk}"), in_dialog=False))
    acts.append(Act(_("全部分录"), entries_address(lot=lot.code), in_dialog=False))
    if can(request, "inspect", "ledger") and in_quarantine(request, lot):
        acts.append(Act(_("检验"), address("lot_inspection", lot.pk)))
    acts.extend(_write_offs(request, lot))
    if known.get("recalled") != "yes" and can(request, "begin", "recall"):
        acts.append(Act(_("召回"), address("recall_new", lot.pk), danger=True))
    if not can(request, "fact", "ledger"):
        return acts
    frozen = known.get("frozen") == "yes"
    shown = (
        ("unfreeze" if frozen else "freeze", _("解除冻结") if frozen else _("冻结"), not frozen),
        ("expiry", _("更正失效日期"), False),
        ("maker-lot", _("更正批号"), False),
        ("quality", _("质量状态"), False),
    )
    return acts + [Act(label, address("lot_fact", lot.pk, fact), danger=danger) for fact, label, danger in shown]


def _write_offs(request: Any, lot: Any) -> list[Act]:
    """A write-off in each store where pieces of the lot lie; the store is named where there are several."""
    if not can(request, "ask", "write_off"):
        return []
    held = ledger.balances(request.actor, lot.book.bureau_id, kinds=PLACES, lot_id=lot.pk).exclude(quantity=0)
    stores = {row.account.store for row in held.order_by("account__store__code")}
    return [
        Act(
            _("报损 · %(store)s") % {"store": named(store)} if len(stores) > 1 else _("报损"),
            address("write_off_new", query=urlencode({"store": store.code, "lot": lot.code})),
            in_dialog=False,
        )
        for store in sorted(stores, key=lambda store: store.code)
    ]


def _balance_columns(request: Any, lot: Any, known: dict[str, str]) -> tuple[Column, ...]:
    columns = (
        Column("place", _("所在"), value=lambda row: account_name(row.account), phone="title"),
        Column("quantity", _("数量"), kind="quantity", unit="item", phone="main", total=True),
    )
    if known.get("recalled") == "yes" or not can(request, "record", "sub_issue"):
        return columns
    return (*columns, Column("give_on", "", lambda row: _("代录分发") if row.kind == "recipient" else "",
                             link=lambda row: _giving_on(lot, row)))  # fmt: skip


def _giving_on(lot: Any, row: Any) -> str:
    return address("sub_issue_new", row.account.party_id, lot.pk) if row.kind == "recipient" else ""


def _fact_columns(request: Any) -> tuple[Column, ...]:
    return (
        Column("fact", _("情况"), value=lambda row: said(FACTS[row.fact]), phone="title"),
        Column(
            "value",
            _("内容"),
            value=lambda row: fact_value(request, row.fact, row.value),
            phone="main",
        ),
        Column("reason", _("原因")),
        Column("by", _("登记人"), value="move__actor_name"),
        Column("at", _("时间"), value="move__recorded_at", kind="moment"),
        Column("number", _("单据"), value="move__number", kind="code", link=lambda row: move_address(row.move_id)),
    )


def in_quarantine(request: Any, lot: Any) -> dict[int, int]:
    """store → pieces of the lot that wait there for an inspection."""
    held = ledger.balances(request.actor, lot.book.bureau_id, kinds=["quarantine"], lot_id=lot.pk)
    return dict(held.order_by("account__store__code").values_list("account__store_id", "quantity"))


def fact_summary(request: Any, lot: Any, fact: str) -> str:
    """What the act will mean, in numbers."""
    held = ledger.balances(request.actor, lot.book.bureau_id, lot_id=lot.pk).order_by().values_list("kind")
    sums = dict(held.annotate(total=Sum("quantity")))
    here = sum(sums.get(str(kind), 0) for kind in ledger.HELD_KINDS)
    away = sums.get("transit", 0) + sums.get("recipient", 0)
    words = {
        "item": named(lot.item),
        "lot": lot.code,
        "unit": unit_of(lot.item, here),
        "here": quantity(here),
        "away": quantity(away),
    }
    if fact == "freeze":
        text = _(
            "“%(item)s”批次 %(lot)s:在库 %(here)s %(unit)s 将停止发放;另有 %(away)s %(unit)s 已在途或在单位,需另行通知。"
        )
    elif fact == "unfreeze":
        text = _("“%(item)s”批次 %(lot)s:在库 %(here)s %(unit)s 将恢复发放。")
    else:
        text = _("“%(item)s”批次 %(lot)s:原记录保留,以后按更正后的内容办理。")
    return text % words


def text_of(value: Any) -> str:
    """A day as text the way facts are kept."""
    return value.isoformat() if isinstance(value, date) else str(value)


def behind(request: Any, rows: Any) -> Any:
    """The entries that a number's link asks for: of a lot, a unit, a trace, between two accounts."""
    asked = request.GET
    if asked.get("lot"):
        rows = rows.filter(lot__code=asked["lot"])
    if asked.get("party"):
        rows = rows.filter(Q(source__party__code=asked["party"]) | Q(target__party__code=asked["party"]))
    if asked.get("ref"):
        rows = rows.filter(lot_id__in=lots_named(request, asked["ref"]))
    for name, side in (("account_from", "source_id"), ("account_to", "target_id")):
        if asked.get(name):
            rows = rows.filter(**{side: _account_id(name, asked[name])})
    return rows


def _account_id(name: str, text: str) -> int:
    found = row_id(text)
    if found is None:
        raise Invalid(
            "FILTER_INVALID", f"筛选“{name}”没有“{text[:40]}”这一项", f'{name}: "{text[:40]}" is no account', field=name
        )
    return found
