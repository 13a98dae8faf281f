"""A file over the API: sent, read, corrected, imported, sent again; and what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from liangcao.operations.demand.models import RequisitionLine
from tests.factories.imports import NEEDS, workbook
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def send(caller: Any, content: bytes | str, kind: str = "requisitions", **more: Any) -> Any:
    what = {"text": content} if isinstance(content, str) else {"content": base64.b64encode(content).decode()}
    return caller.post("/imports", {"kind": kind, "sender": "示例来文人", **what, **more})


def test_a_workbook_is_read_corrected_and_imported(world: World, caller: Any) -> None:
    by = caller(world, "coordinator")
    content = workbook(
        NEEDS,
        ("示例医院一", "一次性医用口罩", "", "只", 200, "", "", ""),
        ("示例二院", "一次性医用口罩", "", "包", "约50", "", "", ""),
    )
    sent = send(by, content, name="需求.xlsx").json()
    assert (sent["status"], sent["rows"], sent["accepted"], sent["asked"], sent["refused"]) == ("read", 2, 1, 1, 0)
    rows = by.get(f"/imports/{sent['id']}/rows").json()["results"]
    assert [row["written"] for row in rows][1] == "示例二院 | 一次性医用口罩 | 包 | 约50"
    refused = by.post(f"/imports/{sent['id']}/posting", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "ROWS_NOT_READY")
    changed = by.post(
        f"/imports/{sent['id']}/rows/{rows[1]['id']}/correction",
        {"organisation": world.second_hospital.code, "values": {"quantity": "50"}},
    ).json()
    assert (changed["status"], changed["organisation"]) == ("good", world.second_hospital.code)
    done = by.post(f"/imports/{sent['id']}/posting", {}).json()
    assert done["status"] == "imported"
    assert [made["kind"] for made in done["made"]] == ["requisition", "requisition"]
    assert sorted(RequisitionLine.objects.values_list("quantity_requested", flat=True)) == [200, 500]
    again = send(by, content, name="需求.xlsx").json()
    assert (again["id"], again["status"]) == (sent["id"], "imported")
    assert by.get("/imports?status=imported").json()["results"][0]["number"] == sent["number"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "requisitions"}, "CONTENT_MISSING"),
        ({"kind": "requisitions", "text": "口罩", "content": "eA=="}, "CONTENT_MISSING"),
        ({"kind": "requisitions", "content": "?"}, "BASE64_INVALID"),
        ({"kind": "requisitions", "content": ""}, "FILE_EMPTY"),
    ],
)
def test_what_is_no_file_is_refused(world: World, caller: Any, body: dict[str, Any], code: str) -> None:
    answer = caller(world, "coordinator").post("/imports", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_file_that_cannot_be_read_says_why(world: World, caller: Any) -> None:
    answer = send(caller(world, "coordinator"), b"PK\x03\x04 broken", name="来表.xlsx").json()
    assert (answer["status"], answer["refusal"]["code"]) == ("failed", "FILE_DAMAGED")


def test_who_may_not_import_the_kind_is_refused(world: World, caller: Any) -> None:
    answer = send(caller(world, "gift_clerk"), "口罩2万只")
    assert answer.status_code == 403
    assert send(caller(world, "leader"), "口罩2万只").status_code == 403


def test_the_version_that_was_looked_at_counts(world: World, caller: Any) -> None:
    by = caller(world, "coordinator")
    sent = send(by, "口罩约2万只").json()
    stale = by.post(f"/imports/{sent['id']}/exclusion", {"version": sent["version"] - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "CHANGED_MEANWHILE")
    left = by.post(f"/imports/{sent['id']}/exclusion", {"version": sent["version"]}).json()
    assert (left["changed"], left["left_out"]) == (1, 1)
    back = by.post(f"/imports/{sent['id']}/inclusion", {}).json()
    assert (back["changed"], back["left_out"]) == (1, 0)
    gone = by.post(f"/imports/{sent['id']}/abandonment", {}).json()
    assert gone["status"] == "discarded"
    assert by.post(f"/imports/{sent['id']}/posting", {}).status_code == 409
