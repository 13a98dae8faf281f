"""All figures of a bureau and a day, from totals and balances; `entries` has the rows that add up to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum

from liangcao.foundation.figures.figure import Figure
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import day_end, day_start
from liangcao.ledger.queries import flow_totals, lots
from liangcao.ledger.registers import holdings_at
from liangcao.operations.supply.queries import announced_by_item
from liangcao.oversight.briefing.demand_lines import DEMAND_MEASURES, waiting_lines
from liangcao.oversight.briefing.entries import (
    Question,
    allotment_batches,
    money_sources,
    rows_behind,
)
from liangcao.oversight.briefing.handouts import early_releases, is_overdue, open_differences, papers_owing, unsettled
from liangcao.oversight.briefing.measures import DAY, EXPIRING_DAYS, FLOWS, HOLDINGS, MEASURES, STATE, TOTAL, Key
from liangcao.oversight.briefing.names import Names
from liangcao.oversight.briefing.relaxed import Relaxed, relaxed_on
from liangcao.oversight.briefing.task_lines import TASK_FIGURES, TaskLine, task_lines
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Bureau

Values = dict[tuple[str, int, str], int]  # (measure, item id or 0, span) → value


@dataclass(frozen=True)
class ItemName:
    """What a figure's item is called, and its unit, in both languages."""

    code: str
    name: str
    name_en: str
    unit: str
    unit_en: str

    def named(self, language: str) -> str:
        """The item's name."""
        return self.name_en or self.name if language.startswith("en") else self.name

    def counted(self, language: str) -> str:
        """The base unit."""
        return self.unit_en or self.unit if language.startswith("en") else self.unit


@dataclass(frozen=True)
class DayFigures:
    """The figures of one bureau and day, in a fixed order: by measure, then as the catalogue was written."""

    bureau_code: str
    bureau_name: str
    bureau_name_en: str
    day: date
    cutoff_at: datetime
    figures: tuple[Figure, ...]
    items: dict[str, ItemName]
    open_tasks: tuple[TaskLine, ...] = ()
    relaxed: tuple[Relaxed, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Figure]:
        """Key → figure."""
        return {figure.key: figure for figure in self.figures}

    def value(self, key: str) -> int:
        """A figure's value, 0 when there is none."""
        found = self.by_key.get(key)
        return found.value or 0 if found else 0

    def of(self, measure: str, span: str = STATE) -> list[tuple[ItemName, int]]:
        """(item, value) of a measure's figures that are not 0."""
        found = []
        for code, item in self.items.items():
            value = self.value(str(Key(MEASURES[measure], code, span)))
            if value:
                found.append((item, value))
        return found


def day_figures(actor: Actor, bureau_id: int, day: date, *, cutoff_at: datetime | None = None) -> DayFigures:
    """Compute all figures of a day. Call it inside one snapshot; `cutoff_at` is 24:00 unless the day is not over."""
    names = Names(actor, bureau_id)
    values = _all_values(actor, names, day)
    tasks = task_lines(actor, bureau_id, day)
    values.update(_task_values(tasks, day))
    place = {item_id: number for number, item_id in enumerate(names.items)}
    order = {name: number for number, name in enumerate(MEASURES)}
    keys = sorted(values, key=lambda k: (order[k[0]], place.get(k[1], -1), (DAY, TOTAL, STATE).index(k[2])))
    used = {item_id for _, item_id, _ in keys if item_id}
    bureau = names.bureau
    return DayFigures(
        bureau_code=bureau.code,
        bureau_name=bureau.name,
        bureau_name_en=bureau.name_en or bureau.name,
        day=day,
        cutoff_at=cutoff_at or day_end(day),
        figures=tuple(
            _figure(bureau, names.items.get(item), MEASURES[name], span, day, values[name, item, span])
            for name, item, span in keys
        ),
        items={item.code: _item_name(item) for pk, item in names.items.items() if pk in used},
        open_tasks=tuple(line for line in tasks if line.is_open),
        relaxed=relaxed_on(actor, bureau_id, day),
    )


def one_figure(question: Question) -> Figure:
    """One figure with its value counted from its rows (exact, not from totals)."""
    total = sum(row.quantity for row in rows_behind(question))
    return _figure(question.names.bureau, question.item, question.key.measure, question.key.span, question.day, total)


def _item_name(item: Item) -> ItemName:
    return ItemName(item.code, item.name, item.name_en, item.base_unit, item.base_unit_en)


def _all_values(actor: Actor, names: Names, day: date) -> Values:
    bureau_id = names.bureau.pk
    values = _flow_values(actor, bureau_id, day)
    for part in (
        _batch_values(actor, bureau_id, day, values),
        _announced_values(actor, bureau_id, day),
        _stock_values(actor, bureau_id, day),
        _demand_values(actor, bureau_id, day),
        _delivery_values(actor, bureau_id, day),
    ):
        values.update(part)
    for (name, item, _), unmet in list(values.items()):
        short = unmet - values.get(("free", item, STATE), 0)
        if name == "demand_unmet" and short > 0:
            values["gap", item, STATE] = short
    return values


