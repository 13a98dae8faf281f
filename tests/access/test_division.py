"""A township reads what the organisations of its division ask for and get: in every channel, and never more than reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.demand import actions as demand_actions
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import queries as dispatch
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties import queries as parties_queries
from liangcao.reference.parties.models import Appointment, Organisation, Region
from tests.access.world import readable
from tests.factories.demand import make_requisition, make_requisition_line
from tests.factories.dispatch import confirm, hand_over, make_delivery
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db

OURS, THEIRS = "330784001", "330784002"


def place(unit: Organisation, code: str, level: int = 4) -> None:
    region, _ = Region.objects.get_or_create(code=code, defaults={"name": f"示例街道 {code}", "level": level})
    Organisation.objects.filter(pk=unit.pk).update(region=region)


def person_of(world: World, unit: Organisation, role: str = "requester") -> Any:
    user = add_user(username=uuid4().hex[:12], display_name="经办人甲", password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name="经办人甲", user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=unit.pk, valid_from=date(2020, 1, 1), by=world.system, at=NOON,
    )  # fmt: skip
    return user


def of(world: World, unit: Organisation, role: str = "requester") -> Actor:
    return parties_queries.actor_for_user(person_of(world, unit, role), NOON)


@pytest.fixture
def world(world: World) -> World:
    """Town and hospital in one division, the second ones in another."""
    for unit, code in ((world.town, OURS), (world.hospital, OURS), (world.enterprise, OURS), (world.second_town, THEIRS),
                       (world.second_hospital, THEIRS)):  # fmt: skip
        place(unit, code)
    return world


def test_a_township_reads_its_division_and_no_other(world: World) -> None:
    own, inside, outside = (make_requisition(world, u) for u in (world.town, world.hospital, world.second_hospital))
    by = of(world, world.town)
    assert set(demand.requisitions(by).values_list("pk", flat=True)) == {own.pk, inside.pk}
    assert set(demand.lines(by).values_list("requisition_id", flat=True)) == {own.pk, inside.pk}
    with pytest.raises(NotFound):
        demand.requisition(by, outside.pk)
    delivery = make_delivery(world)
    assert [row.pk for row in dispatch.deliveries(by)] == [delivery.pk]
    assert not dispatch.deliveries(of(world, world.second_town)).exists()
    assert [row.pk for row in parties_queries.organisations(by)] == [world.town.pk]


def test_a_village_lies_in_its_township(world: World) -> None:
    place(world.hospital, f"{OURS}201", 5)
    inside = make_requisition(world)
    assert demand.requisitions(of(world, world.town)).filter(pk=inside.pk).exists()


def test_another_bureau_s_units_of_the_same_division_are_strangers(world: World) -> None:
    other = make_world("other")
    place(other.hospital, OURS)
    theirs = make_requisition(other)
    assert not demand.requisitions(of(world, world.town)).filter(pk=theirs.pk).exists()


def test_who_governs_no_division_reads_its_own_only(world: World) -> None:
    inside = make_requisition(world)
    delivery = make_delivery(world)
    for unit, role in (
        (world.enterprise, "enterprise"),
        (world.enterprise, "requester"),
        (world.second_hospital, "requester"),
    ):
        assert not demand.requisitions(of(world, unit, role)).filter(pk=inside.pk).exists()
        assert not dispatch.deliveries(of(world, unit, role)).filter(pk=delivery.pk).exists()
    for code, level in (("330784", 3), ("3307", 2)):  # Only the county stands under the township's name.
        place(world.town, code, level)
        assert not demand.requisitions(of(world, world.town)).exists()
    Organisation.objects.filter(pk=world.town.pk).update(region=None)
    assert not demand.requisitions(of(world, world.town)).exists()


def test_an_ended_appointment_reads_nothing(world: World) -> None:
    make_requisition(world)
    user = person_of(world, world.town)
    assert demand.requisitions(parties_queries.actor_for_user(user, NOON)).exists()
    Appointment.objects.filter(person__user=user).update(ended_at=NOON)
    assert not demand.requisitions(parties_queries.actor_for_user(user, NOON)).exists()


def test_it_reads_and_does_nothing(world: World) -> None:
    line = make_requisition_line(world, world.hospital)
    by: dict[str, Any] = {"by": of(world, world.town), "at": NOON, "client_id": uuid4()}
    with pytest.raises(NotFound):
        demand_actions.withdraw_requisition(requisition_id=line.requisition_id, reason="不要了", **by)
    with pytest.raises(NotFound):
        demand_actions.confirm_requisition_line(line_id=line.pk, on_hand=None, daily_use=None, **by)
    delivery = hand_over(world, make_delivery(world))
    with pytest.raises(NotFound):
        confirm(world, delivery, by=of(world, world.town))
    late = NOON + timedelta(days=5)
    waiting = demand.waiting(of(world, world.town), bureau_id=world.bureau.pk, at=late)
    assert waiting == [], "nobody but the unit says that its need still stands"


def client_of(world: World, unit: Organisation) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person_of(world, unit))
    return client


def test_list_excel_and_pages_of_the_portal(world: World) -> None:
    own, inside, outside = (make_requisition(world, u) for u in (world.town, world.hospital, world.second_hospital))
    town, hospital = client_of(world, world.town), client_of(world, world.second_hospital)
    page = reverse("portal_requisition_list")

    def shown(client: Client, **query: str) -> set[int]:
        text = readable(client.get(page, query))
        return {row.pk for row in (own, inside, outside) if f"{row.number}<" in text}

    assert shown(town) == shown(town, format="xlsx") == {own.pk, inside.pk}
    assert shown(town, whose="own") == {own.pk}
    assert shown(town, whose="others") == shown(town, whose="others", format="xlsx") == {inside.pk}
    assert shown(hospital) == {outside.pk}
    assert hospital.get(page, {"whose": "others"}).status_code == 400
    assert town.get(reverse("portal_requisition", args=[inside.pk])).status_code == 200
    assert "撤回" not in town.get(reverse("portal_requisition", args=[inside.pk])).content.decode()
    for address in (
        reverse("portal_requisition", args=[outside.pk]), reverse("portal_withdrawal", args=[inside.pk]),
        reverse("portal_confirmation", args=[inside.lines.get().pk]),
    ):  # fmt: skip
        assert town.get(address).status_code == 404, address
    assert "本辖区的申领单" in town.get(reverse("portal_home")).content.decode()
    assert "本辖区" not in hospital.get(reverse("portal_home")).content.decode()


def test_a_delivery_of_the_division(world: World) -> None:
    delivery = confirm(world, hand_over(world, make_delivery(world)), (90, 10, 0, "少一包"))
    town, stranger = client_of(world, world.town), client_of(world, world.second_town)
    page = town.get(reverse("portal_delivery", args=[delivery.pk])).content.decode()
    assert "示例医院一" in page
    assert "短少" in page
    assert "示例收货人" not in page
    assert stranger.get(reverse("portal_delivery", args=[delivery.pk])).status_code == 404
    for name in ("portal_thanks", "portal_receipt"):
        assert town.get(reverse(name, args=[delivery.pk])).status_code == 404
        assert town.post(reverse(name, args=[delivery.pk]), {"client_id": str(uuid4())}).status_code in (404, 405)
    numbers = readable(town.get(reverse("portal_delivery_list")))
    assert delivery.number in numbers
    assert delivery.number not in readable(stranger.get(reverse("portal_delivery_list")))


def test_the_api_follows_the_same_rule(world: World, caller: Any) -> None:
    told: dict[str, Any] = {
        "channel": "phone",
        "caller": "护士站来电",
        "received_at": NOON,
        "by": world.actor("coordinator"),
    }
    inside = make_requisition(world, world.hospital, **told)
    outside = make_requisition(world, world.second_hospital, **told)
    town = caller(world, "requester", world.town)
    numbers = [row["number"] for row in town.get("/requisitions").json()["results"]]
    assert numbers == [inside.number]
    answer = town.get(f"/requisitions/{inside.pk}")
    assert answer.status_code == 200
    assert "护士站来电" not in answer.content.decode()
    assert town.get(f"/requisitions/{outside.pk}").status_code == 404
    assert town.post(f"/requisitions/{inside.pk}/withdrawal", {"reason": "不要了"}).status_code == 404
    delivery = confirm(world, hand_over(world, make_delivery(world)))
    shown = town.get(f"/deliveries/{delivery.pk}").json()
    assert (shown["signed_name"], shown["lines"][0]["quantity_good"]) == (None, 100)
    assert caller(world, "requester", world.second_town).get(f"/deliveries/{delivery.pk}").status_code == 404
    hospital = caller(world, "requester", world.hospital).get(f"/deliveries/{delivery.pk}").json()
    assert hospital["signed_name"] == "示例收货人"
