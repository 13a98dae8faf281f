"""Home, stock and trace pages over a book of 1,000,000 postings, beside the same pages over 10,000: at most twice the time.

LIANGCAO_BENCH_POSTINGS sets the larger size (1,000,000 unless told otherwise)."""

from __future__ import annotations

import os
import time
from statistics import median

from django.test import Client

from benchmarks.generators_ledger import fill_book
from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.kernel.clock import business_date, now
from liangcao.ledger.models import Posting
from liangcao.reference.parties.actions import add_person, appoint
from tests.factories.world import NOON, World, make_world

SMALL = 10_000
LARGE = int(os.environ.get("LIANGCAO_BENCH_POSTINGS", "1000000"))
ROUNDS = 9


def reader(world: World) -> Client:
    """A coordinator at the desk, on the day that the world lives in."""
    shift = (NOON.date() - business_date(now())).days
    type(world.bureau).objects.filter(pk=world.bureau.pk).update(exercise_shift_days=shift)
    user = add_user(username=world.bureau.code, display_name="综合协调员甲", password=None, at=NOON)
    person = add_person(name=user.display_name, user=user)
    appoint(
        person=person, role="coordinator", bureau_id=world.bureau.pk, valid_from=NOON.date(), by=world.system, at=NOON
    )
    client = Client()
    client.force_login(user)
    return client


def seconds(client: Client, address: str) -> float:
    """Median seconds of the page, after one look to warm up."""
    spent = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        assert client.get(address).status_code == 200
        spent.append(time.perf_counter() - start)
    return median(spent[1:])


def test_pages_over_a_large_book(fresh_database: object, engine: str) -> None:
    """Two books in one database, so that both are read through tables of the same size."""
    times: dict[int, dict[str, float]] = {}
    for size in (SMALL, LARGE):
        world = make_world(f"book{size}")
        lot = fill_book(world, size, holders="recipient")
        client = reader(world)
        pages = {
            "home": "/",
            "stock": "/stock/",
            "trace": f"/trace/?ref={lot}",
            "lot": f"/stock/lots/{lot}/",
            "moves": "/ledger/",
        }
        times[size] = {name: seconds(client, address) for name, address in pages.items()}
    assert Posting.objects.count() >= LARGE
    for name in times[SMALL]:
        small, large = times[SMALL][name], times[LARGE][name]
        print(
            f"\n{engine}: {name:<6} {SMALL:,}: {small * 1000:7.1f} ms   {LARGE:,}: {large * 1000:7.1f} ms   ratio {large / small:.2f}",
            end="",
        )
    print()
