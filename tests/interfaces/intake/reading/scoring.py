"""How well texts are read: lines found beside lines annotated by hand.

A line matches on the item (loosely: one name holds the other, or most of it is alike), quantity, unit and flow; lines
marked optional count neither as found nor as missed. Exact-quantity accuracy: of the lines that match on item and flow,
how many have the right quantity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from liangcao.interfaces.intake.reading.text import read_text

ALIKE = 0.6


@dataclass
class Score:
    """Counts over documents; `told` names what was missed and what was too much."""

    right: int = 0
    missed: int = 0
    extra: int = 0
    quantities: int = 0
    exact: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.extra)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    @property
    def accuracy(self) -> float:
        return self.exact / self.quantities

    def __str__(self) -> str:
        figures = f"precision {self.precision:.3f} recall {self.recall:.3f} quantity {self.accuracy:.3f}"
        return "\n".join([figures, *self.told])


def documents(path: Path) -> list[dict[str, Any]]:
    """The annotated texts of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(texts: Iterable[dict[str, Any]]) -> Score:
    """Read all of them."""
    total = Score()
    for document in texts:
        _add(total, document["id"], document["lines"], [line.record() for line in read_text(document["text"])])
    return total


def _add(total: Score, name: str, gold: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    left = list(found)
    for wanted in gold:
        match = next((line for line in left if _same(line, wanted)), None)
        if match is not None:
            left.remove(match)
        if wanted.get("optional"):
            continue
        total.right += match is not None
        total.missed += match is None
        if match is None:
            total.told.append(f"{name}: missed {wanted['item']} {wanted['quantity']} {wanted['unit']} {wanted['flow']}")
        near = match or next((line for line in found if _same_goods(line, wanted)), None)
        total.quantities += near is not None
        total.exact += near is not None and any(
            _same_goods(line, wanted) and _same_quantity(line, wanted) for line in found
        )
    total.extra += len(left)
    total.told += [f"{name}: extra {line['item']} {line['quantity']} {line['unit']} {line['flow']}" for line in left]


def _same(line: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return _same_goods(line, wanted) and _same_quantity(line, wanted) and line["unit"] == wanted["unit"]


def _same_goods(line: dict[str, Any], wanted: dict[str, Any]) -> bool:
    flows = (wanted["flow"], *wanted.get("flow_alt", ()))
    return line["flow"] in flows and _is_alike(line["item"], wanted["item"])


def _same_quantity(line: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return float(line["quantity"]) == float(wanted["quantity"])


def _is_alike(one: str, other: str) -> bool:
    one, other = _bare(one), _bare(other)
    return one in other or other in one or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _bare(name: str) -> str:
    return "".join(sign for sign in name.replace("（", "(").replace("）", ")").upper() if sign not in ' “”"#')
