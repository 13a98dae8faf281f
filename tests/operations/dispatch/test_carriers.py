"""The organisation that brings the goods: who names it, what it sees, and what it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.jobs import running
from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from liangcao.foundation.outbox.listeners import set_notice_address
from liangcao.foundation.outbox.models import Message
from liangcao.ledger import queries as ledger
from liangcao.operations.allocation import queries as allocation
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import actions
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.models import Delivery, DeliveryLine
from liangcao.operations.dispatch.rules import can_assign
from liangcao.operations.supply import queries as supply
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties import queries as parties_queries
from liangcao.reference.parties.models import Organisation, Store
from tests.factories.allocation import LATER
from tests.factories.dispatch import assign, confirm, hand_over, make_delivery, make_emergency
from tests.factories.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def make_carrier(world: World, name: str = "示例物流") -> Organisation:
    return parties.add_organisation(
        bureau_id=world.bureau.pk, code=name, name=name, kind="carrier", is_example=True, by=world.system, at=NOON
    )


def driver(world: World, unit: Organisation) -> Actor:
    return Actor(user_id=20_000 + unit.pk, name="承运人甲", grants=(Grant("carrier", world.bureau.pk, unit.pk),))


def listening(world: World, unit: Organisation, role: str = "carrier") -> str:
    """Somebody of the unit who wants to be told; the address."""
    user = add_user(username=uuid4().hex[:12], display_name="某甲", password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name="某甲", user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=unit.pk, valid_from=date(2020, 1, 1), by=world.system, at=NOON,
    )  # fmt: skip
    email = f"{user.username}@example.cn"
    actor = parties_queries.actor_for_user(user, NOON)
    set_notice_address(email=email, has_consented=True, by=actor, at=NOON, client_id=uuid4())
    return email


def told() -> list[tuple[str, str]]:
    """(address, subject) of what has been sent, once every notice is spread."""
    later = LATER + timedelta(hours=1)
    while running.run_one(worker="one", clock=lambda: later):
        pass
    return sorted(Message.objects.filter(subject__contains="配送单").values_list("address", "subject"))


def test_who_names_the_carrier(world: World) -> None:
    delivery, other = make_delivery(world), make_world("other")
    for role in ("buyer", "auditor", "leader"):
        with pytest.raises(Forbidden):
            assign(world, delivery, by=world.actor(role))
    for by in (other.actor("storekeeper"), world.requester(world.second_hospital), driver(world, world.supplier)):
        with pytest.raises(NotFound):
            assign(world, delivery, by=by)
    with pytest.raises(Forbidden):
        assign(world, delivery, by=world.requester(world.hospital))
    assert assign(world, delivery, by=world.actor("coordinator")).carrier_organisation == world.supplier


def test_only_who_may_carry_is_named(world: World) -> None:
    delivery, other = make_delivery(world), make_world("other")
    gone = make_carrier(world, "示例旧物流")
    Organisation.objects.filter(pk=gone.pk).update(is_active=False)
    for pk in (world.donor.pk, world.second_hospital.pk, other.supplier.pk, gone.pk, 9_999_999):
        for act in (assign, hand_over):
            with pytest.raises(Invalid) as caught:
                act(world, delivery, carrier_organisation_id=pk)
            assert caught.value.code == "CARRIER_UNKNOWN"
            assert caught.value.field == "carrier_organisation_id"
    with pytest.raises(Invalid) as own:
        assign(world, delivery, carrier_organisation_id=world.hospital.pk)
    assert own.value.code == "CARRIER_IS_THE_UNIT"
    assert not JournalEntry.objects.filter(action="assign_carrier").exists()


def test_naming_another_replaces_the_first_and_both_are_written_down(world: World) -> None:
    delivery, second = make_delivery(world), make_carrier(world)
    key = uuid4()
    assign(world, delivery, client_id=key)
    assert assign(world, delivery, client_id=key).carrier_organisation == world.supplier
    with pytest.raises(KeyReused):
        assign(world, delivery, client_id=key, carrier_organisation_id=second.pk)
    assign(world, delivery)  # The same once more: nothing to write down.
    assign(world, delivery, carrier_organisation_id=second.pk)
    assert not dispatch.deliveries(driver(world, world.supplier)).exists()
    assert assign(world, delivery, carrier_organisation_id=None).carrier_organisation is None
    entries = JournalEntry.objects.filter(action="assign_carrier").order_by("pk")
    pairs = [(e.before["carrier_organisation"], e.after["carrier_organisation"]) for e in entries]
    assert pairs == [("", "示例供应商"), ("示例供应商", "示例物流"), ("示例物流", "")]


def test_once_the_goods_are_gone_the_carrier_stays(world: World) -> None:
    delivery = hand_over(world, make_delivery(world))
    assert not can_assign(delivery, world.actor("storekeeper"))
    with pytest.raises(Conflict) as caught:
        assign(world, delivery)
    assert caught.value.code == "CARRIER_FIXED"
    assert "配送中" in caught.value.message("zh-hans")


def test_the_hand_over_names_somebody(world: World) -> None:
    delivery = make_delivery(world)
    with pytest.raises(Invalid) as caught:
        hand_over(world, delivery, carrier=" ")
    assert caught.value.code == "CARRIER_MISSING"
    made = hand_over(world, delivery, carrier="", carrier_organisation_id=world.supplier.pk)
    assert (made.carrier_organisation, made.carrier) == (world.supplier, "")
    entry = JournalEntry.objects.get(action="hand_over")
    assert entry.after["carrier_organisation"] == "示例供应商"
    assert entry.before["carrier_organisation"] == ""
    both = make_emergency(world, carrier="示例车 2", carrier_organisation_id=world.supplier.pk)
    assert (both.carrier_organisation, both.carrier) == (world.supplier, "示例车 2")
    with pytest.raises(Invalid):
        make_emergency(world, carrier_organisation_id=world.donor.pk)


def test_another_took_the_goods_than_was_named(world: World) -> None:
    delivery = assign(world, make_delivery(world))
    hand_over(world, delivery, carrier="路过的示例车", carrier_organisation_id=None)
    assert not dispatch.deliveries(driver(world, world.supplier)).exists()


def test_a_carrier_sees_what_it_carries_and_nothing_else(world: World) -> None:
    carried = assign(world, make_delivery(world))
    theirs = make_emergency(world, carrier_organisation_id=make_carrier(world).pk)
    by = driver(world, world.supplier)
    assert [row.pk for row in dispatch.deliveries(by)] == [carried.pk]
    assert set(DeliveryLine.objects.visible_to(by).values_list("delivery_id", flat=True)) == {carried.pk}
    with pytest.raises(NotFound):
        dispatch.delivery(by, theirs.pk)
    for rows in (
        demand.requisitions(by), demand.lines(by), allocation.plans(by), supply.sources(by), supply.receipts(by),
        ledger.lots(by, world.bureau.pk), ledger.moves(by, world.bureau.pk), ledger.balances(by, world.bureau.pk),
        Store.objects.visible_to(by),
    ):  # fmt: skip
        assert not rows.exists(), rows.model
    assert [row.pk for row in parties_queries.organisations(by)] == [world.supplier.pk]
    assert dispatch.reader_of(by, dispatch.delivery(by, carried.pk)).roles == {"carrier"}


@pytest.mark.parametrize("role", ["enterprise", "organisation_administrator"])
def test_another_appointment_at_the_carrier_reads_no_more_of_what_it_carries(world: World, role: str) -> None:
    delivery = assign(world, make_delivery(world))
    grants = tuple(Grant(name, world.bureau.pk, world.supplier.pk) for name in ("carrier", role))
    reader = dispatch.reader_of(Actor(user_id=30_000, name="某甲", grants=grants), delivery)
    unit = dispatch.reader_of(world.requester(world.hospital), delivery)
    for field in ("origin", "receipt"):
        assert not guard.may_read(reader, "delivery", field, bureau_id=world.bureau.pk)
        assert guard.may_read(unit, "delivery", field, bureau_id=world.bureau.pk)


def test_what_comes_to_it_is_not_the_carriers_business(world: World) -> None:
    """Somebody appointed only to carry does not see what his organisation asks for and gets itself."""
    own = make_delivery(world)
    assert not dispatch.deliveries(driver(world, world.hospital)).filter(pk=own.pk).exists()
    assert dispatch.deliveries(world.requester(world.hospital)).filter(pk=own.pk).exists()


def test_the_unit_signs_not_the_carrier(world: World) -> None:
    delivery = hand_over(world, make_delivery(world), carrier_organisation_id=world.supplier.pk)
    with pytest.raises(NotFound):
        confirm(world, delivery, by=driver(world, world.supplier))
    assert confirm(world, delivery).status == "signed"
    assert [row.pk for row in dispatch.deliveries(driver(world, world.supplier))] == [delivery.pk]


def test_an_ended_appointment_sees_nothing(world: World) -> None:
    assign(world, make_delivery(world))
    user = add_user(username="shili-car", display_name="承运人甲", password=None, at=NOON)
    held = parties.appoint(
        person=parties.add_person(name="承运人甲", user=user), role="carrier", bureau_id=world.bureau.pk,
        organisation_id=world.supplier.pk, valid_from=date(2020, 1, 1), by=world.system, at=NOON,
    )  # fmt: skip
    assert dispatch.deliveries(parties_queries.actor_for_user(user, LATER)).exists()
    type(held).objects.filter(pk=held.pk).update(ended_at=LATER)
    assert not dispatch.deliveries(parties_queries.actor_for_user(user, LATER)).exists()


def test_the_carrier_is_told_and_nobody_else(world: World) -> None:
    second = make_carrier(world)
    first_told, second_told = listening(world, world.supplier), listening(world, second)
    unit_told = listening(world, world.hospital, "requester")
    delivery = make_delivery(world)
    assign(world, delivery)
    assign(world, delivery, carrier_organisation_id=second.pk, at=LATER + timedelta(minutes=1))
    assign(world, delivery, at=LATER + timedelta(minutes=2))
    subject = f"有一批货请贵单位承运(配送单 {delivery.number}),请到仓库取货"
    assert told() == sorted([(first_told, subject), (first_told, subject), (second_told, subject)])
    hand_over(world, delivery, carrier_organisation_id=world.supplier.pk, at=LATER + timedelta(minutes=3))
    left = [address for address, words in told() if words != subject]
    assert left == [unit_told], "who was told to fetch it needs no second word"


def test_a_carrier_does_not_come_for_what_was_cancelled(world: World) -> None:
    address = listening(world, world.supplier)
    delivery = assign(world, make_delivery(world))
    actions.cancel_delivery(
        delivery_id=delivery.pk, reason="单位暂不需要", by=world.actor("storekeeper"), at=LATER, client_id=uuid4()
    )
    assert (address, f"配送单 {delivery.number} 已取消,不用来取货") in told()
    assert dispatch.delivery(driver(world, world.supplier), delivery.pk).status == "cancelled"
    with pytest.raises(Conflict):
        assign(world, delivery, carrier_organisation_id=None)


def test_who_took_the_goods_unannounced_is_told(world: World) -> None:
    address = listening(world, world.supplier)
    delivery = make_emergency(world_with_stock(world), carrier_organisation_id=world.supplier.pk)
    assert told() == [(address, f"配送单 {delivery.number} 的货已交给贵单位承运,请送到后由收货单位签收")]


def world_with_stock(world: World) -> World:
    world.put_in(world.mask, 1_000)
    return world


@pytest.mark.parametrize("values", [{"carrier": "", "carrier_organisation": None}, {"carrier_organisation": "unit"}])
def test_the_database_keeps_the_carrier_whole(world: World, values: dict[str, Any]) -> None:
    from django.db import IntegrityError, transaction

    delivery = hand_over(world, make_delivery(world))
    if values.get("carrier_organisation") == "unit":
        values = {"carrier_organisation": world.hospital}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**values)
