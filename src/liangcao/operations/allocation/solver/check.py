"""What a round must satisfy before it is solved. All problems are told at once, each with its sheet, row and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.operations.allocation.solver.arrays import NONE
from liangcao.operations.allocation.solver.columns import Columns
from liangcao.operations.allocation.solver.notices import notices_of
from liangcao.operations.allocation.solver.prepare import prepare, turn_of_items
from liangcao.operations.allocation.solver.round import EVERYONE, HOWS, TARGETS, Ask, Notice, Round, Step, tier_range

WEIGHT_MAX = 1_000_000_000
TIER_MAX = 999
DAYS_MAX = 3650

STOCK_SHEET, DEMAND_SHEET, STEP_SHEET = "库存", "需求", "步骤"


def check_round(round_: Round) -> tuple[Notice, ...]:
    """Raise `Invalid` with every problem of the round; return the warnings of a round that may be solved."""
    columns = Columns(round_.asks)
    raise_all(problems_of(round_, columns))
    return notices_of(round_, prepare(round_, columns))


def problems_of(round_: Round, columns: Columns | None = None, *, complete: bool = True) -> list[Refusal]:
    """Every reason why the round cannot be solved; empty for a good round.

    `columns` are those of the round's asks, where the caller has use for them afterwards. With `complete` false some
    rows could not be read: then only such problems are told as the missing rows cannot cause.
    """
    columns = columns or Columns(round_.asks)
    problems = [*_number_problems(round_, columns), *_repeated_lines(round_, columns), *_step_word_problems(round_)]
    if complete:
        problems += [*_step_whom_problems(round_), *_substitute_problems(round_)]
        if not any(problem.field in ("weight", "tier") for problem in problems):
            problems += _weight_problems(round_)
    return problems


def _number_problems(round_: Round, columns: Columns) -> Iterator[Refusal]:
    for stock in round_.stocks:
        yield from _out_of_range(stock, STOCK_SHEET, ("数量", "quantity", 0, QUANTITY_MAX))
    # A good round of a million asks is told from its columns; only one with a fault is looked through row by row.
    faulty = [bounds for bounds in _ASK_NUMBERS if not _in_range(columns, bounds)]
    if not faulty and not _some_pack_over_cap(columns):
        return
    for ask in round_.asks:
        for bounds in faulty:
            yield from _out_of_range(ask, DEMAND_SHEET, bounds)
        if ask.cap is not None and _whole(ask.pack) and _whole(ask.cap) and ask.pack > ask.cap >= 0:
            yield Invalid(
                "PACK_OVER_CAP",
                f"“{ask.requester}”的“{ask.item}”包装 {ask.pack} 大于上限 {ask.cap},一包也发不出,请改包装或上限",
                f"the pack of {ask.pack} is over the cap of {ask.cap} for {ask.item} of {ask.requester}: "
                "not one pack could be given; change the pack or the cap",
                sheet=DEMAND_SHEET, row=ask.row, column="包装", field="pack",
            )  # fmt: skip


_ASK_NUMBERS = (
    ("申请数量", "requested", 0, QUANTITY_MAX),
    ("档", "tier", 1, TIER_MAX),
    ("权重", "weight", 0, WEIGHT_MAX),
    ("现有库存", "on_hand", 0, QUANTITY_MAX),
    ("日用量", "daily_use", 0, QUANTITY_MAX),
    ("保底", "floor", 0, QUANTITY_MAX),
    ("上限", "cap", 0, QUANTITY_MAX),
    ("包装", "pack", 1, QUANTITY_MAX),
    ("定额", "norm", 0, QUANTITY_MAX),
)
_MAY_BE_UNKNOWN = {"requested", "daily_use", "cap", "norm"}


def _whole(value: object) -> bool:
    return type(value) is int


def _in_range(columns: Columns, bounds: tuple[str, str, int, int]) -> bool:
    _, name, least, most = bounds
    values = columns.amounts(name)
    if values is None:
        return False
    known = (values >= least) & (values <= most)
    if name in _MAY_BE_UNKNOWN:
        known |= values == NONE
    return bool(known.all())


def _some_pack_over_cap(columns: Columns) -> bool:
    cap, pack = columns.amounts("cap"), columns.amounts("pack")
    return cap is not None and pack is not None and bool(((cap != NONE) & (pack > cap)).any())


def _out_of_range(owner: Any, sheet: str, bounds: tuple[str, str, int, int]) -> Iterator[Refusal]:
    column, name, least, most = bounds
    value = getattr(owner, name)
    if (value is None and name in _MAY_BE_UNKNOWN) or (_whole(value) and least <= value <= most):
        return
    yield Invalid(
        "NUMBER_OUT_OF_RANGE",
        f"{column}须为 {least}–{most:,} 的整数,现为 {str(value)[:40]}",
        f"{name} must be a whole number from {least} to {most:,}, it is {str(value)[:40]}",
        sheet=sheet, row=owner.row, column=column, field=name,
    )  # fmt: skip


def _repeated_lines(round_: Round, columns: Columns) -> Iterator[Refusal]:
    for first, again in _repeated(round_.asks if columns.has_repeats() else (), attrgetter("requester", "item")):
        yield _repeated_refusal(first, again, DEMAND_SHEET, "申请单位", f"{again.requester} / {again.item}")
    for first, again in _repeated(round_.stocks, attrgetter("store", "item", "lot", "expiry", "earmark")):
        yield _repeated_refusal(first, again, STOCK_SHEET, "批号", f"{again.store} / {again.item} / {again.lot}")


def _repeated(rows: Iterable[Any], key: Callable[[Any], Hashable]) -> Iterator[tuple[Any, Any]]:
    seen: dict[Hashable, Any] = {}
    for row in rows:
        first = seen.setdefault(key(row), row)
        if first is not row:
            yield first, row


def _repeated_refusal(first: Any, again: Any, sheet: str, column: str, name: str) -> Refusal:
    rows_zh = f"第 {first.row}、{again.row} 行重复" if again.row else "有两行重复"
    rows_en = f"rows {first.row} and {again.row} are the same line" if again.row else "the same line twice"
    return Invalid(
        "LINE_REPEATED",
        f"{rows_zh}:{name},请合并或删去一行",
        f"{rows_en}: {name}; merge them or delete one",
        sheet=sheet,
        row=again.row,
        column=column,
    )


def _step_whom_problems(round_: Round) -> Iterator[Refusal]:
    people = {ask.requester for ask in round_.asks}
    for number, step in enumerate(round_.steps, start=1):
        tiers = tier_range(step.whom)
        if tiers and 1 <= tiers[0] <= tiers[1] <= TIER_MAX:
            continue
        if tiers or (step.whom != EVERYONE and step.whom not in people):
            yield Invalid(
                "STEP_WHOM_UNKNOWN",
                f"第 {number} 步的对象“{step.whom[:60]}”不是档(如 1 或 1-3)、“全部”或需求表中的申请单位",
                f"step {number} is for {step.whom[:60]!r}, which is no tier (1 or 1-3), not 'all' "
                "and no requester of the demand sheet",
                sheet=STEP_SHEET, row=step.row, column="对象", field="whom",
            )  # fmt: skip


def _step_word_problems(round_: Round) -> Iterator[Refusal]:
    for number, step in enumerate(round_.steps, start=1):
        yield from _word_problems(step, number)


def _word_problems(step: Step, number: int) -> Iterator[Refusal]:
    days_fit = _whole(step.days) and 1 <= (step.days or 0) <= DAYS_MAX if step.target == "days" else step.days is None
    if step.target not in TARGETS or not days_fit:
        yield Invalid(
            "STEP_TARGET_UNKNOWN",
            f"第 {number} 步的目标不明,请写 保底、天数 N(1–{DAYS_MAX})、上限 或 申请",
            f"the target of step {number} is not known: write floor, days N (1–{DAYS_MAX}), cap or request",
            sheet=STEP_SHEET, row=step.row, column="目标", field="target",
        )  # fmt: skip
    if step.how not in HOWS:
        yield Invalid(
            "STEP_HOW_UNKNOWN",
            f"第 {number} 步的方式不明,请写 同比例、等天数 或 按权重",
            f"the way of step {number} is not known: write fill, equal cover or proportional",
            sheet=STEP_SHEET, row=step.row, column="方式", field="how",
        )  # fmt: skip


def _substitute_problems(round_: Round) -> Iterator[Refusal]:
    replacing = [ask for ask in round_.asks if ask.substitutes]
    for ask in replacing:
        chain = (ask.item, *ask.substitutes)
        if len(set(chain)) < len(chain):
            yield Invalid(
                "SUBSTITUTE_REPEATED",
                f"“{ask.requester}”的“{ask.item}”的替代品中有它自己或有重复:{'、'.join(ask.substitutes)}",
                f"the substitutes for {ask.item} of {ask.requester} name the item itself or one item twice",
                sheet=DEMAND_SHEET, row=ask.row, column="替代品", field="substitutes",
            )  # fmt: skip
            return
    accepted: list[Ask] = []
    # Found by adding one row after the other: only in a refused round does this cost more than the single test.
    if turn_of_items(replacing) is not None:
        return
    for ask in replacing:
        if turn_of_items([*accepted, ask]) is None:
            yield Invalid(
                "SUBSTITUTE_CYCLE",
                f"替代关系成环或先后矛盾:“{ask.item}”→{'→'.join(ask.substitutes)} 与前面的行冲突,请统一替代顺序",
                f"substitutes go in a circle or contradict each other: {' → '.join((ask.item, *ask.substitutes))} "
                "conflicts with rows above; use one order everywhere",
                sheet=DEMAND_SHEET, row=ask.row, column="替代品", field="substitutes",
            )  # fmt: skip
        else:
            accepted.append(ask)


def _weight_problems(round_: Round) -> Iterator[Refusal]:
    """A step that shares by weight needs one weight above 0 in every item it reaches."""
    if all(map(attrgetter("weight"), round_.asks)):
        return
    weighed: dict[tuple[str, int, str], bool] = defaultdict(bool)
    people = {step.whom for step in round_.steps}
    for ask in round_.asks:
        # Tiers and the requesters that a step names are all that tells one ask from another here.
        weighed[ask.item, ask.tier, ask.requester if ask.requester in people else ""] |= ask.weight > 0
    for number, step in enumerate(round_.steps, start=1):
        if step.how not in ("equal_cover", "proportional"):
            continue
        some_weight: dict[str, bool] = defaultdict(bool)
        for (item, tier, requester), found in weighed.items():
            if reaches(step, tier, requester):
                some_weight[item] |= found
        for item in sorted(name for name, found in some_weight.items() if not found):
            yield Invalid(
                "WEIGHTS_ALL_ZERO",
                f"第 {number} 步按权重分配,但“{item}”的权重全为 0,请至少填一个大于 0 的权重",
                f"step {number} shares by weight, but all weights for {item} are 0: give at least one above 0",
                sheet=STEP_SHEET, row=step.row, column="方式", field="weight",
            )  # fmt: skip


def reaches(step: Step, tier: int, requester: str) -> bool:
    """Whether the step serves a requester of this tier."""
    tiers = tier_range(step.whom)
    if tiers:
        return tiers[0] <= tier <= tiers[1]
    return step.whom in (EVERYONE, requester)
