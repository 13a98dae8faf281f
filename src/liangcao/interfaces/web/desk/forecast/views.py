"""The gap list by item, and one item by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.web import listing
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.pages import can, desk_page, render_page
from liangcao.interfaces.web.templatetags.words import chip_of, days_of_cover, full_day, named, quantity, said
from liangcao.operations.allocation.shortages import replenishments
from liangcao.operations.forecast.alerting import alert_days
from liangcao.operations.forecast.outlook import SOURCES, ItemForecast, UnitNeed
from liangcao.operations.forecast.queries import forecast, forecast_of
from liangcao.reference.catalog.queries import items_by_id, known_item
from liangcao.reference.parties.kinds import KINDS, TIERS

ALERTS_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """An item of the gap list with its open task."""

    seen: ItemForecast
    replenishment: Any
    may_start: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.seen, name)


def between(low: int, high: int) -> str:
    """Two numbers as one when they are the same: 300–1,200."""
    return quantity(high) if low == high else f"{quantity(low)}–{quantity(high)}"


def _cover(row: Any) -> str:
    low, high = row.cover
    if low is None:
        return _("日用量未知") if row.silent else ""
    if high is None or days_of_cover(low) == days_of_cover(high):
        return _("%(days)s 天") % {"days": days_of_cover(low)}
    return _("%(low)s–%(high)s 天") % {"low": days_of_cover(low), "high": days_of_cover(high)}


def _short(row: Any) -> Any:
    if row.short_from is None:
        # Of units whose use nobody knows the number says nothing: that is no good news.
        return chip_of(_("按已知用量不断"), "aside") if row.silent else chip_of(_("14 天内不断"), "done")
    words = full_day(row.short_from)
    if row.short_surely_from is None:
        return chip_of(_("最早 %(day)s") % {"day": words}, "wait")
    return chip_of(words, "alarm" if row.is_alert else "wait")


def _use(row: Any) -> str:
    return between(row.use_low, row.use_high)


def _gap(number: int) -> Column:
    def shown(row: Any) -> str:
        seen = row.within(number)
        return between(seen.gap_low, seen.gap_high)

    label = {3: gettext_lazy("3 天缺口"), 7: gettext_lazy("7 天缺口"), 14: gettext_lazy("14 天缺口")}[number]
    return Column(
        f"gap{number}", label, shown, kind="number", sort=f"gap{number}", plain=lambda row: row.within(number).gap_high,
    )  # fmt: skip


def _task(row: Row) -> str:
    if row.replenishment:
        return f"{row.replenishment.task.number} {row.replenishment.task.owner.name}"
    return _("转补货任务") if row.to_get7 and row.may_start else ""


def _task_link(row: Row) -> str:
    if row.replenishment:
        return address("task", row.replenishment.task_id)
    return address("replenishment_new", row.item.pk) if row.to_get7 and row.may_start else ""


def _marks(row: Any) -> Any:
    parts = []
    if row.silent:
        parts.append(_("%(count)s 个单位日用量未知") % {"count": row.silent})
    if row.untold:
        parts.append(_("%(count)s 行数量不详") % {"count": row.untold})
    if row.coming.untold:
        parts.append(_("%(count)s 批待到货数量不详") % {"count": row.coming.untold})
    return chip_of(" · ".join(parts), "wait") if parts else ""


def _search(rows: list[Row], text: str) -> list[Row]:
    wanted = text.lower()
    return [
        row for row in rows
        if wanted in f"{row.item.name} {row.item.name_en} {row.item.code} {row.item.pinyin}".lower()
    ]  # fmt: skip


FORECAST = Listing(
    "forecast",
    columns=(
        Column(
            "item", gettext_lazy("物资"), lambda row: named(row.item), phone="title", sort="code",
            link=lambda row: address("forecast_item", row.item.pk),
        ),
        Column("free", gettext_lazy("库内可分"), kind="quantity", unit="item", sort="free"),
        Column("coming", gettext_lazy("待到货"), lambda row: row.coming.whole, kind="quantity", unit="item"),
        Column("open", gettext_lazy("待分配"), kind="quantity", unit="item", sort="open"),
        Column("use", gettext_lazy("预计日用量"), _use, kind="number", plain=lambda row: row.use_high, sort="use_high"),
        Column("cover", gettext_lazy("可用天数"), _cover, sort="cover_tenths"),
        Column("short_from", gettext_lazy("断档日"), _short, kind="mark", sort="short_order", phone="main",
               plain=lambda row: row.short_from or ""),
        _gap(3),
        _gap(7),
        _gap(14),
        Column("task", gettext_lazy("补货任务"), _task, link=_task_link),
        Column("marks", gettext_lazy("提示"), _marks, kind="mark", phone="hide"),
    ),
    order=("short_order", "cover_tenths", "code"),
    filters=(
        Filter(
            "state", gettext_lazy("状态"),
            lambda rows, value: [
                row for row in rows
                if (row.is_alert if value == "alert" else row.short_from if value == "short" else row.silent)
            ],
            choices=lambda request: [
                ("alert", _("%(days)s 天内告急") % {"days": _least(request)}),
                ("short", _("14 天内断档")), ("silent", _("有单位日用量未知")),
            ],
        ),
    ),
    search=_search,
    search_hint=gettext_lazy("物资名称、编码或拼音"),
    empty=Empty(gettext_lazy("没有单位在用或要用任何物资:收到申领、签收,或登记了复工、开学之后,这里才有数。")),
    tone=lambda row: "alarm" if row.is_alert and row.replenishment is None else "",
)  # fmt: skip


def _rows(request: Any) -> list[Row]:
    actor, bureau_id = request.actor, request.bureau.pk
    tasks = {row.item_id: row for row in replenishments(actor, bureau_id, status="open").order_by("pk")}
    may_start = can(request, "start", "replenishment")
    return [Row(seen, tasks.get(seen.item.pk), may_start) for seen in forecast(actor, bureau_id, at=request.at)]


@desk_page("forecast")
def forecast_alerts(request: Any) -> HttpResponse:
    """The part of the home page that tells what will be missing soon; empty where nothing will."""
    rows = sorted((row for row in _rows(request) if row.is_alert), key=lambda row: (row.short_order, row.cover_tenths))
    return render_page(
        request, "desk/forecast/_alerts.html", title=_("预测告急"), rows=rows[:ALERTS_SHOWN],
        further=max(len(rows) - ALERTS_SHOWN, 0), least=_least(request),
    )  # fmt: skip


def _least(request: Any) -> int:
    return alert_days(request.actor, request.bureau.pk)


@desk_page("forecast")
def forecast_list(request: Any) -> HttpResponse:
    """What will be missing within 3, 7 and 14 days."""
    rows = _rows(request)
    return listing.answer(
        request, FORECAST, rows, title=_("需求"), template="desk/forecast/list.html", tab="forecast_list",
        alerts=sum(row.is_alert for row in rows), least=_least(request),
    )  # fmt: skip


def unit_name(unit: UnitNeed) -> str:
    """The unit, or the group with its kind and division."""
    if unit.organisation is not None:
        return named(unit.organisation)
    return group_name(unit.group)


def group_name(event: Any) -> str:
    """All of a kind (in a division) together."""
    where = named(event.region) if event.region else _("全市")
    return _("%(where)s的%(kind)s") % {"where": where, "kind": said(KINDS[event.kind])}


def _unit_columns(today: Any) -> tuple[Column, ...]:
    def gap(number: int) -> Column:
        label = _("%(days)s 天需要") % {"days": number}
        return Column(
            f"need{number}", label, lambda row: between(*row.need(number, today=today)), kind="number",
            plain=lambda row: row.need(number, today=today)[1], phone="main" if number == 7 else "rest",
        )  # fmt: skip

    def events(row: UnitNeed) -> str:
        return _(";").join(
            _("%(day)s 起每天 %(pieces)s") % {"day": full_day(each.begins_on), "pieces": quantity(each.a_day)}
            for each in row.added
        )

    return (
        Column(
            "organisation", _("单位"), unit_name, phone="title",
            link=lambda row: address("organisation", row.organisation.pk) if row.organisation else "",
        ),
        Column("tier", _("档"), lambda row: said(TIERS[row.tier]) if row.tier in TIERS else "", phone="hide"),
        Column("use", _("日用量"), kind="number"),
        Column("source", _("来自"), lambda row: said(SOURCES[row.source])),
        Column("added", _("事件增加"), events),
        Column("stock", _("单位库存"), kind="number"),
        Column("on_way", _("已分配在途"), kind="number"),
        Column("cover", _("可用天数"), lambda row: days_of_cover(row.cover_tenths)),
        Column("open", _("待分配"), kind="number"),
        gap(3),
        gap(7),
        gap(14),
    )  # fmt: skip


@desk_page("forecast")
def forecast_item(request: Any, item_id: int) -> HttpResponse:
    """One item by unit."""
    item = known_item(items_by_id([item_id]), item_id)
    seen = forecast_of(request.actor, request.bureau.pk, item, at=request.at)
    listed = Listing(
        "forecast-units",
        columns=_unit_columns(business_date(request.at)),
        order=("place",),
        filters=(
            Filter(
                "source", _("来自"), lambda rows, value: [row for row in rows if row.source == value],
                choices=lambda _request: [(key, said(words)) for key, words in SOURCES.items()],
            ),
            Filter(
                "alert", _("告急"), lambda rows, _value: [row for row in rows if row.is_alert],
                choices=lambda request: [("1", _("一线单位不足 %(days)s 天") % {"days": _least(request)})],
            ),
        ),
        search=lambda rows, text: [row for row in rows if text.lower() in unit_name(row).lower()],
        search_hint=_("单位名称"),
        empty=Empty(_("没有单位在用或要用这种物资。")),
        tone=lambda row: "alarm" if row.is_alert else "",
    )  # fmt: skip
    return listing.answer(
        request, listed, list(seen.units), title=_("缺口预测 · %(item)s") % {"item": named(item)},
        template="desk/forecast/item.html", seen=seen, item=item, cover=_cover(seen), short=_short(seen),
        lines=[(each, between(each.need_low, each.need_high), between(each.gap_low, each.gap_high))
               for each in seen.outlooks],
    )  # fmt: skip
