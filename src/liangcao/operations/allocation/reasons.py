"""Reasons as codes and numbers in the database, as words on view."""

from __future__ import annotations

from typing import Any

from liangcao.operations.allocation.models import PlanLine
from liangcao.operations.allocation.solver import Reason, say

Plain = dict[str, Any]


def plain(reason: Reason) -> Plain:
    """A reason for a JSON column. Numbers are pairs, because a JSON object keeps no order on every engine."""
    return {"code": reason.code, "values": [[name, value] for name, value in reason.values]}


def reason_of(stored: Plain) -> Reason:
    """The reason of a JSON column."""
    return Reason(stored["code"], tuple((name, value) for name, value in stored["values"]))


def words(line: PlanLine, language: str) -> list[str]:
    """Why the line is what it is: one sentence for each reason, in the reader's language.

    A stale line took no part; an override says who set the number, why, and what the rules had given.
    """
    english = language.startswith("en")
    if line.is_stale:
        return [
            "Not confirmed lately: ask the unit, it took no part" if english else "需求已过期,未参加本轮,请向单位核实"
        ]
    said = []
    if line.quantity_pinned is not None:
        said.append(
            f"{line.override_by} set {line.quantity_pinned:,}, not {line.quantity_solved:,}: {line.override_reason}"
            if english
            else f"{line.override_by} 定为 {line.quantity_pinned:,}(规则结果 {line.quantity_solved:,}):{line.override_reason}"
        )
        return said
    said = [say(reason_of(stored), language) for stored in [*line.reasons, line.cause] if stored]
    return list(dict.fromkeys(said))
