"""What ships with the program and every bureau needs: the division list and the catalogue."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict
from liangcao.interfaces.commands.shipped import rows
from liangcao.reference.catalog import actions as catalog
from liangcao.reference.catalog import queries as catalog_queries
from liangcao.reference.parties import actions as parties


def load_reference(*, by_name: str, at: datetime) -> None:
    """Load the division list and the shipped catalogue; what is there already stays as it is."""
    load_divisions()
    _load_catalogue(Actor.system(by_name, 0), at)


def load_divisions() -> None:
    """Load the division list; what is there already stays as it is."""
    found = rows("liangcao.reference.parties", "data", "regions.csv")
    parties.load_regions({**row, "is_official": row["is_official"] == "1"} for row in found)


def _load_catalogue(by: Actor, at: datetime) -> None:
    package = "liangcao.reference.catalog"
    known = {category.code: category for category in catalog_queries.categories(by)}
    for row in rows(package, "data", "categories.csv"):
        if row["code"] not in known:
            known[row["code"]] = catalog.add_category(
                code=row["code"],
                name=row["name"],
                name_en=row["name_en"],
                parent=known.get(row["parent"]),
                receipt_signatures=row["receipt_signatures"],
                by=by,
                at=at,
            )
    held = {item.code for item in catalog_queries.items(by)}
    fresh = [row for row in rows(package, "data", "items.csv") if row["code"] not in held]
    for row in fresh:
        _add_item(row, known[row["category"]], by, at)
    if fresh:
        _add_packs_and_substitutes({row["code"] for row in fresh}, by, at)
        _add_aliases({row["code"] for row in fresh}, by, at)


def _add_item(row: dict[str, str], category: Any, by: Actor, at: datetime) -> None:
    catalog.add_item(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        category=category,
        base_unit=row["base_unit"],
        base_unit_en=row["base_unit_en"],
        standard=row["standard"],
        hazard_class=row["hazard_class"],
        storage_condition=row["storage_condition"],
        lot_tracked=row["lot_tracked"] == "1",
        shortage_level=int(row["shortage_level"]),
        by=by,
        at=at,
    )


def _add_packs_and_substitutes(fresh: set[str], by: Actor, at: datetime) -> None:
    held = {item.code: item for item in catalog_queries.items(by)}
    for row in rows("liangcao.reference.catalog", "data", "packs.csv"):
        if row["item"] in fresh:
            catalog.add_pack(item=held[row["item"]], name=row["name"], factor=int(row["factor"]), by=by, at=at)
    for row in rows("liangcao.reference.catalog", "data", "substitutes.csv"):
        if row["item"] in fresh:
            catalog.add_substitute(
                item=held[row["item"]], substitute=held[row["substitute"]], order=int(row["order"]), by=by, at=at
            )


def _add_aliases(fresh: set[str], by: Actor, at: datetime) -> None:
    """What people call the items, but for words that mean something else here already."""
    held = {item.code: item.pk for item in catalog_queries.items(by)}
    for row in rows("liangcao.reference.catalog", "data", "aliases.csv"):
        if row["item"] in fresh:
            with suppress(Conflict):
                catalog.add_alias(item_id=held[row["item"]], alias=row["alias"], by=by, at=at)
