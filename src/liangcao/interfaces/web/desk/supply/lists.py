"""Lists of sources and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.choices import store_choices
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.desk.supply.acceptance_papers import kind_said
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, named, quantity, said, short_day, unit_of
from liangcao.operations.supply import queries
from liangcao.operations.supply.flow import KINDS, RECEIPT_FLOW, SOURCE_FLOW


def goods_in_words(source: Any) -> str:
    """The first item with its amount, and how many more there are."""
    lines = list(source.lines.all())
    if not lines:
        return _now("捐款") if source.amount_fen else ""
    first = lines[0]
    told = (
        f"{quantity(first.quantity_advised)} {unit_of(first.item, first.quantity_advised)}"
        if first.quantity_advised
        else _now("数量未告知")
    )
    words = f"{named(first.item)} {told}"
    return words if len(lines) == 1 else _now("%(first)s 等 %(count)s 种") % {"first": words, "count": len(lines)}


def _in_status(rows: Any, value: str) -> Any:
    return rows.filter(status__in=queries.EXPECTED) if value == "expected" else rows.filter(status=value)


def status_choices(request: Any) -> list[tuple[str, Any]]:
    """What is still to come, then every state."""
    return [("expected", _("还要来货的")), *((key, said(state)) for key, state in SOURCE_FLOW.items())]


SOURCES = Listing(
    "source_list",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("source", row.pk), phone="title"),
        Column("kind", _("类别"), lambda row: KINDS[row.kind], sort="kind"),
        Column("counterparty", _("来源单位"), lambda row: named(row.counterparty), sort="counterparty__pinyin"),
        Column("goods", _("物资"), goods_in_words),
        Column("earmark", _("定向给"), lambda row: named(row.earmark) if row.earmark else ""),
        Column("document_ref", _("文号或合同号"), kind="code", phone="hide"),
        Column("announced_at", _("登记时间"), kind="moment", sort="announced_at", phone="hide"),
        Column("expected_date", _("预计到货"), kind="day"),
        Column("status", _("状态"), lambda row: chip(row.status, SOURCE_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        Filter(
            "kind",
            _("类别"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda request: [(key, said(kind)) for key, kind in KINDS.items()],
        ),
        Filter("status", _("状态"), _in_status, choices=status_choices),
        Filter(
            "overdue",
            _("时限"),
            lambda rows, value: rows.filter(is_overdue=True),
            choices=lambda request: [("1", _("过了预计日期"))],
        ),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text)
        | Q(document_ref__icontains=text)
        | Q(counterparty__name__icontains=text)
        | Q(counterparty__pinyin__icontains=text.lower())
    ),
    search_hint=_("单号、文号、来源单位或拼音"),
    empty=Empty(
        _("还没有登记来源。采购、捐赠、下拨和本地收储都从这里登记,货到后凭它入库。"),
        ((_("登记来源"), "source_new"), (_("没有通知的到货"), "arrival_new")),
    ),
    tone=lambda row: "alarm" if row.is_overdue else "",
)
RECEIPTS = Listing(
    "receipts",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("receipt", row.pk), phone="title"),
        Column(
            "source",
            _("来源单"),
            lambda row: row.source.number,
            kind="code",
            link=lambda row: address("source", row.source_id),
        ),
        Column("kind", _("类别"), lambda row: KINDS[row.source.kind]),
        Column(
            "counterparty",
            _("来源单位"),
            lambda row: named(row.source.counterparty),
            sort="source__counterparty__pinyin",
        ),
        Column("place", _("收到哪里"), lambda row: named(row.store or row.recipient)),
        Column("business_date", _("到货日期"), kind="day", sort="business_date"),
        Column("received_at", _("登记时间"), kind="moment", phone="hide"),
        Column("received_by", _("收货人"), phone="hide"),
        Column("status", _("状态"), lambda row: chip(row.status, RECEIPT_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        Filter(
            "store",
            _("仓库"),
            lambda rows, value: rows.filter(store_id=value),
            choices=lambda request: [(str(store.pk), store.name) for store in store_choices(request)],
        ),
        status_filter(RECEIPT_FLOW),
        Filter(
            "owing",
            _("待谁签字"),
            queries.owing,
            choices=lambda request: [(kind, kind_said(kind)) for kind in ("quality", "count")],
        ),
        Filter("from", _("从"), lambda rows, day: rows.filter(business_date__gte=day), kind="day"),
        Filter("to", _("到"), lambda rows, day: rows.filter(business_date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(source__number__icontains=text) | Q(source__counterparty__name__icontains=text)
    ),
    search_hint=_("入库单号、来源单号或来源单位"),
    empty=Empty(
        _("还没有入库。货到了,打开它的来源单点“收货入库”;没有登记过的,点下面。"),
        ((_("没有通知的到货"), "arrival_new"), (_("看来源"), "source_list")),
    ),
)


@dataclass(frozen=True)
class ArrivalDay:
    """One day of the time line. `tone` is alarm for what is overdue."""

    label: str
    sources: list[Any]
    tone: str = ""


def time_line(rows: list[Any], today: date) -> list[ArrivalDay]:
    """Expected arrivals by day: overdue, today, tomorrow, each later day, and those without a date at the end."""
    days: dict[date, list[Any]] = {}
    overdue, undated = [], []
    for row in rows:
        if row.expected_date is None:
            undated.append(row)
        elif row.expected_date < today:
            overdue.append(row)
        else:
            days.setdefault(row.expected_date, []).append(row)
    names = {today: _now("今天"), today + timedelta(days=1): _now("明天")}
    shown = [ArrivalDay(_now("已过日期"), overdue, "alarm")] if overdue else []
    shown += [
        ArrivalDay(f"{names[day]} {short_day(day)}" if day in names else short_day(day), days[day])
        for day in sorted(days)
    ]
    return [*shown, ArrivalDay(_now("日期未定"), undated)] if undated else shown
