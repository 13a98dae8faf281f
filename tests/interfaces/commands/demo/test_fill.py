"""Filling a scenario: whole, once, by actions, in a minute; and the books it leaves are sound."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.commands.demo.fill import accounts_of, fill, play_book
from liangcao.interfaces.commands.demo.founding import LOADER, Desk
from liangcao.interfaces.commands.demo.records import BOOKS, HOSPITALS
from liangcao.ledger import queries as ledger_queries
from liangcao.ledger.epcis import Selection, write_document
from liangcao.ledger.verify import verify_book
from liangcao.operations.allocation import queries as allocation_queries
from liangcao.operations.demand import queries as demand_queries
from liangcao.operations.dispatch import queries as dispatch_queries
from liangcao.operations.supply import queries as supply_queries
from tests.factories.epcis import events_of, places

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def filled(name: str, say: Callable[[str], None] = lambda _: None) -> Desk:
    (desk,) = fill(scenario="seeds", books=(name,), now=NOW, say=say)
    return desk


def counts(desk: Desk) -> dict[str, int]:
    by = Actor.system(LOADER, desk.bureau_id)
    return {
        "moves": ledger_queries.moves(by, desk.bureau_id).count(),
        "sources": supply_queries.sources(by, bureau_id=desk.bureau_id).count(),
        "requisitions": demand_queries.requisitions(by, bureau_id=desk.bureau_id).count(),
        "plans": allocation_queries.plans(by, bureau_id=desk.bureau_id).count(),
        "deliveries": dispatch_queries.deliveries(by, bureau_id=desk.bureau_id).count(),
    }


def check_work_is_left(desk: Desk) -> None:
    """A requisition to review, one to plan, a delivery on the road and papers owing: a newcomer finds something to do."""
    by = Actor.system(LOADER, desk.bureau_id)
    assert demand_queries.requisitions(by, bureau_id=desk.bureau_id, status="submitted").count() >= 3
    assert demand_queries.requisitions(by, bureau_id=desk.bureau_id, status="approved").exists()
    assert dispatch_queries.deliveries(by, bureau_id=desk.bureau_id, status="in_transit").exists()
    assert dispatch_queries.papers_owing(by, bureau_id=desk.bureau_id).exists()


def check_events(desk: Desk, folder: Path) -> None:
    """The book as EPCIS holds by the official schema, and its events add up to what the accounts hold."""
    by, file = Actor.system(LOADER, desk.bureau_id), io.BytesIO()
    assert write_document(file, by, desk.bureau_id, Selection())
    held: dict[tuple[str, str], int] = {}
    for row in ledger_queries.balances(by, desk.bureau_id):
        held[row.lot_id.urn, row.kind] = held.get((row.lot_id.urn, row.kind), 0) + row.quantity
    assert places(events_of(file.getvalue(), folder)) == held


@pytest.mark.parametrize("name", BOOKS)
def test_fill_is_sound_and_twice_changes_nothing(name: str, data_folder: Callable[[str], Path]) -> None:
    desk = filled(name)
    found = verify_book(Actor.system(LOADER, desk.bureau_id), desk.bureau_id)
    assert found.ok, found.first_bad
    if name == "yongkang":
        check_work_is_left(desk)
    first = counts(desk)
    assert all(first.values())
    said: list[str] = []
    assert counts(filled(name, said.append)) == first
    assert said == []
    play_book(name, desk)
    assert counts(desk) == first
    check_events(desk, data_folder("epcis"))


def test_a_second_call_adds_another_book() -> None:
    first, second = filled("chongqing"), filled("zibo")
    assert first.bureau_id != second.bureau_id
    assert not {account.username for account in accounts_of([first])} & {
        account.username for account in accounts_of([second])
    }
    by = Actor.system(LOADER, second.bureau_id)
    assert ledger_queries.moves(by, first.bureau_id).exists()


def test_hospitals_ask_amounts_and_unknown_amounts() -> None:
    (desk,) = fill(scenario=HOSPITALS, now=NOW, say=lambda _: None)
    by = Actor.system(LOADER, desk.bureau_id)
    lines = [
        line
        for requisition in demand_queries.requisitions(by, bureau_id=desk.bureau_id)
        for line in requisition.lines.all()
    ]
    assert len([line for line in lines if line.quantity_requested is None]) == 1381
    assert len([line for line in lines if line.quantity_requested is not None]) == 132
    (plan,) = allocation_queries.plans(by, bureau_id=desk.bureau_id)
    assert plan.status == "draft"
    planned = sum(line.quantity_planned for line in plan.lines.all())
    assert planned > 0
    assert counts(desk)["moves"] == 2  # taken in, and accepted
