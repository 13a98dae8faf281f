"""Registers over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.factories.world import NOON, TODAY

PATH = "/registers/receipts_register"
PERIOD = {"from": str(TODAY - timedelta(days=3)), "to": str(TODAY)}


def test_rows_page_by_page_with_totals_and_closing(world: Any, caller: Any) -> None:
    world.put_in(world.mask, 700)
    world.put_in(world.mask, 300)
    leader = caller(world, "leader")
    first = leader.get(PATH, **{**PERIOD, "limit": 1}).json()
    assert first["count"] == 2
    assert first["agrees"] is True
    assert first["totals"] == [{"item_code": "T-mask", "item": "一次性医用口罩", "unit": "只", "quantity": 1000}]
    [closing] = first["closing"]
    assert [closing[key] for key in ("opening", "in", "out", "closing", "listed")] == [0, 1000, 0, 1000, 1000]
    second = leader.get(PATH, **{**PERIOD, "limit": 1, "cursor": first["next"]}).json()
    assert [row["quantity"] for row in (first["rows"] + second["rows"])] == [700, 300]
    assert second["next"] is None
    assert [column["key"] for column in first["columns"]][:3] == ["date", "document", "kind"]


def test_choices_and_refusals(world: Any, caller: Any) -> None:
    world.put_in(world.mask, 700)
    leader = caller(world, "leader")
    assert leader.get(PATH, **{**PERIOD, "organisation": world.donor.code}).json()["count"] == 1
    assert leader.get(PATH, **{**PERIOD, "item": world.suit.code}).json()["count"] == 0
    for asked, status, code in (
        ({"store": "NOWHERE"}, 404, "NOT_FOUND"),
        ({"from": str(TODAY), "to": str(TODAY - timedelta(days=1))}, 400, "PERIOD_INVALID"),
        ({"known_at": "2090-01-01T00:00:00+08:00"}, 400, "KNOWN_AT_TOO_LATE"),
        ({"cursor": "forged"}, 400, "CURSOR_INVALID"),
        ({"colour": "red"}, 400, "FIELD_UNKNOWN"),
    ):
        told = leader.get(PATH, **asked)
        assert (told.status_code, told.json()["code"]) == (status, code), asked
    clash = {"store": world.store.code, "organisation": world.donor.code}
    assert leader.get("/registers/stock_statement", **clash).json()["code"] == "FILTERS_CLASH"
    assert leader.get("/registers/no_such_register").status_code in (400, 404, 422)
    assert caller(world, "storekeeper").get(PATH).status_code in (200, 403)


def test_files_known_at_a_moment_are_the_same_bytes(world: Any, caller: Any) -> None:
    world.put_in(world.mask, 700)
    leader = caller(world, "leader")
    asked = {**PERIOD, "known_at": (NOON + timedelta(hours=1)).isoformat()}

    def files() -> list[bytes]:
        answers = [leader.get(f"{PATH}/file", **{**asked, "form": form}) for form in ("xlsx", "pdf")]
        assert [answer.status_code for answer in answers] == [200, 200]
        return [b"".join(answer.streaming_content) for answer in answers]

    before = files()
    assert [content[:2] for content in before] == [b"PK", b"%P"]
    world.put_in(world.mask, 40, at=NOON + timedelta(hours=2))
    assert files() == before
