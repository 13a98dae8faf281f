"""Founding a bureau of the demo: everything it works with is there, once, with one account for each role."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.identity.queries import user_by_name
from liangcao.interfaces.commands.demo.founding import LOADER, Desk, found_bureau
from liangcao.interfaces.commands.demo.records import book, moment, own_rows, rows
from liangcao.interfaces.commands.reference import load_reference
from liangcao.reference.catalog import queries as catalog_queries
from liangcao.reference.parties import queries as parties_queries

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
EVERYWHERE = Actor.system(LOADER, 0)
# The demo's day is walked by these; the other roles of access.toml come with what they do.
WORKED_IN_THE_DEMO = {
    "administrator", "allocator", "auditor", "buyer", "coordinator", "counter", "gift_clerk",
    "inspector", "leader", "requester", "storekeeper",
}  # fmt: skip


@pytest.fixture
def said() -> list[str]:
    return []


def found(name: str, said: list[str]) -> Desk:
    load_reference(by_name=LOADER, at=moment("2020-01-20 08:00"))
    return found_bureau(book(name), seed=0, now=NOW, say=said.append)


def counts(bureau_id: int) -> tuple[int, ...]:
    return (
        catalog_queries.items(EVERYWHERE).count(),
        catalog_queries.categories(EVERYWHERE).count(),
        parties_queries.regions(EVERYWHERE).count(),
        parties_queries.bureaus(EVERYWHERE).count(),
        parties_queries.organisations(EVERYWHERE, bureau_id=bureau_id).count(),
        parties_queries.stores(EVERYWHERE, bureau_id=bureau_id).count(),
        parties_queries.people(EVERYWHERE).count(),
    )


def test_load_reference_loads_the_shipped_lists() -> None:
    load_reference(by_name=LOADER, at=moment("2020-01-20 08:00"))
    shipped = [row["code"] for row in rows("liangcao.reference.catalog", "data", "items.csv")]
    assert sorted(catalog_queries.items(EVERYWHERE).values_list("code", flat=True)) == sorted(shipped)
    zone = parties_queries.regions(EVERYWHERE).get(code="3703G1")
    assert (zone.parent.code, zone.is_official, zone.population_2020) == ("370300", False, None)
    assert parties_queries.regions(EVERYWHERE).get(code="330213").population_2020 == 577_505


def test_found_bureau_twice_changes_nothing(said: list[str]) -> None:
    first = found("yongkang", said)
    before = counts(first.bureau_id)
    second = found("yongkang", said)
    assert counts(second.bureau_id) == before
    assert (first.is_new, second.is_new) == (True, False)
    assert replace(second, is_new=True) == first
    assert len(said) == 1


def test_found_bureau_gives_each_role_one_account(said: list[str]) -> None:
    desk = found("zibo", said)
    assert [account.role for account in desk.accounts] == [row["role"] for row in own_rows("accounts.csv")]
    assert {account.role for account in desk.accounts} >= WORKED_IN_THE_DEMO
    for account in desk.accounts:
        user = user_by_name(account.username)
        assert user is not None
        actor = parties_queries.actor_for_user(user, moment("2020-02-13 08:00"))
        assert actor.roles == {account.role}
        assert {grant.bureau_id for grant in actor.grants} == {desk.bureau_id}


def test_printed_passwords_open_the_accounts(said: list[str]) -> None:
    desk = found("suizhou", said)
    user = user_by_name(desk.accounts[0].username)
    assert user is not None
    full = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=[full]):
        assert check_password(desk.accounts[0].password, user.password)


def test_requester_of_the_demo_speaks_for_an_example_unit(said: list[str]) -> None:
    desk = found("fenghua", said)
    actor = desk.actors["requester"]
    (unit,) = parties_queries.organisations(actor)
    assert unit.is_example
    assert actor.is_outside


def test_store_for_keeps_hazardous_goods_where_they_may_lie(said: list[str]) -> None:
    desk = found("suizhou", said)
    assert desk.store_for("XD02") == desk.stores["SZ-02"]
    assert desk.store_for("KZ09") == desk.stores["SZ-01"]


def test_bureau_lives_on_after_the_last_act_of_its_source(said: list[str]) -> None:
    """Half past one UTC is half past nine in Shanghai: before the noon of the last day, so it is the morning after."""
    desk = found("yongkang", said)
    there = parties_queries.moment(desk.bureau_id, NOW)
    last = moment(book("yongkang")["last_moment"])
    assert last <= there < last + timedelta(days=1)
    assert there == moment("2020-03-02 09:30")
