"""Reads the demo's data files into plain values. What the files mean is in data/README.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.commands.shipped import rows

BOOKS = ("yongkang", "fenghua", "chongqing", "zibo", "suizhou")
HOSPITALS = "hospitals"
_NAMESPACE = UUID("6f9a3c1e-5d0b-5b7e-9c39-2f1e0c6a2020")


@dataclass(frozen=True)
class Fact:
    """A published figure about goods, restated: see data/README.md for each field."""

    book: str
    id: str
    flow: str
    item: str
    quantity: int
    published_item: str
    published_unit: str
    is_approximate: bool
    entry: str
    counterparty: str
    recipients: tuple[str, ...]
    at: datetime | None
    remark: str


@dataclass(frozen=True)
class Arrival:
    """A part of a fact's quantity that comes in at a moment; the parts are ours (示例拆分)."""

    fact: str
    at: datetime
    quantity: int


@dataclass(frozen=True)
class Need:
    """What one hospital says of one item: `amount` with a quantity, `unknown` (needed, amount unknown) or `blank`."""

    hospital: str
    item: str
    state: str
    quantity: int | None


def client_id(*parts: object) -> UUID:
    """The id of an act of the demo: the same parts give the same id, so that a second run finds its own acts done."""
    return uuid5(_NAMESPACE, "/".join(str(part) for part in parts))


def moment(text: str) -> datetime:
    """ "2020-02-03 09:10" in the bureau's calendar."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def day(text: str) -> date:
    """ "2020-02-03"."""
    return date.fromisoformat(text)


def own_rows(*path: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file in the demo's data folder."""
    return rows(__package__ or "", "data", *path)


@cache
def book(name: str) -> dict[str, Any]:
    """One of the five books: bureau, stores, organisations, steps."""
    text = files(__package__ or "").joinpath("data", "books", f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def facts(name: str) -> tuple[Fact, ...]:
    """The published figures of one book."""
    return tuple(_fact(row) for row in own_rows("facts.csv") if row["book"] == name)


def _fact(row: dict[str, str]) -> Fact:
    return Fact(
        book=row["book"],
        id=row["id"],
        flow=row["flow"],
        item=row["item"],
        quantity=int(row["quantity"] or row["published_quantity"]),
        published_item=row["published_item"],
        published_unit=row["published_unit"],
        is_approximate=row["approx"] == "1",
        entry=row["entry"],
        counterparty=row["counterparty"],
        recipients=tuple(part for part in row["recipient"].split(";") if part),
        at=moment(row["at"] if " " in row["at"] else row["at"] + " 11:45") if row["at"] else None,
        remark=row["remark"],
    )


@cache
def arrivals(fact_id: str) -> tuple[Arrival, ...]:
    """The parts in which a fact's goods come in, oldest first; they add up to the fact."""
    found = [row for row in own_rows("arrivals.csv") if row["fact"] == fact_id]
    return tuple(Arrival(row["fact"], moment(row["at"]), int(row["quantity"])) for row in found)


@cache
def needs() -> tuple[Need, ...]:
    """What the 165 hospitals said, without what they said they do not need."""
    return tuple(
        Need(row["hospital"], row["item"], row["state"], int(row["quantity"]) if row["quantity"] else None)
        for row in own_rows(HOSPITALS, "needs.csv")
    )
