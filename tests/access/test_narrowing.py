"""Appointments for one store, region or emergency: what they see and do, in every channel, and what they do not."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor, Grant
from liangcao.foundation.kernel.errors import Forbidden, Invalid, NotFound
from liangcao.ledger import queries as ledger
from liangcao.ledger.actions import transfer
from liangcao.operations.demand import queries as demand
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.supply import queries as supply
from liangcao.reference.parties import actions
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.models import Appointment, Organisation, Region
from liangcao.reference.parties.narrowing import Narrowing
from tests.factories.demand import make_requisition
from tests.factories.dispatch import hand_over, make_delivery
from tests.factories.supply import make_receipt
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db


def keeper(world: World, *store_ids: int) -> Actor:
    grant = Grant("storekeeper", world.bureau.pk, store_ids=frozenset(store_ids))
    return Actor(user_id=901, name="一号库仓管员", grants=(grant,))


def clerk(world: World, *codes: str, role: str = "duty_officer") -> Actor:
    grant = Grant(role, world.bureau.pk, region_codes=frozenset(codes))
    return Actor(user_id=902, name="镇街值班员", grants=(grant,))


def place_in(organisation: Organisation, code: str, name: str) -> None:
    region, _ = Region.objects.get_or_create(code=code, defaults={"name": name, "level": 4})
    Organisation.objects.filter(pk=organisation.pk).update(region=region)


def test_a_keeper_of_one_store_sees_its_goods_and_papers_only(world: World) -> None:
    lot, _ = world.put_in(world.mask, 100)
    delivery = make_delivery(world)
    receipt = make_receipt(world)
    own, elsewhere = keeper(world, world.store.pk), keeper(world, world.second_store.pk)
    assert [row.pk for row in parties.stores(own)] == [world.store.pk]
    for read in (
        lambda a: ledger.lots(a, world.bureau.pk).filter(pk=lot),
        lambda a: ledger.moves(a, world.bureau.pk),
        lambda a: ledger.postings(a, world.bureau.pk),
        lambda a: ledger.balances(a, world.bureau.pk),
        lambda a: dispatch.deliveries(a, bureau_id=world.bureau.pk).filter(pk=delivery.pk),
        lambda a: supply.receipts(a, bureau_id=world.bureau.pk).filter(pk=receipt.pk),
    ):
        assert read(own).exists()
        assert not read(elsewhere).exists()
    assert ledger.stock_by_item(elsewhere, world.bureau.pk, on=TODAY) == {}
    assert not parties.people(own).exists()


def test_a_keeper_acts_in_his_own_store_only(world: World) -> None:
    lot, _ = world.put_in(world.suit, 100)
    delivery = make_delivery(world)
    own, elsewhere = keeper(world, world.store.pk), keeper(world, world.second_store.pk)
    with pytest.raises(NotFound):
        hand_over(world, delivery, by=elsewhere)
    assert hand_over(world, delivery, by=own).status == "in_transit"
    for by in (own, elsewhere):
        with pytest.raises(NotFound):
            transfer(
                book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk,
                lines=[(lot, 10)], reason="就近", by=by, at=NOON, client_id=uuid4(),
            )  # fmt: skip
    two = keeper(world, world.store.pk, world.second_store.pk)
    assert transfer(
        book_id=world.book.pk, from_store_id=world.store.pk, to_store_id=world.second_store.pk, lines=[(lot, 10)],
        reason="就近", by=two, at=NOON, client_id=uuid4(),
    ).number  # fmt: skip


def test_posting_itself_refuses_another_store(world: World) -> None:
    """Whatever an action forgot: the ledger asks once more."""
    lot, _ = world.put_in(world.mask, 100)
    from liangcao.ledger.actions import post_move
    from liangcao.ledger.entries import AccountRef, PostingLine

    line = PostingLine(lot, world.stock(), AccountRef("loss", world.store.pk), 1)
    with pytest.raises(NotFound):
        post_move(
            book_id=world.book.pk, kind="loss", business_date=TODAY, lines=[line], cause_kind="test", cause_ref="t",
            by=keeper(world, world.second_store.pk), at=NOON, client_id=uuid4(),
        )  # fmt: skip


def test_each_appointment_acts_for_itself(world: World) -> None:
    """Somebody who reads the whole bureau and keeps one store hands over from that store alone."""
    delivery = make_delivery(world)
    grants = (
        Grant("coordinator", world.bureau.pk),
        Grant("storekeeper", world.bureau.pk, store_ids=frozenset({world.second_store.pk})),
    )
    mixed = Actor(user_id=903, name="兼任", grants=grants)
    assert dispatch.deliveries(mixed, bureau_id=world.bureau.pk).filter(pk=delivery.pk).exists()
    with pytest.raises(NotFound):
        hand_over(world, delivery, by=mixed)


def test_a_township_clerk_sees_and_files_for_its_region(world: World) -> None:
    place_in(world.town, "330784001", "示例东街道")
    place_in(world.second_town, "330784002", "示例西街道")
    ours, theirs = make_requisition(world, world.town), make_requisition(world, world.second_town)
    by = clerk(world, "330784001")
    assert [row.pk for row in parties.organisations(by)] == [world.town.pk]
    assert [row.pk for row in demand.requisitions(by, bureau_id=world.bureau.pk)] == [ours.pk]
    with pytest.raises(NotFound):
        demand.requisition(by, theirs.pk)
    told: dict[str, Any] = {"by": by, "channel": "phone", "caller": "村委会", "received_at": NOON}
    assert make_requisition(world, world.town, (world.n95, 5), **told).pk
    with pytest.raises(NotFound):
        make_requisition(world, world.second_town, (world.n95, 5), **told)
    assert not parties.stores(by).exists()
    assert not ledger.lots(by, world.bureau.pk).exists()


def test_a_region_takes_in_what_lies_below_it(world: World) -> None:
    place_in(world.town, "330784001", "示例东街道")
    assert parties.organisations(clerk(world, "330784")).filter(pk=world.town.pk).exists()
    assert not parties.organisations(clerk(world, "330783")).exists()


def test_an_appointment_for_an_emergency_ends_at_its_edge(world: World) -> None:
    requisition = make_requisition(world)
    for emergency_id, is_seen in ((world.emergency.pk, True), (world.emergency.pk + 999, False)):
        grant = Grant("coordinator", world.bureau.pk, emergency_ids=frozenset({emergency_id}))
        by = Actor(user_id=904, name="借调", grants=(grant,))
        assert demand.requisitions(by).filter(pk=requisition.pk).exists() == is_seen
        told: dict[str, Any] = {"by": by, "channel": "phone", "caller": "护士站", "received_at": NOON}
        if is_seen:
            make_requisition(world, world.town, **told)
        else:
            with pytest.raises(NotFound):
                make_requisition(world, world.town, **told)


def test_what_a_narrowed_appointment_does_not_give(world: World) -> None:
    leader = Actor(
        user_id=905, name="一库组长", grants=(Grant("leader", world.bureau.pk, store_ids=frozenset({world.store.pk})),)
    )
    for action, name in (("publish", "plan"), ("set", "separation"), ("view", "journal"), ("view", "briefing")):
        with pytest.raises(Forbidden):
            guard.check(leader, action, name, bureau_id=world.bureau.pk)


def test_nobody_else_pays_for_it(world: World) -> None:
    """Without narrowing the query is the one it always was."""
    text = str(ledger.balances(world.actor("storekeeper"), world.bureau.pk).query)
    assert "EXISTS" not in text.upper()
    assert " OR " not in text


def appoint(world: World, role: str, **narrowing: int | None) -> Appointment:
    user = add_user(username=uuid4().hex[:12], display_name="限定", password=None, at=NOON)
    return actions.appoint(
        person=actions.add_person(name="限定", user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=world.hospital.pk if role == "requester" else None, valid_from=date(2020, 1, 1),
        narrowing=Narrowing(**narrowing), by=world.system, at=NOON,
    )  # fmt: skip


def test_the_appointment_becomes_the_grant(world: World) -> None:
    made = appoint(world, "storekeeper", store_id=world.store.pk, emergency_id=world.emergency.pk)
    assert made.person.user is not None
    (grant,) = parties.actor_for_user(made.person.user, NOON).grants
    assert grant.store_ids == {world.store.pk}
    assert grant.emergency_ids == {world.emergency.pk}
    assert grant.narrowed_by == {"store", "emergency"}
    region = appoint(world, "duty_officer", region_id=world.bureau.region_id)
    assert region.person.user is not None
    assert parties.actor_for_user(region.person.user, NOON).grants[0].region_codes == {"330784"}


def test_a_narrowing_is_of_the_same_bureau_and_of_the_desk(world: World) -> None:
    other = make_world("other")
    far, _ = Region.objects.get_or_create(code="420100", defaults={"name": "外地市", "level": 2})
    for given in ({"store_id": other.store.pk}, {"emergency_id": other.emergency.pk}, {"region_id": far.pk}):
        with pytest.raises(Invalid) as caught:
            appoint(world, "storekeeper", **given)
        assert caught.value.code == "NARROWING_UNKNOWN"
    with pytest.raises(Invalid) as outside:
        appoint(world, "requester", store_id=world.store.pk)
    assert outside.value.code == "NARROWING_OUTSIDE"
    made = appoint(world, "requester")
    with pytest.raises(DatabaseError), transaction.atomic():
        Appointment.objects.filter(pk=made.pk).update(store=world.store)
