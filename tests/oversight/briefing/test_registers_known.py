"""Registers "as known at" a moment keep their bytes whatever happens afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.errors import Invalid
from liangcao.ledger import actions as ledger
from liangcao.ledger.entries import NewFact, NewLot, PostingLine
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.registers import Register
from liangcao.oversight.briefing.registers_files import register_as
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.parties import actions as parties
from tests.factories.allocation import ask, make_plan, publish
from tests.factories.dispatch import confirm, hand_over, prepare
from tests.factories.supply import make_receipt, make_source, reverse
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KNOWN = NOON + HOUR


@pytest.fixture
def world() -> World:
    return make_world()


def register(world: World, kind: str, known_at: datetime | None = KNOWN, **more: object) -> Register:
    return queries.register(
        world.actor("auditor"), world.bureau.pk, kind, from_=TODAY - DAY, to=TODAY + DAY, known_at=known_at, **more
    )  # type: ignore[arg-type]


def papers(world: World, made_at: datetime) -> Iterator[tuple[str, str, bytes]]:
    """All registers in both forms."""
    for kind in sorted(queries.REGISTERS):
        for ending in ("xlsx", "pdf"):
            with register_as(register(world, kind), ending, made_at=made_at).content as file:
                yield kind, ending, file.read()


def cells(made: Register, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row.cells[made.place(name)] for name in names) for row in made.rows()]


def test_what_is_recorded_later_changes_no_byte(world: World) -> None:
    gift = make_receipt(world, make_source(world, (world.mask, 1_000)), (1_000, 0))
    lot, _move = world.put_in(world.suit, 60, expires_on=TODAY + 20 * DAY)
    world.put_in(world.n95, 300)
    ask(world, world.hospital, 100, world.n95)
    delivery = hand_over(world, prepare(world, publish(world, make_plan(world, item_ids=[world.n95.pk])).plan)[0])
    before = list(papers(world, NOON + 2 * HOUR))
    assert len(before) == 8

    later = NOON + DAY
    new = uuid4()
    world.post(
        "receipt", PostingLine(new, world.outside(world.donor), world.stock(), 5), at=later, late_reason="漏记",
        new_lots=[NewLot(new, world.mask.pk, "gift", "JZ-x#1", no_lot_reason="散装")],
    )  # fmt: skip
    reverse(world, gift, at=later)
    confirm(world, delivery, (80, 15, 5, "少一包,一包破损"), at=later)
    ledger.post_move(
        book_id=world.book.pk, kind="fact", business_date=TODAY + DAY, lines=[], cause_kind="test", cause_ref="t",
        by=world.system, at=later, client_id=uuid4(),
        new_facts=[NewFact(lot, "expires_on", (TODAY + 400 * DAY).isoformat(), "标签看错")],
    )  # fmt: skip
    parties.edit_organisation(
        organisation_id=world.donor.pk, name="示例捐赠人(更名)", by=world.actor("administrator"), at=later,
        client_id=uuid4(),
    )  # fmt: skip
    catalog.add_pack(item=world.mask, name="托", factor=960, by=world.system, at=later)

    assert list(papers(world, later + HOUR)) == before
    now = cells(register(world, "receipts_register", known_at=None), "party", "quantity", "mark", "remark")
    assert ("示例捐赠人(更名)", -1_000, "冲红", f"冲 {gift.number};点错了") in now or any(
        row[2] == "冲红" for row in now
    )
    assert [row[2:] for row in now if row[1] == 5] == [("补录", "2月4日记账;漏记")]
    then = cells(register(world, "receipts_register"), "party", "quantity")
    assert ("示例捐赠人", 1_000) in then
    assert all(quantity != -1_000 for _, quantity in then)
    signed = cells(register(world, "issue_register"), "quantity", "good", "signed_name", "state")
    assert signed == [(100, None, "", "配送中")]


def test_what_it_knows_stands_on_the_paper(world: World) -> None:
    world.put_in(world.mask, 10)
    paper = queries.register_paper(register(world, "receipts_register"), made_at=NOON + DAY)
    assert paper.made == "按2020年2月3日 13:00当时所知:记到台账第 1 号单据为止"
    live = queries.register_paper(register(world, "receipts_register", known_at=None), made_at=NOON)
    assert live.made == "制表时间:2020年2月3日 12:00"


def test_a_moment_that_is_not_over_is_refused() -> None:
    for moment in (NOON + HOUR, NOON, NOON - timedelta(seconds=119)):
        with pytest.raises(Invalid) as told:
            queries.check_known_at(moment, at=NOON)
        assert told.value.code == "KNOWN_AT_TOO_LATE"
    assert queries.check_known_at(NOON - timedelta(minutes=2), at=NOON) == NOON - timedelta(minutes=2)
