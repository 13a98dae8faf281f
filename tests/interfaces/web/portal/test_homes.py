"""Homes by kind: each unit sees what there is for it, a donor where the gift went, nobody another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from liangcao.foundation.identity.actions import add_user
from liangcao.interfaces.web.portal.supplied import PLACES
from liangcao.ledger.kinds import ACCOUNT_NAMES
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Organisation
from tests.factories.demand import approve, make_requisition
from tests.factories.dispatch import confirm, make_emergency
from tests.factories.supply import make_receipt, make_source
from tests.factories.world import NOON, TODAY, World


def client_of(world: World, role: str, unit: Organisation) -> Client:
    user = add_user(username=f"{role}-{unit.pk}", display_name=f"{role} 甲", password=None, at=NOON)
    parties.appoint(
        person=parties.add_person(name=user.display_name, user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=unit.pk, valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    return client


def home(client: Client) -> str:
    answer = client.get(reverse("portal_home"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_donor_sees_the_gift_and_where_it_went(office: Any) -> None:
    world = office.world
    source = make_source(world, (world.n95, 500))
    donor = client_of(world, "donor", world.donor)
    shown = home(donor)
    assert "您的捐赠" in shown
    assert source.number in shown
    assert "申领物资" not in shown
    page = reverse("portal_given", args=[source.pk])
    assert "还没有入库" in donor.get(page).content.decode()
    make_receipt(world, source, (480, 20))
    text = donor.get(page).content.decode()
    assert "已收到 500" in text
    assert "其中破损 20" in text
    assert "在仓库 500" in text


def test_a_donor_reads_which_unit_got_it_without_lots_and_names(office: Any) -> None:
    world = office.world
    source = make_source(world, (world.n95, 500))
    make_receipt(world, source, (500, 0))
    delivery = make_emergency(world, lines=[(world.n95.pk, 100)])
    donor = client_of(world, "donor", world.donor)
    page = reverse("portal_given", args=[source.pk])
    assert "在路上 100" in donor.get(page).content.decode()
    confirm(world, delivery)
    text = donor.get(page).content.decode()
    assert "已送到单位 100" in text
    assert world.hospital.name in text
    assert "示例收货人" not in text


@pytest.mark.parametrize("role", ["enterprise", "reserve_holder"])
def test_who_delivers_sees_what_arrived_and_not_where_it_went(role: str, office: Any) -> None:
    world = office.world
    source = make_source(
        world, (world.mask, 1_000), kind="purchase", counterparty_id=world.supplier.pk, by=world.actor("buyer")
    )
    make_receipt(world, source)
    supplier = client_of(world, role, world.supplier)
    assert source.number in home(supplier)
    text = supplier.get(reverse("portal_given", args=[source.pk])).content.decode()
    assert "已收到 1,000" in text
    assert "去了哪里" not in text


def test_an_enterprise_that_asks_has_both(office: Any) -> None:
    world = office.world
    source = make_source(world, kind="output", counterparty_id=world.enterprise.pk, by=world.actor("buyer"))
    approve(world, make_requisition(world, world.enterprise))
    shown = home(client_of(world, "enterprise", world.enterprise))
    assert "申领物资" in shown
    assert "还在等的" in shown
    assert source.number in shown


def test_nobody_sees_what_another_gave(office: Any) -> None:
    world = office.world
    source = make_source(world)
    other = client_of(world, "donor", world.upper_level)
    assert source.number not in home(other)
    page = reverse("portal_given", args=[source.pk])
    assert other.get(page).status_code == 404
    assert client_of(world, "requester", world.hospital).get(page).status_code == 403


def test_who_has_nothing_to_bring_is_told_so(office: Any) -> None:
    world = office.world
    shown = home(client_of(world, "carrier", world.supplier))
    assert "现在没有要取的货" in shown
    assert "申领物资" not in shown


def test_every_place_of_a_gift_has_a_word() -> None:
    assert {kind for kinds, _words in PLACES for kind in kinds} == set(ACCOUNT_NAMES) - {"outside"}
