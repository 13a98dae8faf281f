"""Scenario `torture`: an invented bureau whose size is fixed and whose numbers come from a seed, for a rig outside to
work on. Every pile is prime-sized and of its own size, so that a sum that is wrong names what is missing.

The book begins four days before the day on which it is made; apart from those days, a seed always gives the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.commands.demo.founding import LOADER, Desk
from liangcao.interfaces.commands.demo.records import client_id, moment
from liangcao.ledger import queries as ledger
from liangcao.operations.supply import actions as supply
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.catalog import queries as catalog_queries

TORTURE = "torture"
BUREAU, ACCOUNTS, CATEGORY = "ZM", "zm", "ZM"
DAYS_BEFORE = 4
EXAMPLE = "示例单位，为测试而设"
NUMERALS = "甲乙丙丁戊己庚辛"
STORES = ("ZM-01", "ZM-02", "ZM-03")
# Each piece is a lot of its own; a maker's lot is told; none is.
SERIAL, LOTTED, PLAIN = "serial", "lotted", "plain"
ITEMS = (
    ("ZM-01", "示例呼吸机", "台", SERIAL),
    ("ZM-02", "示例监护仪", "台", SERIAL),
    ("ZM-03", "示例输液泵", "台", SERIAL),
    ("ZM-04", "示例制氧机", "台", SERIAL),
    ("ZM-05", "示例防护口罩", "只", LOTTED),
    ("ZM-06", "示例外科口罩", "只", LOTTED),
    ("ZM-07", "示例防护服", "套", LOTTED),
    ("ZM-08", "示例护目镜", "副", LOTTED),
    ("ZM-09", "示例检测试剂", "盒", LOTTED),
    ("ZM-10", "示例消毒液", "瓶", LOTTED),
    ("ZM-11", "示例大米", "袋", PLAIN),
    ("ZM-12", "示例帐篷", "顶", PLAIN),
)
# Which kinds of items come in each arrival (40 lots in all), how many days after the first, into which store.
ARRIVALS = (
    ("gift", "ZM-Y01", 1, (SERIAL, LOTTED, PLAIN)),
    ("purchase", "ZM-Y02", 2, (SERIAL, LOTTED, PLAIN)),
    ("allotment", "ZM-Y03", 3, (SERIAL, LOTTED, PLAIN)),
    ("gift", "ZM-Y01", 3, (SERIAL,)),
)
# Code prefix, name, kind, how many, what its size is called, between what it lies.
UNITS = (
    ("ZM-H", "示例医院", "hospital", 6, "beds", (50, 2_000)),
    ("ZM-T", "示例镇", "township", 8, "population", (5_000, 90_000)),
    ("ZM-E", "示例企业", "enterprise", 5, "headcount", (20, 5_000)),
)
SOURCES = (
    ("ZM-Y01", "示例捐赠方", "donor"),
    ("ZM-Y02", "示例供应商", "supplier"),
    ("ZM-Y03", "示例上级单位", "upper_level"),
)
# Eleven people at the desk; each of the nineteen units has one more.
DESK_PEOPLE = (
    ("xietiao", "coordinator", "协调员", 1),
    ("fenpei", "allocator", "分配员", 1),
    ("cangguan", "storekeeper", "仓管员", 3),
    ("zhijian", "inspector", "质检员", 1),
    ("qingdian", "counter", "清点员", 1),
    ("zuzhang", "leader", "组长", 2),
    ("shenji", "auditor", "审计员", 1),
    ("guanli", "administrator", "管理员", 1),
)


@dataclass(frozen=True)
class Pile:
    """What comes in of one item as one lot."""

    item: str
    quantity: int
    maker_lot: str
    days_to_expiry: int | None


def plan_of_world(seed: int, today: date) -> dict[str, Any]:
    """The bureau in the form of a book file. Its calendar is the true one."""
    units = [
        {
            "code": f"{prefix}{number:02}",
            "name": f"{name}{NUMERALS[number - 1]}",
            "kind": kind,
            size: primes[number - 1],
            "is_example": True,
            "source_note": EXAMPLE,
        }
        for prefix, name, kind, count, size, between in UNITS
        for primes in [_primes(seed, kind, count, *between)]
        for number in range(1, count + 1)
    ]
    sources = [
        {"code": code, "name": name, "kind": kind, "is_example": True, "source_note": EXAMPLE}
        for code, name, kind in SOURCES
    ]
    return {
        "code": BUREAU,
        "accounts": ACCOUNTS,
        "name": "示例测试保障组",
        "name_en": "Test Supply Group (example)",
        "region": "330784",
        "last_moment": f"{today} 00:00",
        "emergency": {
            "name": "示例演练事件",
            "name_en": "Example drill",
            "started_on": str(today - timedelta(days=DAYS_BEFORE)),
        },
        "stores": [
            {"code": code, "name": f"示例{NUMERALS[number]}库", "hazard_classes": "", "shelves": ["A-01"]}
            for number, code in enumerate(STORES)
        ],
        "organisations": [*units, *sources],
        "people": people(),
    }


def people() -> list[dict[str, str]]:
    """Thirty accounts in nine roles; the same for every seed, apart from the password."""
    desk = [
        {"suffix": f"{suffix}{number}", "role": role, "name": f"{name}{NUMERALS[number - 1]}"}
        for suffix, role, name, count in DESK_PEOPLE
        for number in range(1, count + 1)
    ]
    outside = [
        {
            "suffix": f"shenling-{prefix[-1].lower()}{number}",
            "role": "requester",
            "name": "申领人",
            "organisation": f"{prefix}{number:02}",
        }
        for prefix, _name, _kind, count, _size, _between in UNITS
        for number in range(1, count + 1)
    ]
    return [*desk, *outside]


def add_items(at: datetime) -> None:
    """The twelve items, in a category that asks for no signature but the store's; those that are there stay."""
    by = Actor.system(LOADER, 0)
    category = catalog.add_category(code=CATEGORY, name="示例测试物资", name_en="Example test goods", by=by, at=at)
    held = {item.code for item in catalog_queries.items(by)}
    for code, name, unit, kind in ITEMS:
        if code not in held:
            catalog.add_item(
                code=code, name=name, base_unit=unit, category=category, lot_tracked=kind != PLAIN, by=by, at=at
            )


