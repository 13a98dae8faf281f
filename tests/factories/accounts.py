"""A world whose people can log in, with the calendar of the exercise: now, in a browser, is 3 February 2020."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.kernel.clock import business_date, now
from liangcao.operations.allocation.actions import load_rule_sets
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Bureau
from tests.factories.walking import PASSWORD
from tests.factories.world import NOON, TODAY, World, make_world

# One log-in each; the rest of the desk is appointed by the tests that need it (hashing a password takes time).
TITLES = {
    "administrator": "管理员甲",
    "allocator": "分配员甲",
    "auditor": "审计员甲",
    "buyer": "采购员甲",
    "coordinator": "协调员甲",
    "gift_clerk": "受理员甲",
    "leader": "组长甲",
    "storekeeper": "仓管员甲",
}


@dataclass(frozen=True)
class Office:
    """A world, and the user name of each role; units log in with their code."""

    world: World
    password: str = PASSWORD


def make_office(*, day: date = TODAY) -> Office:
    """A world with one log-in for each role of TITLES, and one each for the two hospitals and the first town."""
    world = make_world()
    shift = (day - business_date(now())).days
    Bureau.objects.filter(pk=world.bureau.pk).update(exercise_shift_days=shift)
    load_rule_sets(by=world.actor("coordinator"), at=NOON)
    catalog.add_pack(item=world.suit, name="箱", factor=20, by=world.system, at=NOON)
    for role, title in TITLES.items():
        _add(world, role, title, role)
    for unit in (world.hospital, world.second_hospital, world.town):
        _add(world, unit.code.lower(), f"{unit.name}申领人", "requester", unit.pk)
    return Office(world)


def make_log_in(world: World, role: str, title: str) -> None:
    """One more person of the desk who can log in, with the role as user name."""
    _add(world, role, title, role)


def _add(world: World, username: str, name: str, role: str, organisation_id: int | None = None) -> None:
    user = add_user(username=username, display_name=name, password=PASSWORD, at=NOON)
    parties.appoint(
        person=parties.add_person(name=name, user=user),
        role=role,
        bureau_id=world.bureau.pk,
        organisation_id=organisation_id,
        valid_from=date(2020, 1, 1),
        by=world.system,
        at=NOON,
    )
