"""A pasted message as the lines of a requisition: what was understood, what must be asked, what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.interfaces.intake.catalogue import catalogue_of, is_base_unit
from liangcao.interfaces.intake.reading.lines import OTHER, REQUESTED, STOCK, Line
from liangcao.interfaces.intake.reading.matching import with_candidates
from liangcao.interfaces.intake.reading.text import read_text
from liangcao.reference.catalog import queries
from liangcao.reference.catalog.models import Item

# A message of a chat group; longer texts are documents.
LONGEST_MESSAGE = 20_000
_CERTAIN = frozenset({"ITEM_UNSURE", "ITEM_UNKNOWN"})


@dataclass(frozen=True)
class Understood:
    """One line of a message. `item` only where it is certain; `unit` "" for the base unit, a pack's name, or as
    written where nothing says how many pieces it holds (then it is one of the `reasons`)."""

    line: Line
    written: str
    item: Item | None
    quantity: int | None
    unit: str
    reasons: tuple[str, ...]

    @property
    def is_asked(self) -> bool:
        """Whether it asks for goods."""
        return self.line.flow == REQUESTED and self.line.per is None


@dataclass
class Asked:
    """One line of a requisition as it will stand in the form, for a person to look over."""

    item: Item | None
    name: str
    quantity: int | None
    unit: str
    on_hand: int | None = None
    daily_use: int | None = None
    from_rows: list[int] = field(default_factory=list)


def understood(text: str, actor: Actor, *, kind: str = "requisitions", today: date | None = None) -> list[Understood]:
    """The lines of a message with the items of this installation's catalogue; days are counted from `today`.

    Raises Invalid MESSAGE_EMPTY, MESSAGE_TOO_LONG.
    """
    if not text.strip():
        raise Invalid("MESSAGE_EMPTY", "请先粘贴消息的文字", "Paste the text of the message first", field="message")
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(
            "MESSAGE_TOO_LONG",
            f"消息有 {len(text):,} 字,超过 {LONGEST_MESSAGE:,} 字,请分几次粘贴",
            f"The message has {len(text):,} characters, at most {LONGEST_MESSAGE:,} fit; paste it in parts",
            field="message",
        )
    lines = list(with_candidates(read_text(text, kind=kind, today=today), catalogue_of(actor)))
    codes = {line.candidates[0].code for line in lines if line.candidates}
    items = {item.code: item for item in queries.items(actor).filter(code__in=codes).prefetch_related("packs")}
    return [_understood(line, text, items) for line in lines]


def asked_lines(rows: Iterable[Understood]) -> list[Asked]:
    """The lines to ask for: one for each line that asks, with the stock and the daily use that the message tells of
    the same item."""
    told = list(rows)
    asked = [
        Asked(row.item, row.line.item, row.quantity, row.unit, from_rows=[number])
        for number, row in enumerate(told)
        if row.is_asked
    ]
    for number, row in enumerate(told):
        there = next((line for line in asked if row.item is not None and line.item == row.item), None)
        if there is None or row.is_asked or row.unit or row.quantity is None:
            continue
        if row.line.flow == STOCK and there.on_hand is None:
            there.on_hand = row.quantity
            there.from_rows.append(number)
        elif row.line.flow == OTHER and row.line.per == "day" and there.daily_use is None:
            there.daily_use = row.quantity
            there.from_rows.append(number)
    return asked


def _understood(line: Line, text: str, items: dict[str, Item]) -> Understood:
    is_certain = bool(line.candidates) and not _CERTAIN.intersection(line.reasons)
    item = items.get(line.candidates[0].code) if is_certain else None
    unit, reasons = _unit(line, item), list(line.reasons)
    if item is not None and unit and unit not in {pack.name for pack in item.packs.all()}:
        reasons.append("UNIT_UNKNOWN")
    quantity = None
    if line.quantity is not None and line.quantity == line.quantity.to_integral_value():
        quantity = int(line.quantity) if line.quantity <= QUANTITY_MAX else None
    if quantity is None and "QUANTITY_TOO_LARGE" not in reasons:
        is_large = line.quantity is not None and line.quantity > QUANTITY_MAX
        reasons.append("QUANTITY_TOO_LARGE" if is_large else "QUANTITY_NOT_WHOLE")
    return Understood(line, text[line.start : line.end], item, quantity, unit, tuple(dict.fromkeys(reasons)))


def _unit(line: Line, item: Item | None) -> str:
    unit = line.unit or ""
    if item is None:
        return unit
    return "" if is_base_unit(unit, item) else unit
