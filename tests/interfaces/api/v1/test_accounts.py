"""People, appointments and invitations by the API: the same actions, the same refusals."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.queries import user_by_name
from tests.factories.world import World

PERSON = {"name": "新人", "username": "xin", "role": "storekeeper", "valid_from": "2020-02-03"}


def test_a_person_is_added_appointed_and_closed(world: World, caller: Any) -> None:
    by = caller(world, "administrator")
    key = uuid4()
    made = by.post("/people", PERSON, key=key)
    assert made.status_code == 201
    assert made.json()["password_path"].startswith("/password/")
    again = by.post("/people", PERSON, key=key)
    assert (again.json()["id"], again.json()["password_path"]) == (made.json()["id"], None)
    person = made.json()["id"]
    key = uuid4()
    given = {"person": person, "role": "counter", "valid_from": "2020-02-03"}
    first, second = (by.post("/appointments", given, key=key).json() for _each in range(2))
    assert first["id"] == second["id"]
    assert by.post(f"/appointments/{first['id']}/ending", {}).status_code == 200
    assert by.post(f"/appointments/{first['id']}/ending", {}).status_code == 409
    assert by.post(f"/people/{person}/closure", {}).json()["is_active"] is False
    assert not user_by_name("xin").is_active  # type: ignore[union-attr]
    assert {row["username"] for row in by.get("/people").json()["results"]} >= {"xin"}


@pytest.mark.parametrize("role", ["leader", "coordinator", "auditor"])
def test_others_at_the_desk_read_but_do_not_change(world: World, caller: Any, role: str) -> None:
    by = caller(world, role)
    assert by.get("/people").status_code == 200
    assert by.get("/appointments").status_code == 200
    assert by.post("/people", PERSON).status_code == 403
    assert by.post(f"/people/{by.get('/people').json()['results'][0]['id']}/closure", {}).status_code == 403


def test_an_unknown_field_is_refused_by_name(world: World, caller: Any) -> None:
    """Threat 5."""
    answer = caller(world, "administrator").post("/people", {**PERSON, "is_staff": True})
    assert answer.status_code == 400
    assert answer.json()["field"] == "is_staff"


def test_invitations_by_list_are_idempotent(world: World, caller: Any) -> None:
    by = caller(world, "coordinator")
    given = {"kind": "hospital", "organisations": [{"name": f"示例单位{number}"} for number in range(5)]}
    made = by.post("/invitation-lists", given).json()["results"]
    again = by.post("/invitation-lists", given).json()["results"]
    assert [row["is_new"] for row in made] == [True] * 5
    assert [row["is_new"] for row in again] == [False] * 5
    assert by.client.get(made[0]["invitation"]["path"]).status_code == 200
    held = by.get("/invitations").json()["results"]
    assert len(held) == 5 and "path" not in held[0]
    assert by.post(f"/invitations/{held[0]['id']}/revocation", None).status_code == 200
    assert by.post(f"/invitations/{held[0]['id']}/revocation", None).status_code == 409


def test_a_unit_reads_and_invites_for_itself_only(world: World, caller: Any) -> None:
    caller(world, "requester", world.second_hospital)
    by = caller(world, "organisation_administrator", world.hospital)
    assert by.post("/invitations", {"organisation": world.hospital.pk, "role": "requester"}).status_code == 201
    assert by.post("/invitations", {"organisation": world.second_hospital.pk, "role": "requester"}).status_code == 404
    assert by.post("/invitation-lists", {"kind": "hospital", "organisations": [{"name": "示例"}]}).status_code == 403
    appointments = by.get("/appointments").json()["results"]
    assert {row["organisation"] for row in appointments} == {world.hospital.pk}
    assert len(by.get("/people").json()["results"]) == 1
    assert len(by.get("/invitations").json()["results"]) == 1


def test_a_unit_lets_its_programs_in(world: World, caller: Any) -> None:
    by = caller(world, "organisation_administrator", world.hospital)
    body = {"organisation": world.hospital.pk, "name": "示例医院物资系统", "role": "requester", "scope": ["read"]}
    key = uuid4()
    made = by.post("/programs", body, key).json()
    assert by.post("/programs", body, key).json() == {**made, "token": None}
    [shown] = by.get("/programs", organisation=world.hospital.pk).json()["results"]
    assert (shown["id"], shown["role"], shown["tokens"][0]["scope"]) == (made["id"], "requester", ["read"])
    assert made["token"] not in str(shown)
    renewed = by.post(f"/programs/{made['id']}/token", {"scope": ["read", "requisition.file"], "days": 7}).json()
    assert renewed["token"] and renewed["token"] != made["token"]
    wide = by.post(f"/programs/{made['id']}/token", {"scope": ["requisition.approve"]})
    assert (wide.status_code, wide.json()["code"]) == (403, "SCOPE_TOO_WIDE")
    for stranger in (
        caller(world, "organisation_administrator", world.second_hospital), caller(world, "requester", world.hospital),
    ):  # fmt: skip
        assert stranger.get("/programs", organisation=world.hospital.pk).status_code in (403, 404)
        assert stranger.post("/programs", body).status_code in (403, 404)
        assert stranger.post(f"/programs/{made['id']}/token", {"scope": ["read"]}).status_code in (403, 404)
    assert caller(world, "administrator").get("/programs", organisation=world.hospital.pk).json()["results"]
    assert by.post(f"/people/{made['id']}/closure", {"reason": "换系统"}).status_code == 200
    assert by.get("/programs", organisation=world.hospital.pk).json()["results"][0]["tokens"] == []


def test_a_requester_reads_no_people(world: World, caller: Any) -> None:
    by = caller(world, "requester", world.hospital)
    for path in ("/people", "/appointments", "/invitations"):
        assert by.get(path).status_code == 403


def test_a_second_factor_is_removed_by_two(world: World, caller: Any) -> None:
    from tests.factories.second_factor import make_protected

    who = make_protected(world)
    first, leader = caller(world, "administrator"), caller(world, "leader")
    address, body = f"/people/{who.person.pk}/factor-removals", {"reason": "手机丢失"}
    assert leader.post(address, body).status_code == 403
    made = first.post(address, body)
    assert (made.status_code, made.json()["status"]) == (201, "asked")
    assert first.post(address, body).json()["code"] == "REMOVAL_ASKED"
    removal = f"/factor-removals/{made.json()['id']}"
    refused = first.post(f"{removal}/confirmation", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "OWN_DOCUMENT")
    assert leader.get("/factor-removals").status_code == 403
    assert leader.post(f"{removal}/confirmation", {}).status_code == 403
    second = caller(world, "administrator")
    assert [row["id"] for row in second.get("/factor-removals").json()["results"]] == [made.json()["id"]]
    assert second.post(f"{removal}/confirmation", {}).json()["status"] == "confirmed"
    over = second.post(f"{removal}/withdrawal", body)
    assert (over.status_code, over.json()["code"]) == (409, "REMOVAL_OVER")
