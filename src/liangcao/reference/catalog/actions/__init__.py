"""Writes of the catalogue."""

from liangcao.reference.catalog.actions.aliases import add_alias, end_alias
from liangcao.reference.catalog.actions.carriage import set_carriage
from liangcao.reference.catalog.actions.identifiers import add_identifier, end_identifier
from liangcao.reference.catalog.actions.items import (
    ItemTaken,
    SubstituteCycle,
    add_category,
    add_item,
    add_pack,
    add_substitute,
    search_pinyin,
    set_receipt_signatures,
)

__all__ = [
    "ItemTaken",
    "SubstituteCycle",
    "add_alias",
    "add_category",
    "add_identifier",
    "add_item",
    "add_pack",
    "add_substitute",
    "end_alias",
    "end_identifier",
    "search_pinyin",
    "set_carriage",
    "set_receipt_signatures",
]
