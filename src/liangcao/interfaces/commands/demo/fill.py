"""Fills a migrated database with a scenario. A book is loaded whole or not at all; loading it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import itemgetter

from django.db import transaction

from liangcao.foundation.kernel.clock import business_date
from liangcao.interfaces.commands.demo import hospitals, torture
from liangcao.interfaces.commands.demo.days import Days
from liangcao.interfaces.commands.demo.duties import acts_of_duty
from liangcao.interfaces.commands.demo.founding import LOADER, Account, Desk, found_bureau, people_of
from liangcao.interfaces.commands.demo.published import acts_of
from liangcao.interfaces.commands.demo.records import BOOKS, HOSPITALS, book, moment
from liangcao.interfaces.commands.demo.torture import TORTURE
from liangcao.interfaces.commands.reference import load_divisions, load_reference

SEEDS = "seeds"
SCENARIOS = (SEEDS, HOSPITALS, TORTURE)
FIRST_MOMENT = moment("2020-01-20 08:00")


def fill(
    *,
    scenario: str,
    now: datetime,
    books: tuple[str, ...] = BOOKS,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> list[Desk]:
    """Load the reference tables and the books of a scenario; returns the desks, with their accounts.

    Raises Conflict DEMO_OF_ANOTHER_SEED.
    """
    if scenario == TORTURE:
        return [_fill_torture(seed, now, say)]
    with transaction.atomic():
        load_reference(by_name=LOADER, at=FIRST_MOMENT)
    if scenario == HOSPITALS:
        return [_fill_hospitals(seed, now, say)]
    return [_fill_book(name, seed, now, say) for name in books]


@transaction.atomic
def _fill_book(name: str, seed: int, now: datetime, say: Callable[[str], None]) -> Desk:
    desk = found_bureau(book(name), seed=seed, now=now, say=say)
    if desk.is_new:
        play_book(name, desk)
    return desk


def play_book(name: str, desk: Desk) -> None:
    """Do every act of a book in the order of its moments; each has its own id, so doing it again changes nothing."""
    acts = [*acts_of(name, desk), *Days(name, desk).acts(book(name)["steps"]), *acts_of_duty(name, desk)]
    for _, act in sorted(acts, key=itemgetter(0)):
        act()


@transaction.atomic
def _fill_hospitals(seed: int, now: datetime, say: Callable[[str], None]) -> Desk:
    desk = found_bureau(hospitals.plan_of_bureau(), seed=seed, now=now, say=say)
    if desk.is_new:
        hospitals.play(desk)
    return desk


@transaction.atomic
def _fill_torture(seed: int, now: datetime, say: Callable[[str], None]) -> Desk:
    """Its catalogue is its own: twelve items, and no shipped one."""
    plan = torture.plan_of_world(seed, business_date(now))
    load_divisions()
    torture.add_items(moment(f"{plan['emergency']['started_on']} 08:00"))
    desk = found_bureau(plan, seed=seed, now=now, say=say)
    if desk.is_new:
        torture.play(desk, seed, now)
    else:
        torture.check_seed(desk, seed)
    return desk


def accounts_of(desks: list[Desk]) -> list[Account]:
    """All log-ins of the loaded books."""
    return [account for desk in desks for account in desk.accounts]


def demo_usernames() -> list[str]:
    """Every log-in that a demo may have made: their passwords are public, so production asks for them."""
    return [
        f"{plan['accounts']}-{row['suffix']}"
        for plan in (*map(book, BOOKS), hospitals.plan_of_bureau(), torture.plan_of_world(0, FIRST_MOMENT.date()))
        for row in people_of(plan)
    ]
