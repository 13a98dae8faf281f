"""Values that no honest program sends, and databases that break off: a refusal in words, never a fault."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.text import check_reason, check_required
from tests.factories.world import World

pytestmark = pytest.mark.django_db
HUGE = 2**63
ITEM = {"code": "T-new", "name": "护目镜", "base_unit": "副", "category": "test"}
UNIT = {"code": "N1", "name": "示例医院三", "kind": "hospital"}


def refused(answer: Any, status: int, code: str, field: str | None = None) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert field is None or body["field"] == field


@pytest.mark.parametrize("moment", ["2020-02-03T09:00:00", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z"])
def test_moment_without_zone_or_at_the_calendars_end(world: World, caller: Any, moment: str) -> None:
    body = {
        "organisation": world.hospital.code, "lines": [{"item": "T-mask", "quantity": 5}], "channel": "phone",
        "caller": "值班员", "received_at": moment,
    }  # fmt: skip
    refused(caller(world, "coordinator").post("/requisitions", body), 400, "VALUE_INVALID", "received_at")


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "9999-12-31"])
def test_day_at_the_calendars_end(world: World, caller: Any, day: str) -> None:
    leader = caller(world, "leader")
    for path in (f"/figures?date={day}", f"/briefings/{day}", f"/figures/entries?key=gift.T-mask.day&date={day}"):
        refused(leader.get(path), 400, "DATE_OUT_OF_RANGE", "date")


@pytest.mark.parametrize(
    "path",
    [f"/balances?store={HUGE}", f"/balances?organisation={HUGE}", f"/balances?item={HUGE}", f"/lots?item={HUGE}",
     f"/receipts?source={HUGE}", f"/deliveries?plan={HUGE}"],
)  # fmt: skip
def test_id_that_no_database_holds(world: World, caller: Any, path: str) -> None:
    refused(caller(world, "auditor").get(path), 400, "VALUE_INVALID")


@pytest.mark.parametrize("size", [HUGE, 2**31])
def test_size_that_no_database_holds(world: World, caller: Any, size: int) -> None:
    for field in ("beds", "headcount", "population"):
        answer = caller(world, "coordinator").post("/organisations", UNIT | {field: size})
        refused(answer, 400, "VALUE_INVALID", field)


@pytest.mark.parametrize("pack", [0, 10**9, HUGE])
def test_pack_beyond_every_quantity(world: World, caller: Any, pack: int) -> None:
    share = {"plan_date": "2020-02-03", "item": "T-mask", "quantity": 9, "weigh_by": "beds", "organisations": ["U01"]}
    refused(caller(world, "allocator").post("/shares", share | {"pack": pack}), 400, "VALUE_INVALID", "pack")


def test_refusal_that_names_a_lone_surrogate(world: World, caller: Any) -> None:
    answer = caller(world, "storekeeper").post("/transfers", r'{"\ud800": 1, "\ud800": 2}')
    refused(answer, 400, "JSON_KEY_TWICE")
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("mark", [r"\u0000", r"\u001b", r"\u0085", r"\ud800"])
def test_characters_that_no_text_has_in_a_body(world: World, caller: Any, mark: str) -> None:
    someone = caller(world, "coordinator")
    unit = f'{{"code": "N1", "name": "示例{mark}医院", "kind": "hospital"}}'
    refused(someone.post("/organisations", unit), 400, "CONTROL_CHARACTER", "name")
    deep = f'{{"organisation": "U05", "lines": [{{"item": "T-mask"}}, {{"item": "a{mark}"}}]}}'
    answer = someone.post("/requisitions", deep)
    refused(answer, 400, "CONTROL_CHARACTER", "item")
    assert answer.json()["row"] == 2
    refused(someone.post("/organisations", f'{{"a{mark}": 1}}'), 400, "CONTROL_CHARACTER")


def test_characters_that_no_text_has_in_a_query(world: World, caller: Any) -> None:
    auditor = caller(world, "auditor")
    refused(auditor.get("/lots?search=a%00"), 400, "CONTROL_CHARACTER", "search")
    refused(auditor.get("/trace?ref=%1b"), 400, "CONTROL_CHARACTER", "ref")


@pytest.mark.parametrize("content", ["签收差异", "****", "QQ"])
def test_a_file_that_is_no_base64(world: World, caller: Any, content: str) -> None:
    body = {"kind": "requisitions", "sender": "示例来文人", "content": content}
    answer = caller(world, "coordinator").post("/imports", body)
    refused(answer, 400, "BASE64_INVALID", "content")


def test_line_ends_and_tabs_are_text(world: World, caller: Any) -> None:
    answer = caller(world, "coordinator").post("/organisations", UNIT | {"address": "一号楼\t东\r\n二号楼"})
    assert answer.status_code == 201


def test_database_that_breaks_off(world: World, caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr("liangcao.reference.catalog.queries.items", broken)
    auditor = caller(world, "auditor")
    answer = auditor.get("/items")
    refused(answer, 503, "DATABASE_DOWN")
    assert (answer["Retry-After"], answer.json()["applied"]) == ("2", False)


@pytest.mark.parametrize(("path", "body"), [("/items", ITEM), ("/organisations", UNIT)])
def test_same_key_gives_the_same_answer(world: World, caller: Any, path: str, body: dict[str, Any]) -> None:
    someone, key = caller(world, "coordinator"), uuid4()
    first, again = someone.post(path, body, key=key), someone.post(path, body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    refused(someone.post(path, body | {"name": "另一名称"}, key=key), 422, "KEY_REUSED")
    assert someone.post(path, body).status_code == 409
    assert someone.post(path, body, key=None).json()["code"] == "KEY_MISSING"


@pytest.mark.parametrize(
    ("role", "path", "body", "field"),
    [
        ("coordinator", "/items", ITEM | {"standard": "GB\u202e1"}, "standard"),
        ("coordinator", "/organisations", UNIT | {"address": "一\u202e号"}, "address"),
        ("leader", "/briefings", {"date": "2020-02-03", "note": "会\u202e商"}, "note"),
    ],
)
def test_marks_that_turn_the_direction(
    world: World, caller: Any, role: str, path: str, body: dict[str, Any], field: str
) -> None:
    refused(caller(world, role).post(path, body), 400, "TEXT_INVALID", field)


def test_reasons_are_checked_like_every_text() -> None:
    for check in (
        lambda: check_required("车\u202e1", code="X", field="carrier", zh="甲", en="a"),
        lambda: check_reason("因\x00", what_zh="改数", what_en="An override"),
    ):
        with pytest.raises(Invalid) as caught:
            check()
        assert caught.value.code == "TEXT_INVALID"
