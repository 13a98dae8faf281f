"""What is exported can be imported: each table is read again with the same organisations, items, quantities, units."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from liangcao.interfaces.intake.catalogue import catalogue_of
from liangcao.interfaces.intake.reading.documents import read_document
from liangcao.interfaces.intake.reading.tables import Reading
from liangcao.ledger.models import Book
from liangcao.operations.supply.actions import enter_opening_stock
from liangcao.operations.supply.inputs import OpeningLineInput
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.allocation import ask
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.imports import begin, rows_of
from tests.factories.world import NOON

SINCE = {"from": "2020-02-01", "to": "2020-02-10"}
endings = pytest.mark.parametrize("ending", ["xlsx", "csv"])


def exported(office: Any, client: Any, page: str, kind: str, ending: str, **asked: str) -> Reading:
    """A page's file, read as a document of this kind; nothing in it needs a person's eye."""
    answer = client.get(page, {**asked, "format": ending})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    catalogue = catalogue_of(office.world.system)
    read = read_document(content, f"导出.{ending}", kind=kind, catalogue=catalogue, today=NOON.date()).table
    assert read is not None
    assert [problem.zh for problem in read.problems] == []
    assert {line.state for line in read.lines} <= {"good"}
    return read


def lines_of(read: Reading) -> list[tuple[Any, ...]]:
    return sorted(
        (line.organisation, line.candidates[0].code, int(line.quantity or 0), line.unit) for line in read.lines
    )


@endings
def test_open_lines_of_requisitions(office: Any, as_user: Any, ending: str) -> None:
    world = office.world
    ask(world, world.hospital, 1_234)
    ask(world, world.town, 56, world.suit)
    read = exported(office, as_user("coordinator"), reverse("demand_lines"), "requisitions", ending)
    assert lines_of(read) == [("示例东镇", "T-suit", 56, "套"), ("示例医院一", "T-mask", 1_234, "只")]
    assert "以上共 2 行" in {skipped.text for skipped in read.skipped}


BELOW = {
    "xlsx": ["note", "subtotal", "subtotal", "closing", "closing", "closing"],
    "csv": ["subtotal", "subtotal", "note"],
}


def below(read: Reading) -> list[str]:
    """What was left out below the header, line by line; a header below rows is that of the balances."""
    left = sorted(read.skipped, key=lambda each: each.row)
    first = next(each.row for each in left if each.why == "header")
    return [each.why for each in left if each.row > first and each.why not in ("blank", "header")]


@endings
@pytest.mark.parametrize("language", ["zh", "en"])
def test_register_of_receipts(office: Any, as_user: Any, ending: str, language: str) -> None:
    page, leader = reverse("register", args=["receipts_register"]), as_user("leader")
    leader.post(reverse("switch_language"), {"language": language})
    office.world.put_in(office.world.mask, 1_000)
    read = exported(office, leader, page, "receipts", ending, **SINCE)
    assert lines_of(read) == [
        ("示例供应商", "T-suit", 300, "套"), ("示例捐赠人", "T-mask", 1_000, "只"), ("示例捐赠人", "T-mask", 20_000, "只"),
    ]  # fmt: skip
    assert below(read) == BELOW[ending]


@endings
@pytest.mark.parametrize("kind", ["issues_register", "issue_register"])
def test_registers_of_issues(office: Any, as_user: Any, kind: str, ending: str) -> None:
    world = office.world
    hand_over(world, make_delivery(world, 100))
    read = exported(office, as_user("leader"), reverse("register", args=[kind]), "issues", ending, **SINCE)
    assert lines_of(read) == [("示例医院一", "T-mask", 100, "只")]


@endings
def test_reserve_statement(office: Any, as_user: Any, ending: str) -> None:
    page = reverse("register", args=["stock_statement"])
    read = exported(office, as_user("leader"), page, "opening-stock", ending, **SINCE)
    assert [line[1:] for line in lines_of(read)] == [("T-mask", 20_000, "只"), ("T-suit", 300, "套")]
    assert below(read) == BELOW[ending]


@endings
@pytest.mark.parametrize(
    ("page", "kind", "role", "rows"),
    [
        ("receipts_register", "receipts", "storekeeper", [("T-mask", 20_000), ("T-mask", 1_000), ("T-suit", 300)]),
        ("issues_register", "issues", "coordinator", [("T-mask", 100)]),
        ("issue_register", "issues", "coordinator", [("T-mask", 100)]),
        ("stock_statement", "opening-stock", "coordinator", [("T-mask", 20_900), ("T-suit", 300)]),
    ],
)
def test_a_register_goes_through_an_import(
    office: Any, as_user: Any, page: str, kind: str, role: str, rows: list[tuple[str, int]], ending: str
) -> None:
    world = office.world
    hand_over(world, make_delivery(world, 100))
    answer = as_user("leader").get(reverse("register", args=[page]), {**SINCE, "format": ending})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    run = begin(world, kind, content, by=world.actor(role), name=f"登记表.{ending}")
    found = [(row.item.code, int(row.values["quantity"])) for row in rows_of(run) if row.item]
    assert sorted(found) == sorted(rows)
    # Nothing is wrong in what we write ourselves; a lot that an issue names is asked about, as of any list.
    assert {row.status for row in rows_of(run)} <= {"good", "confirm"}
    assert {code for row in rows_of(run) for code in row.reasons} <= {"LOT_NOT_CHOSEN"}
    assert run.told["problems"] == []


@endings
def test_opening_stock(office: Any, as_user: Any, ending: str) -> None:
    world = office.world
    Book.objects.filter(bureau=world.bureau).update(opened_at=NOON)
    enter_opening_stock(
        bureau_id=world.bureau.pk,
        lines=[
            OpeningLineInput(world.store.pk, world.mask.pk, 1_500, maker_lot="A1"),
            OpeningLineInput(world.store.pk, world.suit.pk, 40, maker_lot="B2"),
        ],
        by=world.actor("storekeeper"), at=NOON, client_id=uuid4(),
    )  # fmt: skip
    read = exported(office, as_user("storekeeper"), reverse("opening_stock"), "opening-stock", ending)
    assert [line[1:] for line in lines_of(read)] == [("T-mask", 1_500, "只"), ("T-suit", 40, "套")]


@endings
def test_organisations(office: Any, as_user: Any, ending: str) -> None:
    read = exported(office, as_user("coordinator"), reverse("organisation_list"), "organisations", ending)
    told = {record.values["organisation"] for record in read.records}
    assert told == set(Organisation.objects.filter(bureau=office.world.bureau).values_list("name", flat=True))


@endings
def test_items(office: Any, as_user: Any, ending: str) -> None:
    read = exported(office, as_user("coordinator"), reverse("item_list"), "items", ending)
    told = {(record.values["item"], record.values["unit"]) for record in read.records}
    assert told == set(Item.objects.values_list("name", "base_unit"))
