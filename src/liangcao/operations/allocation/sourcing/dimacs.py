"""Networks in the DIMACS format for minimum-cost flow (First DIMACS Implementation Challenge, 1990–91).

`c` comment, `p min NODES ARCS`, `n NODE SUPPLY`, `a TAIL HEAD LOWER UPPER COST`; nodes are numbered from 1.
"""

from __future__ import annotations

from collections.abc import Iterable

from liangcao.foundation.kernel.errors import Invalid, Refusal, raise_all
from liangcao.operations.allocation.sourcing.network import COST_MAX, FLOW_MAX, Arc, Network

PROBLEMS_MOST = 50
NODES_MAX = 5_000_000
_DIGITS_MOST = 18


class _Reading:
    """What has been read so far, and what is wrong with it."""

    def __init__(self) -> None:
        self.size: tuple[int, int] | None = None
        self.supplies: dict[int, int] = {}
        self.arcs: list[Arc] = []
        self.problems: list[Refusal] = []

    def refuse(self, code: str, row: int | None, zh: str, en: str) -> None:
        """Note a problem of a line."""
        self.problems.append(Invalid(code, zh, en, row=row))


def read_dimacs(lines: Iterable[str]) -> Network:
    """The network of a file. Raises Invalid with every problem and its line (at most 50): LINE_UNKNOWN, NUMBER_INVALID,
    NODE_UNKNOWN, BOUNDS_CROSSED, REPEATED, ARC_COUNT_DIFFERS, PROBLEM_LINE_MISSING."""
    reading = _Reading()
    for row, line in enumerate(lines, start=1):
        words = line.split()
        if words and not words[0].startswith("c"):
            _read_line(reading, row, words)
        if len(reading.problems) >= PROBLEMS_MOST:
            break
    else:
        _check_whole(reading)
    raise_all(reading.problems)
    return Network(reading.supplies, tuple(reading.arcs))


def _read_line(reading: _Reading, row: int, words: list[str]) -> None:
    kinds = {"p": (_problem_line, 4), "n": (_node_line, 3), "a": (_arc_line, 6)}
    if words[0] not in kinds or len(words) != kinds[words[0]][1]:
        reading.refuse(
            "LINE_UNKNOWN",
            row,
            f"“{' '.join(words)[:60]}”不是 p、n、a 行,或项数不对",
            f"{' '.join(words)[:60]!r} is no p, n or a line, or has another number of entries",
        )
        return
    if words[0] != "p" and reading.size is None:
        reading.refuse(
            "PROBLEM_LINE_MISSING", row, "n、a 行之前须有 p 行", "the p line must stand before n and a lines"
        )
        reading.size = (NODES_MAX, 0)
    kinds[words[0]][0](reading, row, words)


def _numbers(reading: _Reading, row: int, words: list[str]) -> list[int] | None:
    numbers = []
    for word in words:
        digits = word.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MOST):
            reading.refuse("NUMBER_INVALID", row, f"“{word[:40]}”不是整数", f"{word[:40]!r} is no whole number")
            return None
        numbers.append(int(word))
    return numbers


def _problem_line(reading: _Reading, row: int, words: list[str]) -> None:
    if reading.size is not None:
        reading.refuse("REPEATED", row, "p 行只能有一行", "there is one p line only")
        return
    if words[1] != "min":
        reading.refuse(
            "LINE_UNKNOWN", row, f"不是最小费用流(min):{words[1][:20]}", f"not a min problem: {words[1][:20]}"
        )
    numbers = _numbers(reading, row, words[2:])
    if numbers is None or not (1 <= numbers[0] <= NODES_MAX and numbers[1] >= 0):
        reading.refuse(
            "NUMBER_INVALID",
            row,
            f"节点数须为 1–{NODES_MAX:,},弧数不能为负",
            f"1 to {NODES_MAX:,} nodes, no negative arcs",
        )
        numbers = [NODES_MAX, 0]
    reading.size = (numbers[0], numbers[1])


def _is_node(reading: _Reading, row: int, node: int) -> bool:
    last = (reading.size or (0, 0))[0]
    if 1 <= node <= last:
        return True
    reading.refuse("NODE_UNKNOWN", row, f"没有节点 {node}(共 {last} 个)", f"there is no node {node} (of {last})")
    return False


def _node_line(reading: _Reading, row: int, words: list[str]) -> None:
    numbers = _numbers(reading, row, words[1:])
    if numbers is None or not _is_node(reading, row, numbers[0]):
        return
    node, supply = numbers
    if node in reading.supplies:
        reading.refuse("REPEATED", row, f"节点 {node} 写了两行", f"node {node} stands twice")
    elif abs(supply) > FLOW_MAX:
        reading.refuse("NUMBER_INVALID", row, f"供应量超过 {FLOW_MAX:,}", f"the supply is beyond {FLOW_MAX:,}")
    reading.supplies[node] = supply


def _arc_line(reading: _Reading, row: int, words: list[str]) -> None:
    numbers = _numbers(reading, row, words[1:])
    if numbers is None or not all([_is_node(reading, row, node) for node in numbers[:2]]):  # noqa: C419 - both are told
        return
    tail, head, lower, most, cost = numbers
    upper = most if most >= 0 else None  # A negative capacity means that there is no limit.
    if lower < 0 or (upper is not None and lower > upper):
        reading.refuse(
            "BOUNDS_CROSSED",
            row,
            f"下界 {lower} 须在 0 与上界 {most} 之间",
            f"the lower bound {lower} must lie between 0 and the upper bound {most}",
        )
    elif max(lower, most) > FLOW_MAX:
        reading.refuse("NUMBER_INVALID", row, f"上下界超过 {FLOW_MAX:,}", f"a bound is beyond {FLOW_MAX:,}")
    elif abs(cost) > COST_MAX:
        reading.refuse("NUMBER_INVALID", row, f"费用超过 {COST_MAX:,}", f"the cost is beyond {COST_MAX:,}")
    reading.arcs.append(Arc(tail, head, lower, upper, cost))


def _check_whole(reading: _Reading) -> None:
    if reading.size is None:
        reading.refuse(
            "PROBLEM_LINE_MISSING", None, "没有 p 行:p min 节点数 弧数", "there is no p line: p min NODES ARCS"
        )
    elif not reading.problems and len(reading.arcs) != reading.size[1]:
        reading.refuse(
            "ARC_COUNT_DIFFERS",
            None,
            f"p 行说有 {reading.size[1]} 条弧,文件中有 {len(reading.arcs)} 条",
            f"the p line tells {reading.size[1]} arcs, the file has {len(reading.arcs)}",
        )