def _flow_values(actor: Actor, bureau_id: int, day: date) -> Values:
    to_date = flow_totals(actor, bureau_id, to=day)
    of_day = flow_totals(actor, bureau_id, from_=day, to=day)
    values: Values = {(flow, item, TOTAL): total for (flow, item), total in to_date.items() if flow in FLOWS}
    return values | {(flow, item, DAY): of_day.get((flow, item), 0) for flow, item, _ in values}


def _batch_values(actor: Actor, bureau_id: int, day: date, flows: Values) -> Values:
    """Allotments of which goods stayed, counted by item; items that were never allotted cost no query."""
    items = {item for name, item, _ in flows if name == "allotment"}
    values: Values = {("allotment_batches", item, span): 0 for item in items for span in (DAY, TOTAL)}
    if items:
        for (item, _), (first, _) in allotment_batches(actor, bureau_id, to=day).items():
            values["allotment_batches", item, TOTAL] += 1
            values["allotment_batches", item, DAY] += first.business_date >= day
    return values


def _announced_values(actor: Actor, bureau_id: int, day: date) -> Values:
    values: Values = {}
    for item, total in announced_by_item(actor, bureau_id, kind="output", to_at=day_end(day)).items():
        values["made", item, DAY], values["made", item, TOTAL] = 0, total
    for item, total in announced_by_item(
        actor, bureau_id, kind="output", from_at=day_start(day), to_at=day_end(day)
    ).items():
        values["made", item, DAY] = total
    for name in ("gift_money", "purchase_money"):
        for span, from_ in ((DAY, day), (TOTAL, None)):
            found = money_sources(actor, bureau_id, name, from_=from_, to=day)
            values[name, 0, span] = found.order_by().aggregate(total=Sum("amount_fen"))["total"] or 0
    return values


def _stock_values(actor: Actor, bureau_id: int, day: date) -> Values:
    values: Values = defaultdict(int)
    kinds = {kind for held in HOLDINGS.values() for kind in held}
    for row in holdings_at(actor, bureau_id, day=day, kinds=kinds):
        for name, held in HOLDINGS.items():
            if row.kind in held:
                values[name, row.item_id, STATE] += row.quantity
    soon = set(
        lots(actor, bureau_id).filter(expires_on__lte=day + timedelta(days=EXPIRING_DAYS)).values_list("pk", flat=True)
    )
    if soon:
        for row in holdings_at(actor, bureau_id, day=day, kinds=HOLDINGS["in_stock"], by_lot=True):
            if row.lot_id in soon:
                values["expiring", row.item_id, STATE] += row.quantity
    return dict(values)


def _demand_values(actor: Actor, bureau_id: int, day: date) -> Values:
    values: Values = defaultdict(int)
    for line in waiting_lines(actor, bureau_id, day):
        for name in DEMAND_MEASURES:
            quantity = line.measured(name)
            if quantity:
                values[name, line.item_id, STATE] += quantity
    return dict(values)


def _delivery_values(actor: Actor, bureau_id: int, day: date) -> Values:
    values: Values = defaultdict(int)
    for delivery in open_differences(actor, bureau_id, day):
        for line in delivery.lines.all():
            if unsettled(line):
                values["difference", line.item_id, STATE] += unsettled(line)
    owing = [*papers_owing(actor, bureau_id, day), *early_releases(actor, bureau_id, day)]
    values["papers_owing", 0, STATE] = len(owing)
    values["papers_overdue", 0, STATE] = sum(is_overdue(row, day) for row in owing)  # type: ignore[arg-type]
    return dict(values)


def _task_values(lines: list[TaskLine], day: date) -> Values:
    """Nothing for a bureau that has never given a task."""
    return {
        (name, 0, span): sum(line.counts(name, span, day) for line in lines) for name, span in TASK_FIGURES if lines
    }


_SPAN_WORDS = {DAY: ("当日", "of the day"), TOTAL: ("累计", "to date"), STATE: ("日末", "at the end of the day")}


def _figure(bureau: Bureau, item: Item | None, measure: Any, span: str, day: date, value: int) -> Figure:
    key = str(Key(measure, item.code if item else "", span))
    unit, unit_en = measure.unit or ((item.base_unit, item.base_unit_en) if item else ("", ""))
    span_zh, span_en = _SPAN_WORDS[span]
    of_zh, of_en = (f":{item.name}", f": {item.name_en or item.name}") if item else ("", "")
    return Figure(
        key=key,
        label_zh=f"{measure.zh}{of_zh}({span_zh})",
        label_en=f"{measure.en[:1].upper()}{measure.en[1:]}{of_en} ({span_en})",
        unit=unit,
        value=value,
        scope=bureau.code,
        period=f"..{day}" if span == TOTAL else str(day),
        definition_zh=f"{measure.definition_zh};按业务日期,{span_zh}",
        definition_en=f"{measure.definition_en}; by business date, {span_en}",
        entries=urlencode(list(_entries_query(key, measure, item, span, day))),
        unit_en=unit_en,
    )


def _entries_query(key: str, measure: Any, item: Item | None, span: str, day: date) -> Iterator[tuple[str, str]]:
    """The address of the rows: which figure of which day, and the same in words that a list understands."""
    yield "figure", key
    yield "date", str(day)
    if measure.family == "flow":
        yield "flow", measure.name
    if item:
        yield "item", item.code
    if span == DAY:
        yield "from", str(day)
    yield "to", str(day)
