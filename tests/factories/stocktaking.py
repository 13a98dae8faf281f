"""Counts and write-offs as a test needs them, through actions only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from liangcao.operations.stocktaking import actions, queries
from liangcao.operations.stocktaking.actions import CountInput, WriteOffInput
from liangcao.operations.stocktaking.models import CountSheet, WriteOff
from tests.factories.world import NOON, World


def open_sheet(world: World, *, role: str = "storekeeper", at: datetime = NOON, **more: Any) -> CountSheet:
    """A sheet over the first store."""
    given = {"store_id": world.store.pk, "client_id": uuid4()} | more
    return actions.open_count(bureau_id=world.bureau.pk, by=world.actor(role), at=at, **given)


def act(
    do: Callable[..., Any],
    world: World,
    sheet: CountSheet,
    *,
    role: str = "storekeeper",
    at: datetime = NOON,
    **more: Any,
) -> Any:
    """One step of a sheet by somebody."""
    given = {"client_id": uuid4()} | more
    return do(sheet_id=sheet.pk, by=world.actor(role), at=at, **given)


def count(world: World, sheet: CountSheet, quantities: dict[int, int], **more: Any) -> CountSheet:
    """Enter quantities by line."""
    entries = [CountInput(line, quantity) for line, quantity in quantities.items()]
    done: CountSheet = act(actions.enter_counts, world, sheet, entries=entries, **more)
    return done


def counted_to_the_end(world: World, sheet: CountSheet, quantities: dict[int, int], *, at: datetime = NOON) -> None:
    """Counted, recounted where it differs, and signed; the second signature is missing."""
    count(world, sheet, quantities, at=at)
    act(actions.finish_count, world, sheet, at=at)
    rows = queries.differing(queries.counted(world.system, sheet))
    if rows:
        act(actions.start_recount, world, sheet, at=at)
        again = {row.line.line: row.last.quantity for row in rows if row.last}
        count(world, sheet, again, role="counter", at=at)
        act(actions.finish_count, world, sheet, role="counter", at=at)
    act(actions.sign_count, world, sheet, reason="清点与账面不符", at=at)


def make_write_off(world: World, *, reason: str = "包装破损", **more: Any) -> WriteOff:
    """Ten masks that somebody asks to write off."""
    lot, _ = world.put_in(world.mask, 10)
    given = {"cause": "damaged", "store_id": world.store.pk, "client_id": uuid4()} | more
    return actions.ask_write_off(
        bureau_id=world.bureau.pk, lines=[WriteOffInput(lot, 10)], reason=reason, by=world.actor("storekeeper"),
        at=NOON, **given,
    )  # fmt: skip
