"""From a plan in arrays back to names: planned lines with their reasons, and what is unmet with its cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liangcao.operations.allocation.solver.arrays import CAUSES, NONE, PlanArrays
from liangcao.operations.allocation.solver.exact import sum_by
from liangcao.operations.allocation.solver.prepare import Prepared
from liangcao.operations.allocation.solver.result import PlannedLine, Reason, Unmet
from liangcao.operations.allocation.solver.round import Step


@dataclass(frozen=True)
class Entry:
    """A line's own item (`substitute` is NONE) or one of its substitutes, with its pieces."""

    line: int
    substitute: int
    item: int
    free: int
    earmarked: int


class Description:
    """One plan, read line by line. The arrays are turned into lists once: a list answers ten times faster."""

    def __init__(self, prepared: Prepared, steps: tuple[Step, ...], plan: PlanArrays) -> None:
        self.prepared = prepared
        self.steps = steps
        self.own = plan.own.T.tolist()
        self.replaced = plan.replaced.T.tolist()
        self.target = plan.target.T.tolist()
        received = _received(prepared, plan)
        self.total = (plan.earmarked + np.cumsum(received, axis=0)).T.tolist()
        self.mixed = (np.cumsum(received - plan.own, axis=0) > 0).T.tolist()
        self.earmarked = plan.earmarked.tolist()
        self.gap = plan.gap.tolist()
        self.cause = [CAUSES[number] for number in plan.cause.tolist()]
        self.cause_step = plan.cause_step.tolist()
        self.norm_matters = any(rule.uses_daily_use for rule in prepared.arrays.steps)

    def entries(self) -> list[Entry]:
        """Every line, and every substitute that got something, by item, then requester, a line's own item first."""
        arrays, asks = self.prepared.arrays, self.prepared.asks
        entries = [
            Entry(line, NONE, item, sum(own), earmarked)
            for line, (item, own, earmarked) in enumerate(
                zip(arrays.item.tolist(), self.own, self.earmarked, strict=True)
            )
        ]
        lines, items = arrays.substitute_line.tolist(), arrays.substitute_item.tolist()
        entries += [
            Entry(lines[place], place, items[place], sum(added), 0)
            for place, added in enumerate(self.replaced)
            if any(added)
        ]
        return sorted(entries, key=lambda e: (e.item, asks[e.line].requester, e.substitute != NONE, e.line))

    def received(self) -> list[int]:
        """Pieces for each line after the last step, earmarked goods and substitutes included."""
        return [total[-1] if total else earmarked for total, earmarked in zip(self.total, self.earmarked, strict=True)]

    def planned_line(self, entry: Entry) -> PlannedLine:
        """The entry in names, with its reasons and its limiting cause."""
        ask = self.prepared.asks[entry.line]
        return PlannedLine(
            requester=ask.requester,
            item=self.prepared.items[entry.item],
            allocated=entry.free + entry.earmarked,
            earmarked=entry.earmarked,
            instead_of=None if entry.substitute == NONE else ask.item,
            reasons=tuple(self._reasons(entry)),
            cause=self.cause_of(entry.line),
        )

    def unmet(self) -> tuple[Unmet, ...]:
        """Every ask that got less than it wants, or whose amount nobody knows."""
        asks = self.prepared.asks
        return tuple(
            Unmet(asks[line].requester, asks[line].item, None if gap == NONE else gap, self.cause_of(line))
            for line, gap in enumerate(self.gap)
            if gap
        )

    def cause_of(self, line: int) -> Reason:
        """What kept the line from getting more, with the numbers that show it."""
        ask, code = self.prepared.asks[line], self.cause[line]
        values: dict[str, int | str] = {"gap": self.gap[line]}
        number = self.cause_step[line]
        if number != NONE:
            values |= {"step": number + 1, "whom": self.steps[number].whom}
        if code in {"pack_over_stock", "pack_over_target", "cap"}:
            values["pack"] = ask.pack
        if code == "cap":
            values["cap"] = ask.cap or 0
        if code == "no_step":
            values["tier"] = ask.tier
        return Reason.of(code, **values)

    def _reasons(self, entry: Entry) -> list[Reason]:
        """Where the pieces come from: earmarked goods, then each step that gave some, with its target and method."""
        ask, line = self.prepared.asks[entry.line], entry.line
        reasons = [] if entry.substitute == NONE else [Reason.of("instead_of", item=ask.item)]
        if entry.earmarked:
            reasons.append(Reason.of("earmarked", pieces=entry.earmarked))
        added = self.own[line] if entry.substitute == NONE else self.replaced[entry.substitute]
        for number, pieces in enumerate(added):
            if pieces:
                reasons.append(self._step_reason(line, number, pieces))
        if ask.requested is None:
            reasons.append(Reason.of("ask_amount"))
        if ask.daily_use is None and ask.norm is not None and self.norm_matters:
            reasons.append(Reason.of("norm", pieces=ask.norm))
        return reasons

    def _step_reason(self, line: int, number: int, pieces: int) -> Reason:
        step = self.steps[number]
        return Reason.of(
            "step_mixed" if self.mixed[line][number] else "step",
            step=number + 1,
            whom=step.whom,
            target=step.target,
            days=step.days or 0,
            how=step.how,
            added=pieces,
            total=self.total[line][number],
            goal=self.target[line][number],
        )


def _received(prepared: Prepared, plan: PlanArrays) -> np.ndarray:
    """Pieces each step added to each line, substitutes included."""
    if not plan.replaced.size:
        return plan.own
    lines = prepared.arrays.substitute_line
    return plan.own + np.stack([sum_by(lines, added, plan.own.shape[1]) for added in plan.replaced])
