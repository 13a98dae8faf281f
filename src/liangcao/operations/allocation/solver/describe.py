"""From a plan in arrays back to names: planned lines with their reasons, and what is unmet with its cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liangcao.operations.allocation.solver.arrays import CAUSES, NONE, PlanArrays
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.prepare import Prepared
from liangcao.operations.allocation.solver.result import PlannedLine, Reason, Unmet
from liangcao.operations.allocation.solver.round import Step
from liangcao.operations.allocation.solver.views import View

Integers = NDArray[Any]


@dataclass(frozen=True)
class Entries:
    """Every line's own item (`substitute` is NONE), and every substitute that got something, with its pieces: by item,
    then requester, a line's own item first."""

    line: Integers
    substitute: Integers
    item: Integers
    free: Integers
    earmarked: Integers

    @classmethod
    def of(cls, prepared: Prepared, plan: PlanArrays) -> Entries:
        """The entries of a plan in their order."""
        arrays = prepared.arrays
        lent = plan.replaced.sum(axis=0)
        used = np.flatnonzero(lent)
        own = np.arange(arrays.item.size)
        line = np.concatenate([own, arrays.substitute_line[used]])
        substitute = np.concatenate([np.full(own.size, NONE), used])
        item = np.concatenate([arrays.item, arrays.substitute_item[used]])
        free = np.concatenate([plan.own.sum(axis=0), lent[used]])
        earmarked = np.concatenate([plan.earmarked, np.zeros(used.size, dtype=np.int64)])
        columns = (line, substitute, item, free, earmarked)
        if used.size:
            order = np.lexsort([line, substitute != NONE, arrays.requester[line], item])
            columns = tuple(column[order] for column in columns)  # type: ignore[assignment]
        return cls(*columns)


class Description:
    """One plan, read line by line, in blocks: a list answers ten times faster than an array, one by one."""

    def __init__(self, prepared: Prepared, steps: tuple[Step, ...], plan: PlanArrays) -> None:
        self.prepared = prepared
        self.steps = steps
        self.plan = plan
        self.entries = Entries.of(prepared, plan)
        added = _received(prepared, plan)
        self.total = plan.earmarked + np.cumsum(added, axis=0)
        self.mixed = np.cumsum(added - plan.own, axis=0) > 0
        self.norm_matters = any(rule.uses_daily_use for rule in prepared.arrays.steps)

    @property
    def received(self) -> Integers:
        """Pieces for each line after the last step, earmarked goods and substitutes included."""
        return self.total[-1] if self.total.size else self.plan.earmarked

    def lines(self) -> View[PlannedLine]:
        """The entries in names, each with its reasons and its limiting cause."""
        return View(self.entries.line.size, self._planned_lines)

    def unmet(self) -> View[Unmet]:
        """Every ask that got less than it wants, or whose amount nobody knows."""
        short = np.flatnonzero(self.plan.gap)

        def made(first: int, last: int) -> list[Unmet]:
            numbers = short[first:last]
            asks, gaps = self.prepared.asks, self.plan.gap[numbers].tolist()
            return [
                Unmet(asks[line].requester, asks[line].item, None if gap == NONE else gap, cause)
                for line, gap, cause in zip(numbers.tolist(), gaps, self._causes(numbers), strict=True)
            ]

        return View(short.size, made)

    def _planned_lines(self, first: int, last: int) -> list[PlannedLine]:
        entries, part = self.entries, slice(first, last)
        line, substitute = entries.line[part], entries.substitute[part]
        added = self.plan.own[:, line]
        replacing = substitute != NONE
        added[:, replacing] = self.plan.replaced[:, substitute[replacing]]
        columns = (line, replacing, entries.item[part], entries.free[part], entries.earmarked[part])
        rows = zip(*(column.tolist() for column in columns), self._causes(line), self._shares(line, added), strict=True)
        asks, items = self.prepared.asks, self.prepared.items
        return [
            PlannedLine(
                requester=asks[number].requester,
                item=items[item],
                allocated=free + earmarked,
                earmarked=earmarked,
                instead_of=asks[number].item if instead else None,
                reasons=self._reasons(number, instead, earmarked, shares),
                cause=cause,
            )
            for number, instead, item, free, earmarked, cause, shares in rows
        ]

    def _causes(self, lines: Integers) -> list[Reason]:
        """What kept each of these lines from getting more, with the numbers that show it."""
        plan, asks = self.plan, self.prepared.asks
        columns = (lines, plan.cause[lines], plan.cause_step[lines], plan.gap[lines])
        found = []
        for line, cause, number, gap in zip(*(column.tolist() for column in columns), strict=True):
            code = CAUSES[cause]
            values: list[tuple[str, int | str]] = [("gap", gap)]
            if number != NONE:
                values += [("step", number + 1), ("whom", self.steps[number].whom)]
            if code in {"pack_over_stock", "pack_over_target", "cap"}:
                values.append(("pack", asks[line].pack))
            if code == "cap":
                values.append(("cap", asks[line].cap or 0))
            if code == "no_step":
                values.append(("tier", asks[line].tier))
            found.append(Reason(code, tuple(values)))
        return found

    def _shares(self, lines: Integers, added: Integers) -> list[tuple[Reason, ...]]:
        """What each step gave to each of these lines, with its target and method; `added` is steps × lines."""
        found: list[list[Reason]] = [[] for _ in range(lines.size)]
        for number, step in enumerate(self.steps):
            given = np.flatnonzero(added[number])
            at = lines[given]
            named: tuple[tuple[str, int | str], ...] = (
                ("step", number + 1),
                ("whom", step.whom),
                ("target", step.target),
                ("days", step.days or 0),
                ("how", step.how),
            )
            columns = (given, added[number, given], self.total[number, at], self.plan.target[number, at])
            mixed = self.mixed[number, at].tolist()
            for place, pieces, total, goal, is_mixed in zip(*(c.tolist() for c in columns), mixed, strict=True):
                code = "step_mixed" if is_mixed else "step"
                found[place].append(Reason(code, (*named, ("added", pieces), ("total", total), ("goal", goal))))
        return [tuple(reasons) for reasons in found]

    def _reasons(self, line: int, instead: bool, earmarked: int, shares: tuple[Reason, ...]) -> tuple[Reason, ...]:
        """Where the pieces come from: earmarked goods, then each step that gave some; and what was not known."""
        ask = self.prepared.asks[line]
        reasons = [Reason.of("instead_of", item=ask.item)] if instead else []
        if earmarked:
            reasons.append(Reason.of("earmarked", pieces=earmarked))
        unknown = []
        if ask.requested is None:
            unknown.append(Reason.of("ask_amount"))
        if ask.daily_use is None and ask.norm is not None and self.norm_matters:
            unknown.append(Reason.of("norm", pieces=ask.norm))
        return (*reasons, *shares, *unknown) if reasons or unknown else shares


def _received(prepared: Prepared, plan: PlanArrays) -> Integers:
    """Pieces each step added to each line, substitutes included."""
    if not plan.replaced.size:
        return plan.own
    lines = prepared.arrays.substitute_line
    return plan.own + np.stack([sum_by(lines, added, plan.own.shape[1]) for added in plan.replaced])
