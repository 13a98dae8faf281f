"""A document has an ETag: 304 while it is as it was, 409 for an act on what is another by now."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.interfaces.api.v1.urls import api
from tests.factories.demand import make_requisition
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.supply import make_source
from tests.factories.world import World

pytestmark = pytest.mark.django_db
WRONG = '"0123456789abcdef01234567"'


def approve(someone: Any, requisition: Any, tag: str, **more: Any) -> Any:
    body = {
        "lines": [{"line": requisition.lines.get().pk, "quantity_approved": 1, "cut_reason": "库存不足"}],
        **more.pop("body", {}),
    }
    return someone.post(f"/requisitions/{requisition.pk}/approval", body, **more, **{"If-Match": tag})


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_the_same_document_is_304_until_it_changes(world: World, caller: Any) -> None:
    requisition, someone = make_requisition(world), caller(world, "coordinator")
    path = f"/api/v1/requisitions/{requisition.pk}"
    first = someone.client.get(path, headers=someone.headers)
    tag = first["ETag"]
    assert tag.startswith(f'"v{requisition.version}.')
    for asked in (tag, f"W/{tag}", "*", f"{WRONG}, {tag}"):
        again = someone.client.get(path, headers=someone.headers | {"If-None-Match": asked})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    for asked in (WRONG, "no tag"):
        assert someone.client.get(path, headers=someone.headers | {"If-None-Match": asked}).status_code == 200
    assert approve(someone, requisition, tag).status_code == 201
    changed = someone.client.get(path, headers=someone.headers | {"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_an_act_on_a_changed_requisition_says_who_and_what(world: World, caller: Any) -> None:
    requisition, someone, other = make_requisition(world), caller(world, "coordinator"), caller(world, "leader")
    tag = someone.get(f"/requisitions/{requisition.pk}")["ETag"]
    withdrawal = other.post(f"/requisitions/{requisition.pk}/withdrawal", {"reason": "已有货"})
    if withdrawal.status_code != 201:
        withdrawal = someone.post(f"/requisitions/{requisition.pk}/withdrawal", {"reason": "已有货"})
    assert withdrawal.status_code == 201
    answer = approve(caller(world, "coordinator"), requisition, tag)
    assert code_of(answer) == (409, "CHANGED_MEANWHILE")
    assert requisition.number in answer.json()["message"] and "修改" in answer.json()["message"]


def test_without_a_version_the_journal_says_who(world: World, caller: Any) -> None:
    delivery, someone = make_delivery(world), caller(world, "storekeeper")
    tag = someone.get(f"/deliveries/{delivery.pk}")["ETag"]
    hand_over(world, delivery)
    answer = someone.post(f"/deliveries/{delivery.pk}/cancellation", {"reason": "车未到"}, **{"If-Match": tag})
    assert code_of(answer) == (409, "CHANGED_MEANWHILE")
    assert answer.json()["field"] == "If-Match"
    assert f"/api/v1/deliveries/{delivery.pk}" in answer.json()["message"] and "被" in answer.json()["message"]
    delivery.refresh_from_db()
    assert delivery.status == "in_transit"


def test_a_plan_that_changed_is_not_reviewed_with_or_without_a_body(world: World, caller: Any) -> None:
    plan, someone = make_delivery(world).plan, caller(world, "allocator")
    for body in ({}, ""):
        answer = someone.post(f"/plans/{plan.pk}/review", body, **{"If-Match": WRONG})
        assert code_of(answer) == (409, "CHANGED_MEANWHILE")
        old = WRONG.replace('"', f'"v{plan.version + 7}.', 1)
        answer = someone.post(f"/plans/{plan.pk}/review", body, **{"If-Match": old})
        assert code_of(answer) == (409, "CHANGED_MEANWHILE")


def test_the_tag_that_is_right_lets_the_act_pass_and_a_repetition_too(world: World, caller: Any) -> None:
    requisition, someone, key = make_requisition(world), caller(world, "coordinator"), uuid4()
    tag = someone.get(f"/requisitions/{requisition.pk}")["ETag"]
    first, again = (approve(someone, requisition, tag, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert approve(someone, requisition, "*").json()["code"] == "STATE_CONFLICT"


@pytest.mark.parametrize("tag", ["no tag", "", "1", '"x"', f"W/{WRONG}", f'{WRONG}, "x"'])
def test_what_is_no_tag_is_refused(world: World, caller: Any, tag: str) -> None:
    answer = approve(caller(world, "coordinator"), make_requisition(world), tag)
    assert code_of(answer) == (400, "IF_MATCH_UNUSABLE")


def test_where_no_document_has_a_tag_if_match_is_refused(world: World, caller: Any) -> None:
    someone = caller(world, "coordinator")
    answer = someone.post("/seals", {"day": "2020-02-03"}, **{"If-Match": WRONG})
    assert code_of(answer) == (400, "IF_MATCH_UNUSABLE")


def test_what_a_caller_may_not_read_he_cannot_match(world: World, caller: Any, stranger: Any) -> None:
    requisition = make_requisition(world, world.second_hospital)
    requester = caller(world, "requester", world.hospital)
    path = f"/requisitions/{requisition.pk}/withdrawal"
    assert requester.post(path, {"reason": "x"}, **{"If-Match": WRONG}).status_code == 404
    assert stranger.post(path, {"reason": "x"}, **{"If-Match": WRONG}).status_code == 401


def test_every_single_document_has_a_tag(world: World, caller: Any) -> None:
    assert caller(world, "auditor").get(f"/gifts/{make_source(world).pk}")["ETag"]
    paths = api.get_openapi_schema()["paths"]
    tagged = {path for path, calls in paths.items() if 304 in calls.get("get", {}).get("responses", {})}
    for noun in ("requisitions/{requisition_id}", "plans/{plan_id}", "deliveries/{delivery_id}", "gifts/{source_id}"):
        assert f"/api/v1/{noun}" in tagged
    assert "/api/v1/briefings/{day}" not in tagged and "/api/v1/requisitions" not in tagged
    act = paths["/api/v1/plans/{plan_id}/review"]["post"]["parameters"]
    assert "If-Match" in {parameter["name"] for parameter in act}
