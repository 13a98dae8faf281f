"""The book: documents, registers, proof."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from liangcao.ledger import queries as ledger
from liangcao.oversight.briefing.queries import REGISTERS


def test_move_page_shows_entries_chain_and_neighbours(office: Any, storekeeper: Any) -> None:
    move = ledger.moves(office.world.system, office.world.bureau.pk).last()
    assert move is not None
    text = storekeeper.get(reverse("move", args=[move.pk])).content.decode()
    assert move.hash in text
    assert "20,000" in text
    assert "下一单" in text


@pytest.mark.parametrize("kind", list(REGISTERS))
def test_register_opens_and_exports(as_user: Any, kind: str) -> None:
    client = as_user("leader")
    assert client.get(reverse("register", args=[kind]), {"from": "2020-02-01"}).status_code == 200
    exported = client.get(reverse("register", args=[kind]), {"from": "2020-02-01", "format": "xlsx"})
    assert b"".join(exported.streaming_content)[:2] == b"PK"


def test_receipts_register_sums_each_item(as_user: Any) -> None:
    text = (
        as_user("leader").get(reverse("register", args=["receipts_register"]), {"from": "2020-02-01"}).content.decode()
    )
    assert "20,000" in text
    assert "300" in text
    assert "共 2 行" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("receipts_register/?from=gestern", 400), ("receipts_register/?colour=1", 400), ("nothing/", 404),
     ("receipts_register/?store=NOWHERE", 404), ("receipts_register/?from=2020-02-04&to=2020-02-03", 400)],
)  # fmt: skip
def test_register_refuses_what_it_does_not_know(as_user: Any, path: str, status: int) -> None:
    assert as_user("leader").get(f"/ledger/registers/{path}").status_code == status


def test_proof_runs_only_when_asked(as_user: Any) -> None:
    client = as_user("auditor")
    assert "核验通过" not in client.get(reverse("proof")).content.decode()
    assert "核验通过" in client.get(reverse("proof"), {"run": "1"}).content.decode()


def test_proof_is_not_for_everybody(storekeeper: Any) -> None:
    assert storekeeper.get(reverse("proof")).status_code == 403


def test_move_by_number_leads_to_its_page(office: Any, storekeeper: Any) -> None:
    move = ledger.moves(office.world.system, office.world.bureau.pk).first()
    assert move is not None
    answer = storekeeper.get(reverse("move_by_number", args=[move.number]))
    assert answer["Location"] == reverse("move", args=[move.pk])