def arrivals(seed: int) -> list[list[Pile]]:
    """The piles of each arrival. Lots of one piece where each piece counts; else a prime that no other pile has."""
    count = len(ARRIVALS) * len(ITEMS)
    sizes = iter(_primes(seed, "piles", count, 10_007, 99_991))
    days = iter(_primes(seed, "expiry", count, 300, 1_500))
    return [list(_piles(number, kinds, sizes, days)) for number, (*_source, kinds) in enumerate(ARRIVALS, start=1)]


def _piles(number: int, kinds: tuple[str, ...], sizes: Iterator[int], days: Iterator[int]) -> Iterator[Pile]:
    for code, _name, _unit, kind in ITEMS:
        if kind not in kinds:
            continue
        if kind == SERIAL:
            yield Pile(code, 1, f"XL{code[-2:]}{number:04}", None)
        elif kind == LOTTED:
            yield Pile(code, next(sizes), f"PH{code[-2:]}{number:02}", next(days))
        else:
            yield Pile(code, next(sizes), "", None)


def play(desk: Desk, seed: int, now: datetime) -> None:
    """Take the arrivals in, one a day, the last two on one day; each from its source into a store."""
    first = business_date(now) - timedelta(days=DAYS_BEFORE)
    for number, (source, piles) in enumerate(zip(ARRIVALS, arrivals(seed), strict=True)):
        kind, counterparty, days, _kinds = source
        day = first + timedelta(days=days)
        supply.receive_unannounced(
            bureau_id=desk.bureau_id,
            kind=kind,
            counterparty_id=desk.organisations[counterparty],
            store_id=desk.stores[STORES[number % len(STORES)]],
            document_ref=f"示例调拨单{number + 1}号" if kind == "allotment" else "",
            lines=[_line(desk, pile, day) for pile in piles],
            note=f"示例:种子 {seed}",
            by=desk.actors["storekeeper"],
            at=moment(f"{day} {9 + number:02}:00"),
            client_id=_receipt_id(seed, number),
        )


def _line(desk: Desk, pile: Pile, day: date) -> supply.ReceiptLineInput:
    expires = None if pile.days_to_expiry is None else day + timedelta(days=pile.days_to_expiry)
    return supply.ReceiptLineInput(
        source_line_id=None,
        item_id=desk.items[pile.item],
        quantity_good=pile.quantity,
        maker_lot=pile.maker_lot,
        expires_on=expires,
    )


def check_seed(desk: Desk, seed: int) -> None:
    """Another seed's world cannot be made where one is already: the codes and the names are the same.

    Raises Conflict DEMO_OF_ANOTHER_SEED.
    """
    by = Actor.system(LOADER, desk.bureau_id)
    if not ledger.moves(by, desk.bureau_id).filter(pk=_receipt_id(seed, 0)).exists():
        raise Conflict(
            "DEMO_OF_ANOTHER_SEED",
            f"库中已有另一个种子的测试数据,不能再装入种子 {seed} 的;请换一个新库(--db)",
            f"The test world of another seed is here; that of seed {seed} needs a new database (--db)",
            field="seed",
        )


def _receipt_id(seed: int, number: int) -> UUID:
    return client_id(TORTURE, seed, "receipt", number)


def _primes(seed: int, what: str, count: int, least: int, most: int) -> list[int]:
    """So many different primes from `least` up to `most`: which ones, and in which order, the seed decides."""
    sieve = bytearray([1]) * (most + 1)
    for number in range(2, int(most**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, most + 1, number)))
    found = [number for number in range(max(least, 2), most + 1) if sieve[number]]
    return sorted(found, key=lambda prime: hashlib.sha256(f"{TORTURE}/{seed}/{what}/{prime}".encode()).digest())[:count]
