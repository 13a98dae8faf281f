"""A plan as workbooks: the two that `liangcao plan` reads, and the one that it would write from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO

import xlsxwriter

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.allocation.asks import names_of
from liangcao.operations.allocation.models import Plan, PlanLine, PlanStock
from liangcao.operations.allocation.queries import plan as plan_in_scope
from liangcao.operations.allocation.queries import plan_lines
from liangcao.operations.allocation.reasons import reason_of
from liangcao.operations.allocation.rounds import Names, fefo, round_of, stored_steps
from liangcao.operations.allocation.solver import (
    ItemTotal,
    Pick,
    PlannedLine,
    Reason,
    Reserved,
    Result,
    Round,
    Step,
    Unmet,
    check_round,
)
from liangcao.operations.allocation.solver.workbook import plan_workbook as write_result
from liangcao.reference.catalog.models import Item

# A workbook carries the moment it was made; a fixed one keeps the bytes equal.
_MADE_AT = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_STOCK = ("仓库", "物资", "批号", "失效日期", "数量", "单位", "定向")
_DEMAND = ("申请单位", "物资", "申请数量", "档", "权重", "现有库存", "日用量", "定额", "保底", "上限", "包装", "替代品")
_STEPS = ("对象", "目标", "方式")
_TARGETS = {"floor": "保底", "days": "天数 {days}", "cap": "上限", "request": "申请"}
_HOWS = {"fill": "同比例", "equal_cover": "等天数", "proportional": "按权重"}
_Cell = str | int | date | None


def _round(actor: Actor, plan: Plan) -> tuple[Round, list[PlanLine], list[PlanStock], Names]:
    lines = list(plan_lines(actor, plan.pk))
    stocks = list(PlanStock.objects.visible_to(actor).filter(plan=plan))
    names = names_of(actor, plan.bureau_id, lines, stocks)
    own = [line for line in lines if line.instead_of_id is None]
    return round_of(own, stocks, stored_steps(plan.steps), names), lines, stocks, names


def export_plan_workbooks(actor: Actor, plan_id: int) -> tuple[bytes, bytes]:
    """(supply.xlsx, demand.xlsx) of a plan's round: `liangcao plan` makes of them what `plan_workbook` writes.

    Stale lines took no part and stand in neither. Raises NotFound.
    """
    round_, _, _, names = _round(actor, plan_in_scope(actor, plan_id))
    units = dict(Item.objects.filter(pk__in=list(names.items)).values_list("name", "base_unit"))
    stock_rows = [(s.store, s.item, s.lot, s.expiry, s.quantity, units[s.item], s.earmark) for s in round_.stocks]
    ask_rows = [
        (
            a.requester,
            a.item,
            a.requested,
            a.tier,
            a.weight,
            a.on_hand,
            a.daily_use,
            a.norm,
            a.floor,
            a.cap,
            a.pack,
            "、".join(a.substitutes),
        )
        for a in round_.asks
    ]
    steps = [(_whom(step), _TARGETS[step.target].format(days=step.days), _HOWS[step.how]) for step in round_.steps]
    supply = _workbook([("库存", _STOCK, stock_rows)])
    return supply, _workbook([("需求", _DEMAND, ask_rows), ("步骤", _STEPS, steps)])


def _whom(step: Step) -> str:
    return "全部" if step.whom == "all" else step.whom


def _workbook(sheets: Iterable[tuple[str, Sequence[str], Sequence[Sequence[_Cell]]]]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _PLAIN)
    book.set_properties({"created": _MADE_AT})
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name, headers, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, bold)
            sheet.set_column(column, column, 16)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, datetime.combine(value, time.min), day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    book.close()
    return target.getvalue()


def plan_workbook(actor: Actor, plan_id: int, *, language: str = "zh") -> bytes:
    """The plan workbook (分配方案, 汇总, 未满足, 定向保留, 提示) from the rows that the plan keeps. Raises NotFound."""
    return write_result(result_of(actor, plan_in_scope(actor, plan_id)), language)


def result_of(actor: Actor, plan: Plan) -> Result:
    """The solver's result as it was written down, in the solver's own order."""
    round_, lines, stocks, names = _round(actor, plan)
    placed = sorted((line for line in lines if not line.is_stale), key=lambda line: _place(line, names))
    planned = tuple(_planned(line, names) for line in placed)
    picks = tuple(
        Pick(
            place,
            planned[place].requester,
            names.items[p.item_id],
            names.stores[p.store_id],
            names.lots[p.lot_id],
            None,
            p.quantity,
        )
        for place, line in enumerate(placed)
        for p in line.picks.all()
    )
    unmet = tuple(
        Unmet(names.organisations[line.organisation_id], names.items[line.item_id], line.gap, reason_of(line.cause))
        for line in sorted(
            placed, key=lambda line: (names.items[line.item_id], names.organisations[line.organisation_id])
        )
        if line.instead_of_id is None and line.gap != 0
    )
    reserved = _reserved(placed, stocks, names)
    return Result(planned, picks, unmet, reserved, _totals(planned, round_, reserved), check_round(round_))


def _place(line: PlanLine, names: Names) -> tuple[str, str, bool, str]:
    instead_of = names.items[line.instead_of_id] if line.instead_of_id else ""
    return names.items[line.item_id], names.organisations[line.organisation_id], bool(instead_of), instead_of


def _planned(line: PlanLine, names: Names) -> PlannedLine:
    return PlannedLine(
        requester=names.organisations[line.organisation_id],
        item=names.items[line.item_id],
        allocated=line.quantity_planned,
        earmarked=line.quantity_earmarked,
        instead_of=names.items[line.instead_of_id] if line.instead_of_id else None,
        reasons=tuple(reason_of(stored) for stored in line.reasons),
        cause=reason_of(line.cause),
    )


def _reserved(placed: Sequence[PlanLine], stocks: Iterable[PlanStock], names: Names) -> tuple[Reserved, ...]:
    """Earmarked pieces that the plan leaves where they are, because the unit needs no more of them now."""
    taken: dict[tuple[int, object], int] = defaultdict(int)
    asked = {(line.organisation_id, line.item_id) for line in placed if line.instead_of_id is None}
    for line in placed:
        for pick in line.picks.all():
            taken[pick.store_id, pick.lot_id] += pick.quantity
    kept = []
    for stock in sorted(stocks, key=lambda stock: fefo(stock, names)):
        rest = stock.quantity - taken[stock.store_id, stock.lot_id]
        if stock.earmark_id is None or not rest:
            continue
        code = "earmark_over_need" if (stock.earmark_id, stock.item_id) in asked else "earmark_without_ask"
        kept.append(
            Reserved(
                names.organisations[stock.earmark_id],
                names.items[stock.item_id],
                names.stores[stock.store_id],
                names.lots[stock.lot_id],
                rest,
                Reason.of(code, pieces=rest),
            )
        )
    return tuple(kept)


def _totals(planned: Iterable[PlannedLine], round_: Round, reserved: Iterable[Reserved]) -> tuple[ItemTotal, ...]:
    items = {stock.item for stock in round_.stocks} | {ask.item for ask in round_.asks}
    items |= {name for ask in round_.asks for name in ask.substitutes}
    stock, given, kept = (dict.fromkeys(sorted(items), 0) for _ in range(3))
    for lot in round_.stocks:
        stock[lot.item] += lot.quantity
    for line in planned:
        given[line.item] += line.allocated
    for rest in reserved:
        kept[rest.item] += rest.quantity
    return tuple(
        ItemTotal(item, stock[item], given[item], stock[item] - given[item], kept[item]) for item in sorted(items)
    )
