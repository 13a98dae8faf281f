"""What somebody tries who writes more than he may: foreign rows among his own, columns of ours, two roles at once."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.queries import user_by_name
from liangcao.foundation.journal.models import JournalEntry
from liangcao.ledger.models import Move
from liangcao.operations.demand.models import Requisition, RequisitionLine
from liangcao.reference.parties.models import Appointment
from tests.factories.accounts import Office, make_office
from tests.factories.demand import make_requisition
from tests.factories.supply import make_receipt
from tests.factories.world import TODAY, World, make_world

pytestmark = pytest.mark.django_db
# What is written about a refusal, and what a request leaves behind by itself: no trace of an act.
BESIDE = {"journal", "sessions", "axes", "identity"}
COLUMNS = ("status", "approved_by", "recorded_at", "seq", "hash", "is_staff", "bureau_id", "organisation__bureau")


def written() -> dict[str, int]:
    """How many rows each table of ours has, without what is beside the acts."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in BESIDE and model.__module__.startswith("liangcao.")
    }


def signed_in(name: str) -> Client:
    client, user = Client(), user_by_name(name)
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def other() -> World:
    """Another bureau with goods of its own."""
    made = make_world("other")
    made.put_in(made.mask, 50)
    return made


def test_own_and_foreign_rows_in_one_call(world: World, other: World, caller: Any) -> None:
    """Somebody mixes what he may move with what is another's, in both orders: the answer is that of something unknown,
    and not even his own half is written."""
    own, foreign = world.put_in(world.mask, 10)[0], other.put_in(other.mask, 10)[0]
    keeper, before = caller(world, "storekeeper"), written()
    for lots in ((own, foreign), (foreign, own)):
        lines = [{"lot": str(lot), "quantity": 1} for lot in lots]
        answer = keeper.post("/transfers", {"from_store": "S1", "to_store": "S2", "lines": lines, "reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        unknown = [{**line, "lot": str(uuid4())} if line["lot"] == str(foreign) else line for line in lines]
        never = keeper.post("/transfers", {"from_store": "S1", "to_store": "S2", "lines": unknown, "reason": "x"})
        assert without_ids(never.content) == without_ids(answer.content), "a foreign lot looks like one that never was"
    assert written() == before


def without_ids(content: bytes) -> str:
    """An answer without ids of rows and of the request."""
    read = json.loads(content) | {"request_id": ""}
    return re.sub(r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}", "ID", json.dumps(read))


def test_own_and_foreign_lines_in_one_review(world: World, other: World, caller: Any) -> None:
    """The same with lines of requisitions: of another bureau, and of another unit of one's own."""
    own = make_requisition(world).lines.get()
    lines = [make_requisition(other).lines.get(), make_requisition(world, world.second_hospital).lines.get()]
    reviewer, before = caller(world, "allocator"), written()
    for line in lines:
        body = {"lines": [{"line": each.pk, "quantity_approved": 5, "reason": "x"} for each in (own, line)]}
        answer = reviewer.post(f"/requisitions/{own.requisition_id}/approval", body)
        assert answer.status_code in (400, 403, 404), answer.content
    assert written() == before
    assert set(RequisitionLine.objects.values_list("status", flat=True)) == {"submitted"}


def test_own_and_foreign_rows_in_one_form(office: Office, other: World) -> None:
    """The same on a page: a store and a lot of others are no choices, and nothing is written."""
    world = office.world
    own, foreign = world.put_in(world.mask, 10)[0], other.put_in(other.mask, 10)[0]
    form = {
        "client_id": str(uuid4()), "from_store": world.store.pk, "to_store": world.second_store.pk, "reason": "x",
        "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0, "lines-0-lot": str(own), "lines-0-quantity": 1,
        "lines-1-lot": str(foreign), "lines-1-quantity": 1,
    }  # fmt: skip
    keeper, before = signed_in("storekeeper"), written()
    assert keeper.post(reverse("transfer"), form).status_code == 400
    single = {name: value for name, value in form.items() if not name.startswith("lines-1")}
    assert keeper.post(reverse("transfer"), single | {"to_store": other.store.pk}).status_code == 400
    assert written() == before
    assert keeper.post(reverse("transfer"), single | {"client_id": str(uuid4())}).status_code == 303


def test_nobody_files_or_moves_people_into_another_organisation(world: World, other: World, caller: Any) -> None:
    """A unit files in the name of another; an administrator appoints and invites into another bureau's."""
    unit, administrator = caller(world, "requester", world.hospital), caller(world, "administrator")
    person = Appointment.objects.filter(bureau=world.bureau).first()
    assert person is not None
    before = written()
    asked = {"lines": [{"item": "T-mask", "quantity": 5}]}
    answers = [
        unit.post("/requisitions", asked | {"organisation": world.second_hospital.code}),
        unit.post("/requisitions", asked | {"organisation": world.hospital.code, "bureau": "other"}),
        administrator.post("/invitations", {"organisation": other.hospital.pk}),
        administrator.post(
            "/appointments",
            {"person": person.person_id, "role": "auditor", "valid_from": "2020-02-03", "bureau": "other"},
        ),
    ]
    assert [answer.status_code in (400, 403, 404) for answer in answers] == [True] * 4, [a.content for a in answers]
    assert written() == before


def bodies() -> list[tuple[str, str]]:
    """(method, path) of every call that takes a body with fields."""
    described = json.loads(Client().get("/api/v1/openapi.json").content)["paths"]
    return sorted(
        (method, path)
        for path, calls in described.items()
        for method, call in calls.items()
        if "application/json" in call.get("requestBody", {}).get("content", {})
    )


def test_columns_of_ours_are_no_fields_of_any_call(world: World, caller: Any) -> None:
    """Somebody adds columns of the tables to a body: each call names each of them and writes nothing."""
    asking, wrong, before = caller(world, "leader"), [], written()
    body = dict.fromkeys(COLUMNS, 1)
    for method, path in bodies():
        address = re.sub(r"\{\w*(key|lot_id)\w*\}", str(uuid4()), path)
        address = re.sub(r"\{\w+\}", "1", address)
        answer = asking.client.generic(
            method.upper(), address, json.dumps(body), content_type="application/json",
            headers={**asking.headers, "Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        told = answer.json()
        named = {problem["field"] for problem in told.get("problems") or [told]} | {told.get("field")}
        missing = set(COLUMNS) - named - known_fields(path)
        if answer.status_code != 400 or missing:
            wrong.append(f"{method} {path}: {answer.status_code} {told['code']} {sorted(missing)}")
    assert wrong == []
    assert written() == before


def known_fields(path: str) -> set[str]:
    """Fields of a call that are called as a column is."""
    described = json.loads(Client().get("/api/v1/openapi.json").content)
    body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    names = re.findall(r"#/components/schemas/(\w+)", json.dumps(body))
    return {field for name in names for field in described["components"]["schemas"][name].get("properties", {})}


def test_columns_of_ours_are_no_fields_of_a_form(office: Office) -> None:
    """The same on a page: what the form does not have is not written."""
    unit = office.world.hospital
    given = {
        "client_id": str(uuid4()), "code": "X-7", "name": "示例医院七", "kind": "hospital", "status": "approved",
        "is_active": "", "bureau": "99", "bureau_id": "99", "pk": str(unit.pk), "id": str(unit.pk), "is_staff": "1",
    }  # fmt: skip
    assert signed_in("administrator").post(reverse("organisation_new"), given).status_code == 303
    unit.refresh_from_db()
    made = type(unit).objects.get(code="X-7")
    assert (made.bureau_id, made.is_active, unit.code) == (office.world.bureau.pk, True, "U05")


def test_maker_and_checker_are_not_given_to_one_person(office: Office, caller: Any) -> None:
    """An administrator appoints the one who drafts plans also to sign them, by page and by call: refused at the grant,
    with the words, while full separation is in force; nothing is written."""
    world = office.world
    user = user_by_name("allocator")
    assert user is not None
    person, before = user.person.pk, Appointment.objects.count()
    answer = signed_in("administrator").post(
        reverse("appointment_new", args=[person]),
        {"client_id": str(uuid4()), "role": "leader", "valid_from": "2020-02-03"},
    )
    assert answer.status_code == 403 and "不能由同一人担任" in answer.content.decode()
    asking = caller(world, "administrator")
    before += 1
    told = asking.post("/appointments", {"person": person, "role": "leader", "valid_from": TODAY.isoformat()})
    assert (told.status_code, told.json()["code"], told.json()["field"]) == (403, "ROLES_APART", "role")
    assert Appointment.objects.count() == before
    assert (
        JournalEntry.objects.filter(action="appoint", bureau_id=world.bureau.pk).latest("pk").after["role"] != "leader"
    )


def test_posted_documents_take_no_other_method(office: Office, caller: Any) -> None:
    """Somebody sends PUT, PATCH, DELETE or TRACE at what is posted, by page and by call: 405 that says what goes, with
    nothing changed."""
    world = office.world
    receipt = make_receipt(world)
    requisition = make_requisition(world)
    pages = [
        reverse("receipt", args=[receipt.pk]), reverse("move", args=[receipt.move_id]),
        reverse("requisition", args=[requisition.pk]),
    ]  # fmt: skip
    calls = [
        f"/api/v1/receipts/{receipt.pk}",
        f"/api/v1/moves/{receipt.move_id}",
        f"/api/v1/requisitions/{requisition.pk}",
    ]
    leader, asking, before = signed_in("leader"), caller(world, "leader"), written()
    kept = list(Move.objects.values_list("hash", flat=True)), list(Requisition.objects.values())
    wrong = []
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        for address, client, headers in [(a, leader, {}) for a in pages] + [
            (a, asking.client, asking.headers) for a in calls
        ]:
            answer = client.generic(method, address, "{}", content_type="application/json", headers=headers)
            if answer.status_code != 405 or "GET" not in answer.get("Allow", ""):
                wrong.append(f"{method} {address}: {answer.status_code} {answer.get('Allow')}")
    assert wrong == []
    assert written() == before
    assert kept == (list(Move.objects.values_list("hash", flat=True)), list(Requisition.objects.values()))
