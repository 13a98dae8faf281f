"""trace: by lot, document, source, requisition and unit; quantities that add up."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.interfaces.commands.conftest import Shell


def first(shell: Shell, sql: str) -> str:
    with sqlite3.connect(shell.url.removeprefix("sqlite:///")) as connection:
        return str(connection.execute(sql).fetchone()[0])


def test_what_nobody_knows_is_refused(shell: Shell, two_books: Shell) -> None:
    assert "没有找到“XX-1”" in shell.refused("trace", "XX-1")
    assert 'Nothing called "XX-1"' in two_books.refused("trace", "XX-1", language="en")


def test_a_name_that_several_books_know_needs_a_book(two_books: Shell) -> None:
    number = first(two_books, "SELECT number FROM ledger_move ORDER BY seq LIMIT 1")
    assert "有几本台账都有" in two_books.refused("trace", number)
    assert json.loads(two_books.said("trace", number, "--book", "beicheng", "--json"))["book"] == "beicheng"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT code FROM ledger_lot LIMIT 1",
        "SELECT id FROM ledger_lot LIMIT 1",
        "SELECT number FROM ledger_move WHERE kind = 'issue' LIMIT 1",
        "SELECT number FROM supply_source WHERE kind = 'purchase'",
        "SELECT r.number FROM demand_requisition r JOIN demand_requisitionline l ON l.requisition_id = r.id"
        " JOIN dispatch_deliveryline d ON d.requisition_line_id = l.id",
        "SELECT 'U05'",
    ],
)
def test_every_piece_is_somewhere(sql: str, shell: Shell) -> None:
    told = json.loads(shell.said("trace", first(shell, sql), "--json"))
    assert told["items"]
    for item in told["items"]:
        assert item["adds_up"] is True
        assert item["came"] == sum(item["held"].values()) > 0
        assert sum(place["quantity"] for place in item["accounts"]) == 0
    assert told["lots"]


def test_lines_for_people(shell: Shell) -> None:
    number = first(shell, "SELECT number FROM supply_source WHERE kind = 'purchase'")
    text = shell.said("trace", number)
    assert "T-mask 一次性医用口罩: 来 46,500 只 = " in text
    assert "来源 示例供应商 → 在库 一号库: 46,000 只" in text
    assert "came 46,500" in shell.said("trace", number, language="en")
