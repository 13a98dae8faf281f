"""What drafting and publication refuse, and what a publication answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import unit_in_english
from liangcao.operations.allocation.models import Plan
from liangcao.reference.catalog.models import Item


@dataclass(frozen=True)
class ShortItem:
    """An item of a plan that cannot go out as planned: pieces planned, pieces free now, or a need that has changed."""

    item_id: int
    name: str
    unit: str
    planned: int
    free: int
    need_changed: bool = False
    name_en: str = ""
    unit_en: str = ""
    # Codes of lots of the plan that were stopped since. Lists: the answer is kept as JSON and compared.
    frozen: list[str] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)

    def message(self, language: str) -> str:
        """One sentence with the numbers."""
        if language.startswith("en"):
            why = (
                "the need has changed meanwhile"
                if self.need_changed
                else f"{self._stopped('en')}only {self.free:,} are free now"
            )
            unit = unit_in_english(self.unit_en or self.unit, self.planned)
            return f"{self.name_en or self.name}: {self.planned:,} {unit} planned, {why}"
        why = "需求已有变化" if self.need_changed else f"{self._stopped('zh')}现可用 {self.free:,} {self.unit}"
        return f"“{self.name}”计划 {self.planned:,} {self.unit},{why}"

    def _stopped(self, language: str) -> str:
        words = (("已冻结", "is frozen", self.frozen), ("已召回", "is recalled", self.recalled))
        if language == "en":
            return "".join(f"lot {', '.join(codes)} {en}, " for _, en, codes in words if codes)
        return "".join(f"批次 {'、'.join(codes)} {zh}," for zh, _, codes in words if codes)


@dataclass(frozen=True)
class Publication:
    """The answer to a publication. `short` names the items that did not go out; `follow_up` is their recomputed plan,
    reviewed already and waiting for one more signature."""

    plan: Plan
    follow_up: Plan | None = None
    short: tuple[ShortItem, ...] = ()


class StockTaken(Conflict):
    """Nothing of the plan can go out as planned. `short` says for each item what is left."""

    def __init__(self, plan: Plan, short: Sequence[ShortItem]) -> None:
        self.short = tuple(short)
        super().__init__(
            "PLAN_STOCK_TAKEN",
            f"方案 {plan.number} 不能签发:"
            + ";".join(item.message("zh") for item in short[:5])
            + "。请“重新试算”后再签发",
            f"Plan {plan.number} cannot be published: "
            + "; ".join(item.message("en") for item in short[:5])
            + ". Recompute it, then publish",
        )


class OverApproved(Invalid):
    """An override above what was approved for the unit."""

    def __init__(self, *, quantity: int, approved: int, unit: str) -> None:
        super().__init__(
            "OVER_APPROVED",
            f"改数 {quantity:,} {unit} 超出该单位待满足的核定数 {approved:,} {unit}(超出 {quantity - approved:,});请先补批申领",
            f"{quantity:,} is over the {approved:,} still approved for this unit (by {quantity - approved:,}); "
            "approve a requisition first",
            field="quantity",
        )


class OverFree(Conflict):
    """An override or a share above what is free."""

    def __init__(self, *, item: Item, quantity: int, available: int) -> None:
        self.available = available
        super().__init__(
            "OVER_FREE",
            f"“{item.name}”可分配 {available:,} {item.base_unit},填写的是 {quantity:,} {item.base_unit},请减少",
            f'{item.counted(available)} of "{item.english}" can be given, {quantity:,} asked; ask for less',
            field="quantity",
        )
