"""Duty over the API: refusals and scope, then the roster, swaps, groups, tasks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.kernel.clock import business_date, now
from tests.factories.duty import make_colleague, make_duty_post, make_duty_shift, make_hand_over, make_task
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world: World) -> World:
    """Its calendar stands at 3 February 2020."""
    shift = (NOON.date() - business_date(now())).days
    type(world.bureau).objects.filter(pk=world.bureau.pk).update(exercise_shift_days=shift)
    return world


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()


def shift_row(person: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {
        "post": "desk",
        "person": person,
        "starts_at": f"2020-02-{start}+08:00",
        "ends_at": f"2020-02-{end}+08:00",
        **more,
    }


def test_what_belongs_to_another_bureau_is_not_found(world: World, caller: Any) -> None:
    who = make_colleague(world, "甲")
    task, shift = make_task(world, who), make_duty_shift(world, who=who)
    held = make_hand_over(world, shift, who)
    other = make_world("other")
    strangers = caller(other, "leader"), caller(world, "requester", world.hospital)
    for stranger in strangers:
        for path in (f"/tasks/{task.pk}", f"/duty-shifts/{shift.pk}", f"/hand-overs/{held.pk}"):
            refused(stranger.get(path), 404, "NOT_FOUND")
        for path, body in (
            (f"/tasks/{task.pk}/completion", {}),
            (f"/duty-shifts/{shift.pk}/swaps", {"to_person": 1, "reason": "x"}),
            (f"/hand-overs/{held.pk}/acceptance", {}),
        ):
            refused(stranger.post(path, body), 404, "NOT_FOUND")
    assert strangers[0].get("/tasks").json()["results"] == []
    assert strangers[1].get("/tasks").status_code == 403
    unknown = caller(world, "leader").get("/tasks/999999999")
    refused(unknown, 404, "NOT_FOUND")


def test_a_unit_reads_whom_to_call_and_nothing_else(world: World, caller: Any) -> None:
    make_duty_shift(world, who=make_colleague(world, "值班员甲"))
    unit = caller(world, "requester", world.hospital)
    rows = unit.get("/duty-posts").json()["results"]
    assert [(row["name"], row["phone"]) for row in rows] == [("值班台", "0579-0000000")]
    assert "值班员甲" not in str(rows)
    for path in ("/duty-shifts", "/duty-shifts/now", "/duty-swaps", "/hand-overs", "/open-work", "/colleagues",
                 "/working-groups"):  # fmt: skip
        assert unit.get(path).status_code == 403, path


def test_the_roster_is_planned_swapped_and_cancelled(world: World, caller: Any) -> None:
    make_duty_post(world)
    leader, first = caller(world, "leader"), caller(world, "duty_officer")
    ids = {row["name"].split()[0]: row["id"] for row in leader.get("/colleagues").json()["results"]}
    rows = [shift_row(ids["duty_officer"], "05T08:00", "05T20:00"), shift_row(ids["leader"], "05T20:00", "06T08:00")]
    refused(first.post("/duty-shifts", {"shifts": rows}), 403, "FORBIDDEN")
    key = uuid4()
    made = leader.post("/duty-shifts", {"shifts": rows}, key=key)
    assert made.status_code == 201, made.json()
    assert leader.post("/duty-shifts", {"shifts": rows}, key=key).json() == made.json()
    refused(leader.post("/duty-shifts", {"shifts": [rows[0]]}), 409, "SHIFTS_OVERLAP")
    refused(leader.post("/duty-shifts", {"shifts": [{**rows[0], "post": "nope"}]}), 404, "NOT_FOUND")
    shift = made.json()["shifts"][0]
    swap = first.post(f"/duty-shifts/{shift['id']}/swaps", {"to_person": ids["leader"], "reason": "家中有事"}).json()
    refused(first.post(f"/duty-swaps/{swap['id']}/acceptance", {}), 403, "NOT_YOUR_SWAP")
    assert leader.post(f"/duty-swaps/{swap['id']}/acceptance", {}).json()["status"] == "accepted"
    assert leader.get(f"/duty-shifts/{shift['id']}").json()["person"]["id"] == ids["leader"]
    gone = leader.post(f"/duty-shifts/{shift['id']}/cancellation", {"reason": "改排"})
    assert gone.json()["status"] == "cancelled"


def test_groups_come_from_a_template(world: World, caller: Any) -> None:
    leader = caller(world, "leader")
    refused(leader.post("/working-groups/template", {"template": "ten"}), 400, "TEMPLATE_UNKNOWN")
    made = leader.post("/working-groups/template", {"template": "nine_departments"}).json()["results"]
    assert len(made) == 6
    refused(leader.post("/working-groups/template", {"template": "five_groups"}), 409, "GROUPS_EXIST")


def test_a_group_is_added_and_dissolved(world: World, caller: Any) -> None:
    leader, keeper = caller(world, "leader"), caller(world, "storekeeper")
    body = {"name": "口罩生产专班", "name_en": "mask production", "duties": "驻厂\n日报"}
    refused(keeper.post("/working-groups", body), 403, "FORBIDDEN")
    refused(leader.post("/working-groups", {**body, "name": ""}), 400, "REQUIRED")
    key = uuid4()
    made = leader.post("/working-groups", body, key=key)
    assert made.status_code == 201, made.json()
    assert made.json()["duties"] == ["驻厂", "日报"]
    assert leader.post("/working-groups", body, key=key).json() == made.json()
    refused(leader.post("/working-groups", body), 409, "GROUP_TAKEN")
    address = f"/working-groups/{made.json()['id']}/dissolution"
    refused(keeper.post(address, {"reason": "不用了"}), 403, "FORBIDDEN")
    refused(leader.post(address, {"reason": ""}), 400, "REASON_MISSING")
    refused(caller(make_world("other"), "leader").post(address, {"reason": "不用了"}), 404, "NOT_FOUND")
    assert leader.post(address, {"reason": "产量已够"}).json()["dissolved_on"] == "2020-02-03"
    refused(leader.post(address, {"reason": "产量已够"}), 409, "GROUP_DISSOLVED")
    assert leader.get("/working-groups").json()["results"] == []


def test_a_member_is_appointed_and_leaves(world: World, caller: Any) -> None:
    leader, keeper = caller(world, "leader"), caller(world, "storekeeper")
    group = leader.post("/working-groups", {"name": "口罩生产专班"}).json()
    who, address = make_colleague(world, "借调员"), f"/working-groups/{group['id']}/members"
    body = {"person": who.person.pk, "position": "head", "valid_from": "2020-02-02", "seconded_from": "市财政局"}
    refused(keeper.post(address, body), 403, "FORBIDDEN")
    refused(leader.post(address, {**body, "person": 10**12}), 400, "PERSON_NOT_APPOINTED")
    made = leader.post(address, body)
    assert made.status_code == 201, made.json()
    refused(leader.post(address, body), 409, "MEMBER_TWICE")
    shown = leader.get("/working-groups").json()["results"][-1]
    assert shown["members"] == [made.json()]
    assert (made.json()["person"]["name"], made.json()["seconded_from"]) == ("借调员", "市财政局")
    ending = f"/group-members/{made.json()['id']}/ending"
    refused(keeper.post(ending, {"last_day": "2020-02-03", "reason": "返岗"}), 403, "FORBIDDEN")
    refused(leader.post(ending, {"last_day": "2020-02-01", "reason": "返岗"}), 400, "MEMBER_DATES")
    stranger = caller(make_world("other"), "leader")
    refused(stranger.post(ending, {"last_day": "2020-02-03", "reason": "返岗"}), 404, "NOT_FOUND")
    left = leader.post(ending, {"last_day": "2020-02-02", "reason": "返岗"})
    assert left.json()["valid_until"] == "2020-02-02"
    refused(leader.post(ending, {"last_day": "2020-02-02", "reason": "返岗"}), 409, "MEMBER_ENDED")
    assert leader.get("/working-groups").json()["results"][-1]["members"] == []


def test_a_task_is_refused_given_cancelled_and_opened_again(world: World, caller: Any) -> None:
    who = make_colleague(world, "甲")
    leader, auditor = caller(world, "leader"), caller(world, "auditor")
    body = {"text": "催货", "owner": who.person.pk, "due_at": "2020-02-05T09:00:00+08:00"}
    refused(auditor.post("/tasks", body), 403, "FORBIDDEN")
    refused(leader.post("/tasks", {**body, "due_at": "2020-01-05T09:00:00+08:00"}), 400, "DUE_PAST")
    refused(leader.post("/tasks", {**body, "owner": 10**12}), 400, "PERSON_NOT_APPOINTED")
    refused(leader.post("/tasks", body, key=None), 400, "KEY_MISSING")
    made = leader.post("/tasks", body).json()
    refused(leader.post(f"/tasks/{made['id']}/cancellation", {"reason": ""}), 400, "REASON_MISSING")
    leader.post(f"/tasks/{made['id']}/cancellation", {"reason": "对方已发货"})
    refused(leader.post(f"/tasks/{made['id']}/completion", {}), 409, "STATE_CONFLICT")
    again = leader.post(f"/tasks/{made['id']}/reopening", {"reason": "又退回了"}).json()
    assert (again["status"], [event["kind"] for event in again["events"]]) == (
        "open",
        ["given", "cancelled", "reopened"],
    )
    assert [row["number"] for row in leader.get("/tasks", status="open", search="催").json()["results"]] == [
        made["number"]
    ]


def test_a_task_is_passed_on(world: World, caller: Any) -> None:
    first, second = make_colleague(world, "甲"), make_colleague(world, "乙")
    task, leader = make_task(world, first), caller(world, "leader")
    address, body = f"/tasks/{task.pk}/reassignment", {"owner": second.person.pk, "reason": "到外地提货"}
    refused(caller(world, "auditor").post(address, body), 403, "NOT_YOUR_TASK")
    refused(leader.post(address, {**body, "owner": first.person.pk}), 409, "TASK_SAME_OWNER")
    refused(leader.post(address, {**body, "owner": 10**12}), 400, "PERSON_NOT_APPOINTED")
    refused(caller(make_world("other"), "leader").post(address, body), 404, "NOT_FOUND")
    key = uuid4()
    done = leader.post(address, body, key=key)
    assert (done.status_code, done.json()["owner"]["name"]) == (201, "乙")
    assert leader.post(address, body, key=key).json() == done.json()
    assert [(event["kind"], event["owner"]["name"]) for event in done.json()["events"]] == [
        ("given", "甲"),
        ("reassigned", "乙"),
    ]
    leader.post(f"/tasks/{task.pk}/completion", {})
    refused(leader.post(address, {**body, "owner": first.person.pk}), 409, "STATE_CONFLICT")
