"""Turns the published figures of a book into acts: announced, received in parts, delivered directly, given in money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.commands.demo.founding import Desk
from liangcao.interfaces.commands.demo.records import Arrival, Fact, arrivals, client_id, facts
from liangcao.interfaces.commands.demo.signing import sign_for
from liangcao.operations.supply import actions as supply

Act = Callable[[], object]
KINDS = {"procured": "purchase", "donated": "gift", "produced": "output", "allotted": "allotment"}
CLERKS = {"purchase": "buyer", "gift": "gift_clerk", "output": "coordinator", "allotment": "coordinator"}
GIFT_CHANNEL = "红十字会、慈善总会等机构"
NO_LOT = "来源未述批号"
ACCEPTED_BY = "示例验收人"
NOT_FOR_US = "组织协调的产量,不入本局仓库"


def acts_of(name: str, desk: Desk) -> Iterator[tuple[datetime, Act]]:
    """Every act that the published figures of a book need, each with its moment; the caller sorts them."""
    for fact in facts(name):
        if fact.entry in ("announced", "money"):
            yield _announcement(desk, fact)
        elif fact.entry == "received":
            yield from _receipts(desk, fact)
        elif fact.entry == "batches":
            for number, arrival in enumerate(arrivals(fact.id), start=1):
                yield from _batch(desk, fact, arrival, number)
        elif fact.entry == "direct":
            yield _direct(desk, fact)


def _note(fact: Fact) -> str:
    figure = f"公布数:{fact.published_item}{'(约数,“多”)' if fact.is_approximate else ''}"
    return f"{figure};{fact.remark}" if fact.remark else figure


def announce(desk: Desk, fact: Fact, *, kind: str, quantity: int | None, at: datetime, key: str = "") -> Any:
    """Announce a source for a fact: with one line of goods, or with money only."""
    line = [supply.SourceLineInput(item_id=desk.items[fact.item], quantity=quantity)] if fact.item else []
    return supply.announce_source(
        bureau_id=desk.bureau_id,
        kind=kind,
        counterparty_id=desk.organisations[fact.counterparty],
        lines=line,
        channel=GIFT_CHANNEL if kind == "gift" and fact.entry in ("received", "money") else "",
        amount_fen=fact.quantity * 100 if fact.entry == "money" else None,
        note=_note(fact),
        by=desk.actors[CLERKS[kind]],
        at=at,
        client_id=client_id(fact.id, "announce", key),
    )


def receive(desk: Desk, source: Any, fact: Fact, arrival: Arrival, *, final: bool) -> None:
    """Receive one part of a fact's goods, in full, into the store that may hold them."""
    line = source.lines.get()
    receipt = supply.receive_source(
        source_id=source.pk,
        store_id=desk.store_for(fact.item),
        lines=[
            supply.ReceiptLineInput(
                source_line_id=line.pk,
                item_id=line.item_id,
                quantity_good=arrival.quantity,
                quantity_damaged=0,
                no_lot_reason=NO_LOT,
                accepted_by=ACCEPTED_BY,
            )
        ],
        final=final,
        business_date=business_date(arrival.at),
        by=desk.actors["storekeeper"],
        at=arrival.at,
        client_id=client_id(fact.id, "receive", arrival.at.isoformat()),
    )
    sign_for(desk, receipt, at=arrival.at, key=(fact.id, arrival.at.isoformat()))


def _announcement(desk: Desk, fact: Fact) -> tuple[datetime, Act]:
    """Money, or output that never enters our store: the latter is closed at once, so that nobody waits for it."""
    at = _moment_of(fact)
    kind = KINDS[fact.flow]

    def act() -> None:
        source = announce(desk, fact, kind=kind, quantity=fact.quantity if fact.item else None, at=at)
        if fact.entry == "announced":
            supply.close_source(
                source_id=source.pk,
                reason=NOT_FOR_US,
                by=desk.actors[CLERKS[kind]],
                at=at,
                client_id=client_id(fact.id, "close"),
            )

    return at, act


def _receipts(desk: Desk, fact: Fact) -> Iterator[tuple[datetime, Act]]:
    parts = arrivals(fact.id)
    announced_at = parts[0].at - timedelta(hours=6)
    kind = KINDS[fact.flow]

    def announced() -> Any:
        return announce(desk, fact, kind=kind, quantity=fact.quantity, at=announced_at)

    yield announced_at, announced
    for part in parts:
        # Announcing again with the same id gives the source that is there.
        yield (
            part.at,
            lambda part=part: receive(desk, announced(), fact, part, final=part is parts[-1]),  # type: ignore[misc]
        )


def _batch(desk: Desk, fact: Fact, arrival: Arrival, number: int) -> Iterator[tuple[datetime, Act]]:
    announced_at = arrival.at - timedelta(hours=1)

    def announced() -> Any:
        return announce(desk, fact, kind="allotment", quantity=arrival.quantity, at=announced_at, key=f"batch-{number}")

    yield announced_at, announced
    yield arrival.at, lambda: receive(desk, announced(), fact, arrival, final=True)


def _direct(desk: Desk, fact: Fact) -> tuple[datetime, Act]:
    """Goods that never see the store: one source, and a receipt and issue in one act for each recipient."""
    at = _moment_of(fact)
    kind = _direct_kind(desk, fact)

    def act() -> None:
        # Output is part of a published total already: announced without an amount, it does not make the total grow.
        told = None if kind == "output" else fact.quantity
        source = announce(desk, fact, kind=kind, quantity=told, at=at - timedelta(hours=1))
        line = source.lines.get()
        share, rest = divmod(fact.quantity, len(fact.recipients))
        for place, code in enumerate(fact.recipients):
            quantity = share + (place < rest)
            supply.receive_direct(
                source_id=source.pk,
                recipient_id=desk.organisations[code],
                lines=[
                    supply.ReceiptLineInput(
                        source_line_id=line.pk,
                        item_id=line.item_id,
                        quantity_good=quantity,
                        quantity_damaged=0,
                        no_lot_reason=NO_LOT,
                        accepted_by=ACCEPTED_BY,
                    )
                ],
                signed_by="接收单位经办人",
                final=place == len(fact.recipients) - 1,
                business_date=business_date(at),
                by=desk.actors["storekeeper"],
                at=at,
                client_id=client_id(fact.id, "direct", code),
            )

    return at, act


def _direct_kind(desk: Desk, fact: Fact) -> str:
    """A direct delivery counts in the flow of its fact; a hand-out by who gave: donor, producer, else supplier."""
    if fact.flow in KINDS:
        return KINDS[fact.flow]
    return {"donor": "gift", "producer": "output"}.get(desk.kinds[fact.counterparty], "purchase")


def _moment_of(fact: Fact) -> datetime:
    if fact.at is None:
        raise ValueError(f"facts.csv: {fact.id} needs a moment")
    return fact.at
