"""The catalogue of this installation, with the aliases that people recorded, for the reader of texts and workbooks."""

from __future__ import annotations

from liangcao.foundation.identity.actor import Actor
from liangcao.interfaces.intake.reading.catalogue import Catalogue, Entry
from liangcao.reference.catalog import queries
from liangcao.reference.catalog.models import Item

# 个 and 只 count whatever is counted in single pieces.
_PIECES = frozenset("个只支把副枚件台顶条张辆床")


def is_base_unit(unit: str, item: Item) -> bool:
    """Whether a unit as people write it is the item's base unit; no unit at all is."""
    return unit in ("", item.base_unit, item.base_unit_en) or (unit in ("个", "只") and item.base_unit in _PIECES)


def catalogue_of(actor: Actor) -> Catalogue:
    """The items in use with packs and aliases, as they are now: three queries."""
    return Catalogue(*entries_of(actor))


def entries_of(actor: Actor) -> tuple[list[Entry], list[tuple[str, str]]]:
    """The items in use, and (code, alias) for each alias: what a catalogue is made of, also in another process."""
    rows = queries.items(actor).filter(is_active=True).order_by("code").prefetch_related("packs")
    entries = [
        Entry(
            item.code,
            item.name,
            item.name_en,
            item.base_unit,
            item.category.code,
            {pack.name: pack.factor for pack in item.packs.all()},
        )
        for item in rows
    ]
    return entries, queries.alias_pairs(actor)
