"""Balances over the API: now, at the end of a day, as the book knew it at a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liangcao.ledger.entries import PostingLine
from tests.factories.world import NOON, TODAY

DAY = timedelta(days=1)
PATH = "/balances"


def held(caller: Any, **asked: Any) -> list[tuple[str, str | None, int]]:
    """(item, store, pieces) of what lies in stores; all pages, two rows each."""
    found, cursor = [], {}
    while True:
        told = caller.get(PATH, **{"kind": "store", "limit": 2, **asked, **cursor}).json()
        found += [(row["item"], row["account"]["store"], row["quantity"]) for row in told["results"]]
        if told["next"] is None:
            return found
        cursor = {"cursor": told["next"]}


def stocked(world: Any) -> Any:
    """700 masks the day before yesterday, 200 of them moved today; 30 written in today as of yesterday."""
    lot, _ = world.put_in(world.mask, 700, at=NOON - 2 * DAY)
    world.put_in(world.suit, 5, at=NOON - 2 * DAY)
    world.post("transfer", PostingLine(lot, world.stock(), world.stock(world.second_store), 200), at=NOON)
    world.post(
        "transfer", PostingLine(lot, world.stock(world.second_store), world.stock(), 30),
        at=NOON + timedelta(hours=1), business_date=TODAY, late_reason="",
    )  # fmt: skip
    return lot


def test_a_day_and_a_moment(world: Any, caller: Any) -> None:
    lot = stocked(world)
    keeper = caller(world, "storekeeper")
    before = [("T-mask", "S1", 700), ("T-suit", "S1", 5)]
    now = [("T-mask", "S1", 530), ("T-suit", "S1", 5), ("T-mask", "S2", 170)]
    assert held(keeper) == now
    assert held(keeper, day=str(TODAY)) == now
    assert held(keeper, day=str(TODAY - DAY)) == before
    assert held(keeper, day=str(TODAY - 3 * DAY)) == []
    half_past = (NOON + timedelta(minutes=30)).isoformat()
    assert held(keeper, known_at=half_past) == [("T-mask", "S1", 500), ("T-suit", "S1", 5), ("T-mask", "S2", 200)]
    assert held(keeper, known_at=half_past, day=str(TODAY - DAY)) == before
    assert held(keeper, known_at=(NOON - DAY).isoformat(), day=str(TODAY)) == before
    assert held(keeper, day=str(TODAY - DAY), item=world.suit.pk) == before[1:]
    assert held(keeper, day=str(TODAY - DAY), lot=str(lot), store=world.store.pk) == before[:1]
    assert held(keeper, day=str(TODAY - DAY), store=world.second_store.pk) == []
    [given] = keeper.get(PATH, kind="outside", organisation=world.donor.pk, lot=str(lot), day=str(TODAY)).json()[
        "results"
    ]
    assert given["quantity"] == -700


def test_refusals_in_both_languages(world: Any, caller: Any) -> None:
    keeper = caller(world, "storekeeper")
    for asked, code, field, zh, en in (
        ({"day": "2199-01-01"}, "DATE_IN_FUTURE", "day", "还没有到", "lies ahead"),
        ({"day": "1800-01-01"}, "DATE_OUT_OF_RANGE", "day", "不在", "is not between"),
        ({"known_at": "2190-01-01T00:00:00+08:00"}, "KNOWN_AT_TOO_LATE", "known_at", "2 分钟以前", "2 minutes back"),
    ):
        told = keeper.get(PATH, **asked)
        assert (told.status_code, told.json()["code"], told.json()["field"]) == (400, code, field)
        assert zh in told.json()["message"]
        keeper.headers["Accept-Language"] = "en"
        assert en in keeper.get(PATH, **asked).json()["message"]
        del keeper.headers["Accept-Language"]
    for asked in ({"day": "yesterday"}, {"known_at": "2020-02-03T12:00:00"}, {"as_of": "2020-02-03"}):
        assert keeper.get(PATH, **asked).status_code in (400, 422), asked


def test_another_bureau_s_past_is_not_told(world: Any, caller: Any) -> None:
    stocked(world)
    from tests.factories.world import make_world

    stranger = caller(make_world("other"), "storekeeper")
    assert held(stranger, day=str(TODAY)) == []
    assert held(stranger, known_at=NOON.isoformat(), store=world.store.pk) == []
