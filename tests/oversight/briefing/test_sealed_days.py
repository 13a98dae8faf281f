"""What stands in a sealed day stays as it is, to the byte; and the briefing carries the last seal."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.oversight.briefing import queries
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def papers(world: World) -> list[bytes]:
    """All registers of the sealed days as Excel, and the briefing of the last of them as Word, PDF and JSON."""
    leader, last = world.actor("leader"), TODAY - DAY
    made = [
        queries.register(leader, world.bureau.pk, kind, from_=last - DAY, to=last) for kind in sorted(queries.REGISTERS)
    ]
    files = [queries.register_file(each, made_at=NOON) for each in made]
    briefing = queries.briefing(leader, world.bureau.pk, last, at=NOON)
    for ending in ("docx", "pdf", "json"):
        content, _kind = queries.briefing_file(
            briefing, ending, actor=leader, bureau_id=world.bureau.pk, language="zh-hans"
        )
        files.append(content)
    return files


def test_registers_and_briefing_of_sealed_days_keep_their_bytes() -> None:
    world = make_world()
    lot, first = world.put_in(world.mask, 1000, at=NOON - 2 * DAY)
    transit = AccountRef("transit", world.store.pk, world.hospital.pk)
    world.post("issue", PostingLine(lot, world.stock(), transit, 300), at=NOON - DAY, business_date=TODAY - DAY)
    ledger.seal_day(
        bureau_id=world.bureau.pk, day=TODAY - DAY, with_earlier=True, by=world.actor("leader"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    before = papers(world)
    # A late entry into the open day, a reversal of goods of a sealed one, and more of the same lot.
    new = uuid4()
    world.post(
        "receipt", PostingLine(new, world.outside(world.donor), world.stock(), 5), at=NOON + DAY, late_reason="漏记",
        new_lots=[NewLot(new, world.mask.pk, "gift", "JZ-x#1", no_lot_reason="散装")],
    )  # fmt: skip
    ledger.reverse_move(
        move_id=first.id, reason="多记", by=world.system, at=NOON + DAY, client_id=uuid4(), lines={1: 50}
    )
    world.post("issue", PostingLine(lot, world.stock(), transit, 10), at=NOON)
    assert papers(world) == before


def test_the_briefing_carries_the_last_seal_of_its_evening() -> None:
    world = make_world()
    world.put_in(world.mask, 10, at=NOON - DAY)
    [seal] = ledger.seal_day(
        bureau_id=world.bureau.pk, day=TODAY - DAY, by=world.actor("leader"), at=NOON, client_id=uuid4()
    )
    found = queries.briefing(world.actor("leader"), world.bureau.pk, TODAY, at=NOON)
    assert found.seal == seal
    assert queries.briefing(world.actor("leader"), world.bureau.pk, TODAY - DAY, at=NOON).seal is None
