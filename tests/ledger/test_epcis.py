"""EPCIS: the document holds by the official schema, and whoever adds its events up gets the balances of the book."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from liangcao.foundation.kernel.errors import NotFound
from liangcao.ledger import actions as ledger
from liangcao.ledger import epcis
from liangcao.ledger.entries import AccountRef, NewFact, NewLot, PostingLine
from liangcao.ledger.epcis import Selection, write_document
from liangcao.ledger.models import Balance
from tests.factories.epcis import events_of, in_force, places, still_there
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


@pytest.fixture
def folder(data_folder: Callable[[str], Path]) -> Path:
    return data_folder("epcis")


def written(world: World, **selection: Any) -> bytes:
    file = io.BytesIO()
    write_document(file, world.system, world.bureau.pk, Selection(**selection))
    return file.getvalue()


def undo(world: World, move_id: UUID, lines: dict[int, int] | None = None) -> None:
    ledger.reverse_move(move_id=move_id, reason="错", lines=lines, by=world.system, at=LATER, client_id=uuid4())


def eventful(world: World) -> UUID:
    """Every way that goods can go, out of one lot of 1,000 masks; returns the lot."""
    lot, _moved = world.put_in(world.mask, 1000)
    store, loss = world.stock(), AccountRef("loss", world.store.pk)
    kept, road = (AccountRef(kind, world.store.pk, world.hospital.pk) for kind in ("reserved", "transit"))
    unit, quarantine = AccountRef("recipient", 0, world.hospital.pk), AccountRef("quarantine", world.store.pk)

    def post(kind: str, source: AccountRef, target: AccountRef, quantity: int, **more: Any) -> UUID:
        return world.post(kind, PostingLine(lot, source, target, quantity), **more).id

    post("reservation", store, kept, 300)
    post("release", kept, store, 40)
    post("issue", kept, road, 260)
    post("delivery", road, unit, 250)
    post("settlement", road, loss, 10)
    post("return", unit, quarantine, 50)
    post("inspection", quarantine, store, 30)
    post("inspection", quarantine, loss, 20)
    post("transfer", store, world.stock(world.second_store), 100)
    post("loss", store, loss, 5)
    post("emergency_issue", store, AccountRef("transit", world.store.pk, world.town.pk), 7)
    post("delivery", unit, AccountRef("consumed", 0, world.hospital.pk), 60)
    found = uuid4()
    world.post(
        "count",
        PostingLine(lot, store, loss, 3),
        PostingLine(found, world.outside(world.donor), store, 8),
        new_lots=[NewLot(found, world.mask.pk, "found", "PD-1#2", no_lot_reason="盘盈")],
        new_facts=[NewFact(found, "resembles", "x", "盘盈")],
    )
    world.post("fact", new_facts=[NewFact(lot, "recalled", "yes", "抽检")])
    return lot


def with_reversals(world: World) -> None:
    """One document wholly undone, one line of another three times in part, to the last piece."""
    _lot, moved = world.put_in(world.n95, 70)
    undo(world, moved.id)
    _lot, moved = world.put_in(world.suit, 90, expires_on=date(2021, 1, 1))
    for taken in (20, 30, 40):
        undo(world, moved.id, {1: taken})
    _lot, moved = world.put_in(world.alcohol, 25)
    undo(world, moved.id, {1: 5})


def held(world: World, *left_out: str) -> dict[Any, int]:
    rows = Balance.objects.filter(book=world.book).exclude(quantity=0).exclude(kind__in=left_out)
    return {(lot.urn, kind): total for lot, kind, total in rows.values_list("lot_id", "kind").annotate(Sum("quantity"))}


def test_whoever_adds_the_events_up_gets_the_balances(folder: Path) -> None:
    world = make_world()
    eventful(world)
    with_reversals(world)
    events = events_of(written(world), folder)
    assert places(events) == held(world)
    by_lot: dict[str, int] = {}
    for (lot, _kind), quantity in held(world, "outside", "loss", "consumed").items():
        by_lot[lot] = by_lot.get(lot, 0) + quantity
    assert still_there(events) == by_lot


def test_events_speak_the_words_of_the_standard(folder: Path) -> None:
    world = make_world()
    eventful(world)
    told = {
        (event["type"], event["action"], event.get("bizStep"), event.get("disposition"))
        for event in events_of(written(world), folder)
    }
    assert told == {
        ("ObjectEvent", "ADD", "receiving", "available"),
        ("TransactionEvent", "ADD", None, "unavailable"),
        ("TransactionEvent", "DELETE", None, "available"),
        ("ObjectEvent", "OBSERVE", "shipping", "in_transit"),
        ("ObjectEvent", "OBSERVE", "receiving", "available"),
        ("ObjectEvent", "OBSERVE", "receiving", "returned"),
        ("ObjectEvent", "DELETE", "decommissioning", "inactive"),
        ("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
        ("ObjectEvent", "DELETE", "inspecting", "non_conformant"),
        ("ObjectEvent", "OBSERVE", "transporting", "available"),
        ("ObjectEvent", "DELETE", "dispensing", "dispensed"),
        ("ObjectEvent", "DELETE", "stock_taking", "unknown"),
        ("ObjectEvent", "ADD", "stock_taking", "available"),
        ("ObjectEvent", "OBSERVE", "holding", "recalled"),
    }


def test_reversal_declares_the_event_wrong_and_says_what_is_right(folder: Path) -> None:
    world = make_world()
    with_reversals(world)
    events = events_of(written(world), folder)
    declarations = [event for event in events if "errorDeclaration" in event]
    reasons = [event["errorDeclaration"]["reason"] for event in declarations]
    assert reasons == ["did_not_occur", "incorrect_data", "incorrect_data", "did_not_occur", "incorrect_data"]
    first = {event["eventID"]: event for event in events if "errorDeclaration" not in event}
    for event in declarations:
        told = {name: value for name, value in event.items() if name != "errorDeclaration"}
        assert told == first[event["eventID"]]
        for corrective in event["errorDeclaration"].get("correctiveEventIDs", []):
            assert first[corrective]["quantityList"][0]["quantity"] < event["quantityList"][0]["quantity"]
    assert [event["quantityList"][0]["quantity"] for event in in_force(events)] == [20]
    assert in_force(events)[0]["quantityList"][0]["uom"] == "LTR"


def test_equal_books_give_equal_bytes_however_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    eventful(world)
    with_reversals(world)
    whole = written(world)
    monkeypatch.setattr(epcis, "CHUNK", 2)
    assert written(world) == whole


def test_trace_and_period_hold_the_events_of_the_book(folder: Path) -> None:
    world = make_world()
    lot = eventful(world)
    with_reversals(world)
    whole = events_of(written(world), folder)
    traced = events_of(written(world, lot_ids=frozenset([lot])), folder)
    assert traced == [event for event in whole if event["quantityList"][0]["epcClass"] == lot.urn]
    parts = (written(world, to=TODAY), written(world, from_=TODAY + timedelta(days=1)))
    apart = [event for part in parts for event in events_of(part, folder)]
    assert sorted(apart, key=str) == sorted(whole, key=str) and len(apart) > len(events_of(parts[0], folder)) > 0
    assert events_of(written(world, from_=date(2021, 1, 1)), folder) == []


def test_late_entry_counts_as_the_end_of_its_day(folder: Path) -> None:
    world = make_world()
    world.put_in(world.mask, 5, at=NOON)
    lot, _moved = world.put_in(world.mask, 9, at=NOON)
    line = PostingLine(lot, world.stock(), AccountRef("loss", world.store.pk), 1)
    world.post("loss", line, at=LATER, late_reason="补录")
    event = events_of(written(world), folder)[-1]
    assert event["eventTime"] == "2020-02-03T23:59:59.999+08:00"
    assert event["recordTime"] == "2020-02-04T12:00:00.000+08:00"
    assert event["eventTimeZoneOffset"] == "+08:00"


def test_names_of_others_stay_at_home(folder: Path) -> None:
    first, second = make_world("first"), make_world("second")
    eventful(first)
    lot, _moved = second.put_in(second.mask, 10)
    content = written(second).decode()
    assert "示例捐赠人" in content and "示例医院一" not in content
    assert still_there(events_of(content.encode(), folder)) == {lot.urn: 10}
    with pytest.raises(NotFound):
        write_document(io.BytesIO(), second.actor("auditor"), first.bureau.pk, Selection())


def test_number_of_queries_does_not_grow_with_the_holders() -> None:
    def count(holders: int) -> int:
        world = make_world(f"w{holders}")
        for _ in range(holders):
            lot, moved = world.put_in(world.mask, 100)
            world.post("issue", PostingLine(lot, world.stock(), AccountRef("recipient", 0, world.town.pk), 10))
            undo(world, moved.id, {1: 5})
        with CaptureQueriesContext(connection) as queries:
            written(world)
        return len(queries)

    assert count(2) == count(20)
