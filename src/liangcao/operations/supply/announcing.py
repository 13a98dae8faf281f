"""What an announcement must look like: takes what was given, returns what will be written or raises all problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.quantity import LINES_BY_HAND_MOST
from liangcao.foundation.kernel.text import check_text
from liangcao.operations.supply.flow import KINDS
from liangcao.operations.supply.inputs import SourceLineInput
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import in_base_units, known_item

FEN_MOST = 10**15


@dataclass(frozen=True)
class DraftSourceLine:
    """A line that has passed the checks, in base units."""

    item: Item
    given: SourceLineInput
    quantity: int | None
    advised_as: str


@dataclass(frozen=True)
class Texts:
    """The free texts of a source, trimmed."""

    channel: str
    document_ref: str
    note: str


def check_money(value: object, *, field: str, row: int | None = None) -> None:
    """Whole fen, not below zero; None is nothing told. Raises Invalid MONEY_INVALID."""
    if value is None or (type(value) is int and 0 <= value <= FEN_MOST):
        return
    at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
    raise Invalid(
        "MONEY_INVALID",
        f"{at_zh}金额须为不小于 0 的整数分,收到的是 {str(value)[:40]}",
        f"{at_en}money must be a whole number of fen, not below 0, got {str(value)[:40]}",
        field=field,
        row=row,
    )


def check_dates(produced_on: date | None, expires_on: date | None, *, row: int) -> None:
    """Raise Invalid EXPIRY_BEFORE_PRODUCTION."""
    if produced_on and expires_on and expires_on < produced_on:
        raise Invalid(
            "EXPIRY_BEFORE_PRODUCTION",
            f"第 {row} 行:失效日期 {expires_on} 早于生产日期 {produced_on},请核对",
            f"Row {row}: the expiry date {expires_on} is before the production date {produced_on}; check them",
            field="expires_on",
            row=row,
        )


def check_announcement(
    lines: Sequence[SourceLineInput],
    items: dict[int, Item],
    *,
    kind: str,
    channel: str,
    document_ref: str,
    amount_fen: int | None,
    note: str,
) -> tuple[list[DraftSourceLine], Texts]:
    """Lines and texts as they will be written. A gift of money has no lines. Raises all problems at once."""
    problems: list[Refusal] = []
    if kind not in KINDS:
        problems.append(
            Invalid("SOURCE_KIND_UNKNOWN", f"没有“{kind}”这类来源", f'There is no source kind "{kind}"', field="kind")
        )
    with collected(problems):
        check_money(amount_fen, field="amount_fen")
    texts: dict[str, str] = {"channel": "", "document_ref": "", "note": ""}
    for field, value, zh, en, longest in (
        ("channel", channel, "渠道", "channel", 60),
        ("document_ref", document_ref, "文号或合同号", "document", 80),
        ("note", note, "备注", "note", 500),
    ):
        with collected(problems):
            texts[field] = check_text(value, field=field, zh=zh, en=en, longest=longest)
    is_money = kind == "gift" and not lines and type(amount_fen) is int and amount_fen > 0
    if not is_money and not 0 < len(lines) <= LINES_BY_HAND_MOST:
        problems.append(
            Invalid(
                "LINES_TOO_MANY" if lines else "LINES_EMPTY",
                f"来源须有 1–{LINES_BY_HAND_MOST:,} 行物资(只有捐款可以不列物资,须填金额),收到 {len(lines):,} 行",
                f"A source has 1 to {LINES_BY_HAND_MOST:,} lines (only a gift of money has none, and an amount), got "
                f"{len(lines):,}",
                field="lines",
            )
        )
        lines = ()
    drafted = []
    for row, line in enumerate(lines, start=1):
        with collected(problems):
            drafted.append(_drafted(line, items, row))
    raise_all(problems)
    return drafted, Texts(**texts)


def _drafted(line: SourceLineInput, items: dict[int, Item], row: int) -> DraftSourceLine:
    item = known_item(items, line.item_id, row=row)
    quantity = None if line.quantity is None else in_base_units(item, line.quantity, line.unit, row=row)
    check_money(line.unit_price_fen, field="unit_price_fen", row=row)
    check_dates(line.produced_on, line.expires_on, row=row)
    check_text(line.maker_lot, field="maker_lot", zh="批号", en="maker's lot", longest=60, row=row)
    check_text(line.remark, field="remark", zh="备注", en="remark", longest=200, row=row)
    is_pack = quantity is not None and quantity != line.quantity
    return DraftSourceLine(item, line, quantity, f"{line.quantity} {line.unit}" if is_pack else "")
