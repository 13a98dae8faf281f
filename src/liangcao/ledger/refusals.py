"""What the ledger refuses, with the sentence that the person at the counter reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.ledger.reservations import Hold


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def name(self) -> str:
        """The Chinese name."""

    @property
    def english(self) -> str:
        """The name for an English sentence."""


class StockShort(Conflict):
    """More was asked than is there or than is free. Carries the numbers, and says what holds the rest."""

    def __init__(
        self,
        *,
        what: str,
        place: str,
        asked: int,
        available: int,
        unit: str,
        reserved: Sequence[Hold],
        what_en: str = "",
    ) -> None:
        self.asked = asked
        self.available = available
        self.reserved = sum(hold.quantity for hold in reserved)
        self.on_hand = available + self.reserved
        held_zh = (
            f",另有 {self.reserved:,} {unit}已预留给" + "、".join(hold.in_words() for hold in reserved[:3])
            if reserved
            else ""
        )
        held_en = (
            f"; another {self.reserved:,} reserved for " + ", ".join(hold.in_english() for hold in reserved[:3])
            if reserved
            else ""
        )
        super().__init__(
            "STOCK_SHORT",
            f"“{what}”在{place}不足:需要 {asked:,} {unit},可用 {available:,} {unit}{held_zh}。请减少数量或换批次",
            f'Not enough "{what_en or what}" in {place}: {asked:,} asked, {available:,} free{held_en}.'
            " Ask for less or take another lot",
            field="quantity",
        )


class LotExpired(Conflict):
    """The lot is past its date."""

    def __init__(self, *, code: str, item: Named, expired_on: date) -> None:
        super().__init__(
            "LOT_EXPIRED",
            f"“{item.name}”批次 {code} 已于 {expired_on} 失效,不能发放;请换批次,或办理报废",
            f'Lot {code} of "{item.english}" expired on {expired_on} and cannot be issued; '
            "take another lot or write it off",
            field="lot",
        )


class LotFrozen(Conflict):
    """The lot is frozen or recalled."""

    def __init__(self, *, code: str, item: Named, fact: str, reason: str) -> None:
        word_zh, word_en = ("召回", "recalled") if fact == "recalled" else ("冻结", "frozen")
        super().__init__(
            "LOT_FROZEN",
            f"“{item.name}”批次 {code} 已{word_zh}({reason or '未注明原因'}),不能动用;请换批次",
            f'Lot {code} of "{item.english}" is {word_en} ({reason or "no reason given"}); take another lot',
            field="lot",
        )


class SameAccount(Invalid):
    """Goods would go from a place to the same place."""

    def __init__(self, *, row: int, field: str = "target") -> None:
        super().__init__(
            "SAME_ACCOUNT",
            f"第 {row} 行:调出与调入不能相同,请另选一处",
            f"Row {row}: source and target must differ; choose another place",
            field=field,
            row=row,
        )


class LateEntryRefused(Conflict):
    """The business date is too early, or something would have been below zero on the way."""


class SealedDay(Conflict):
    """The business date is sealed. Carries the first day that is still open."""

    def __init__(self, *, given: date, sealed_through: date) -> None:
        self.open_day = sealed_through + timedelta(days=1)
        super().__init__(
            "SEALED_DAY",
            f"{given} 已封账(封至 {sealed_through}),不再增减。请记在 {self.open_day} 或以后,并在补记原因中写明实际日期",
            f"{given} is sealed (through {sealed_through}) and takes nothing any more. Enter it on {self.open_day} or "
            "later, and give the real date in the reason",
            field="business_date",
        )


class FutureDate(Invalid):
    """The business date lies ahead."""

    def __init__(self, *, given: date, today: date) -> None:
        super().__init__(
            "DATE_IN_FUTURE",
            f"业务日期 {given} 晚于今天 {today},请改为今天或更早",
            f"The business date {given} is after today, {today}; use today or earlier",
            field="business_date",
        )


class LotNotFound(NotFound):
    """No such lot in this book."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            f"本台账没有批次 {shown},请核对批次编号", f"This book has no lot {shown}; check the lot code", field="lot"
        )


class MoveNotFound(NotFound):
    """No such document in the actor's books."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"未找到单据 {shown},或不在您的范围内", f"No document {shown} within your scope", field="move")


class GoodsMovedOn(Conflict):
    """The goods of a document have moved on, so it cannot be reversed whole."""

    def __init__(self, *, number: str, later: list[str], possible: int, asked: int, unit: str) -> None:
        self.later = later
        self.possible = possible
        more = "…" if len(later) > 5 else ""
        listed, listed_en = "、".join(later[:5]) + more, ", ".join(later[:5]) + more
        super().__init__(
            "GOODS_MOVED_ON",
            f"{number} 的货已被后续单据动用({listed}):要冲红 {asked:,} {unit},现只能冲红 {possible:,} {unit}。"
            "可先冲红后续单据,或改为部分冲红",
            f"The goods of {number} have moved on ({listed_en}): {asked:,} asked, {possible:,} can be reversed. "
            "Reverse the later documents first, or reverse a part",
            field="quantity",
        )


class NothingToReverse(Conflict):
    """The document is reversed already, or has nothing that could be."""

    def __init__(self, number: str) -> None:
        super().__init__(
            "NOTHING_TO_REVERSE",
            f"{number} 已全部冲红,或没有可冲红的分录",
            f"{number} is reversed already, or has nothing to reverse",
        )
