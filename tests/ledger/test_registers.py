"""Opening + in - out = closing, for moves at random, any period, store and unit, and as the book stood before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from liangcao.ledger import queries
from liangcao.ledger.entries import PostingLine
from liangcao.ledger.holdings import seq_now
from liangcao.ledger.kinds import AccountKind
from liangcao.ledger.registers import HELD, Cut, Throughput, entries, flow_sums, holdings_at, stock_flows
from tests.factories.world import TODAY, World, make_world
from tests.ledger.random_moves import DAYS, FIRST, Hazard

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FLOWS = ("gift", "purchase", "opening", "returned", "transfer_in", "issued", "loss", "sent_back", "transfer_out")


@pytest.fixture
def world() -> World:
    return make_world()


def held(world: World, cut: Cut, day: object) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = defaultdict(int)
    kinds = HELD if cut.party_id is None else ("recipient",)
    for row in holdings_at(
        world.system, world.bureau.pk, day=day, kinds=kinds, store_id=cut.store_id, party_id=cut.party_id, seq=cut.seq
    ):  # type: ignore[arg-type]
        found[row.store_id, row.item_id] += row.quantity
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_opening_and_what_moved_make_the_closing(world: World, seed: int) -> None:
    Hazard(world, seed).play(70)
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    last = seq_now(world.system, world.bureau.pk)
    places = [(None, None), (world.store.pk, None), (None, world.hospital.pk)]
    checked = 0
    for (from_, to), (store, party), seq in product(
        [(days[0], days[-1]), (days[1], days[3]), (days[2], days[2])], places, [None, last // 2]
    ):
        cut = Cut(store_id=store, party_id=party, from_=from_, to=to, seq=seq)
        opening, closing = held(world, cut, from_ - DAY), held(world, cut, to)
        moved = stock_flows(world.system, world.bureau.pk, cut=cut)
        for key in {*opening, *closing, *moved}:
            flow = moved.get(key, Throughput())
            assert opening.get(key, 0) + flow.came - flow.left == closing.get(key, 0), (cut, key)
            checked += 1
    assert checked > 30


@pytest.mark.parametrize("seq_part", [None, 2])
def test_the_changes_of_the_days_say_what_the_lots_say(world: World, seq_part: int | None) -> None:
    """Two readings that share nothing: changes added up to the day, and lots from the balances of now back."""
    Hazard(world, 6).play(70)
    seq = seq_now(world.system, world.bureau.pk) // seq_part if seq_part else None
    kinds = [kind.value for kind in AccountKind]
    for day, store in product([FIRST - DAY, *(FIRST + DAY * number for number in range(DAYS)), TODAY], [None, 1]):
        told = []
        for by_lot in (False, True):
            sums: dict[tuple[int, str, int], int] = defaultdict(int)
            for row in holdings_at(
                world.system, world.bureau.pk, day=day, kinds=kinds, by_lot=by_lot, seq=seq,
                store_id=world.store.pk if store else None,
            ):  # fmt: skip
                sums[row.item_id, row.kind, row.store_id] += row.quantity
            told.append({key: pieces for key, pieces in sums.items() if pieces})
        assert told[0] == told[1], (day, store)


def test_who_keeps_one_store_reads_that_store_only(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 40))
    keeper = world.actor("storekeeper")
    narrowed = replace(keeper, grants=(replace(keeper.grants[0], store_ids=frozenset({world.store.pk})),))
    for day, by_lot in product([TODAY - DAY, TODAY], [False, True]):
        found = holdings_at(narrowed, world.bureau.pk, day=day, kinds=HELD, by_lot=by_lot)
        assert [(row.store_id, row.quantity) for row in found] == ([(world.store.pk, 60)] if day == TODAY else [])


def test_a_quiet_store_and_a_busy_one_are_read_alike(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Hazard(world, 7).play(70)
    for store in (world.store, world.second_store):
        ways = []
        for few in (500, 0):  # By the lots that lay there; along the book.
            monkeypatch.setattr(queries, "FEW_LOTS", few)
            ways.append(list(queries.postings(world.system, world.bureau.pk, store_id=store.pk)))
        assert ways[0] == ways[1]
        assert {store.pk} <= {row.source.store_id for row in ways[0]} | {row.target.store_id for row in ways[0]}
        seqs = [(-row.move.seq, row.line) for row in ways[0]]
        assert seqs == sorted(seqs)


def test_what_the_database_adds_up_is_what_the_entries_say(world: World) -> None:
    Hazard(world, 4).play(70)
    for store, party, item in [
        (None, None, None), (world.store.pk, None, None), (None, world.donor.pk, None), (None, None, world.n95.pk),
    ]:  # fmt: skip
        cut = Cut(item_id=item, store_id=store, party_id=party, from_=FIRST + DAY, to=TODAY)
        told, summed = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
        for row in entries(
            world.system, world.bureau.pk, flows=FLOWS, item_id=item, store_id=store, party_id=party,
            from_=cut.from_, to=cut.to,
        ):  # fmt: skip
            told[row.flow, row.item_id][0] += row.quantity
            told[row.flow, row.item_id][1] += 1
        for found in flow_sums(world.system, world.bureau.pk, flows=FLOWS, cut=cut):
            summed[found.flow, found.item_id][0] += found.quantity
            summed[found.flow, found.item_id][1] += found.rows
        assert told == summed
        assert told


def test_pages_forwards_and_backwards_meet(world: World) -> None:
    Hazard(world, 5).play(40)
    rows = [row.place for row in entries(world.system, world.bureau.pk, flows=FLOWS)]
    middle = rows[len(rows) // 2]
    after = [row.place for row in entries(world.system, world.bureau.pk, flows=FLOWS, after=middle)]
    before = [row.place for row in entries(world.system, world.bureau.pk, flows=FLOWS, before=middle)]
    assert [*reversed(before), middle, *after] == rows == sorted(rows)
