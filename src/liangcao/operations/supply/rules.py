"""Who may do what with sources and receipts. One rule for the button and the act."""

from __future__ import annotations

from collections.abc import Iterable

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.supply.flow import SOURCE_FLOW
from liangcao.operations.supply.models import Receipt, Source, SourceLine
from liangcao.reference.catalog.models import Item


class AlreadyReceived(Conflict):
    """Everything of the source is in; carries what was announced and what arrived."""

    def __init__(self, source: Source, lines: Iterable[SourceLine]) -> None:
        told: list[tuple[Item, int | None, int]] = [
            (line.item, line.quantity_advised, line.quantity_arrived)  # type: ignore[attr-defined]
            for line in lines
        ]
        listed_zh = ";".join(
            f"{item.name} 通知 {'未告知' if advised is None else f'{advised:,}'}、已到 {arrived:,} {item.base_unit}"
            for item, advised, arrived in told[:5]
        )
        listed_en = "; ".join(
            f"{item.english}: advised {'unknown' if advised is None else f'{advised:,}'}, "
            f"received {item.counted(arrived)}"
            for item, advised, arrived in told[:5]
        )
        super().__init__(
            "ALREADY_RECEIVED",
            f"{source.number} 已全部到货({listed_zh}),不能重复收货。另有到货请按“没有通知的到货”登记;收错了请先冲红",
            f"{source.number} is received already ({listed_en}). Book further goods as unannounced; reverse a "
            f"wrong receipt first",
        )


class AlreadyReversed(Conflict):
    """Nothing of the receipt is left to reverse."""

    def __init__(self, number: str) -> None:
        super().__init__("ALREADY_REVERSED", f"{number} 已全部冲红", f"{number} is reversed already")


def _check_step(source: Source, target: str) -> None:
    check_step(
        SOURCE_FLOW,
        source.status,
        target,
        what_zh=f"来源 {source.number} ",
        what_en=f"Source {source.number}",
    )


def check_can_announce(actor: Actor, *, bureau_id: int) -> None:
    """Buyer, gift clerk, coordinator, storekeeper."""
    guard.check(actor, "announce", "source", bureau_id=bureau_id)


def can_announce(actor: Actor, *, bureau_id: int) -> bool:
    """Whether `check_can_announce` lets it pass."""
    return guard.can(actor, "announce", "source", bureau_id=bureau_id)


def check_can_receive(actor: Actor, source: Source, lines: Iterable[SourceLine] = ()) -> None:
    """The storekeeper, while something is still expected. `lines` with their sums make the refusal speak in numbers."""
    guard.check(actor, "receive", "source", bureau_id=source.bureau_id)
    if source.status == "received":
        raise AlreadyReceived(source, lines)
    _check_step(source, "received")


def can_receive(actor: Actor, source: Source) -> bool:
    """Whether `check_can_receive` lets it pass."""
    return guard.passes(check_can_receive, actor, source)


def check_can_close(actor: Actor, source: Source) -> None:
    """No more is expected, though something is missing."""
    guard.check(actor, "close", "source", bureau_id=source.bureau_id)
    _check_step(source, "closed")


def can_close(actor: Actor, source: Source) -> bool:
    """Whether `check_can_close` lets it pass."""
    return guard.passes(check_can_close, actor, source)


def check_can_cancel(actor: Actor, source: Source) -> None:
    """It will not come at all: only while nothing has arrived."""
    guard.check(actor, "cancel", "source", bureau_id=source.bureau_id)
    _check_step(source, "cancelled")


def can_cancel(actor: Actor, source: Source) -> bool:
    """Whether `check_can_cancel` lets it pass."""
    return guard.passes(check_can_cancel, actor, source)


def check_can_reverse(actor: Actor, receipt: Receipt) -> None:
    """While something of the receipt is left."""
    guard.check(actor, "reverse", "source", bureau_id=receipt.bureau_id)
    if receipt.status == "reversed":
        raise AlreadyReversed(receipt.number)


def can_reverse(actor: Actor, receipt: Receipt) -> bool:
    """Whether `check_can_reverse` lets it pass."""
    return guard.passes(check_can_reverse, actor, receipt)
