"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.kernel.quantity import QUANTITY_MAX, check_quantity, unit_in_english
from liangcao.reference.catalog.models import SIGNATURES, Category, Item, ItemIdentifier, Pack


def items(actor: Actor, *, search: str = "") -> QuerySet[Item]:
    """Items by name, code or pinyin; no order is set."""
    found = Item.objects.visible_to(actor).select_related("category")
    if search:
        found = found.filter(
            Q(name__icontains=search)
            | Q(code__icontains=search)
            | Q(pinyin__icontains=search.lower())
            | Q(name_en__icontains=search)
        )
    return found


def categories(actor: Actor) -> QuerySet[Category]:
    """The category tree."""
    return Category.objects.visible_to(actor)


def category_by_code(actor: Actor, code: str) -> Category:
    """The category with this code. Raises NotFound."""
    found = categories(actor).select_related("parent").filter(code=code).first()
    if found is None:
        raise NotFound(f"目录里没有类别“{code}”", f'The catalogue has no category "{code}"', field="category")
    return found


def signatures_by_category(actor: Actor) -> dict[int, tuple[str, ...]]:
    """category → the signatures that a receipt of its goods needs: its own rule, its parent's, or the store's."""
    told = categories(actor).values_list("pk", "parent_id", "receipt_signatures")
    rows: dict[int, tuple[int | None, str]] = {pk: (parent, rule) for pk, parent, rule in told}
    return {pk: _signatures(pk, rows) for pk in rows}


def _signatures(category_id: int | None, rows: dict[int, tuple[int | None, str]]) -> tuple[str, ...]:
    seen: set[int] = set()
    while category_id is not None and category_id not in seen:
        seen.add(category_id)
        category_id, rule = rows[category_id]
        if rule:
            return tuple(rule.split(","))
    return SIGNATURES[:1]


def items_by_id(ids: Iterable[int]) -> dict[int, Item]:
    """Items with these ids, with their packs; ids that do not exist are simply missing from the answer."""
    return {item.pk: item for item in Item.objects.filter(pk__in=set(ids)).prefetch_related("packs")}


def identifier_in_force(actor: Actor, issuer: str, identifier: str) -> ItemIdentifier | None:
    """What a maker's code means, or None when nobody has said so yet."""
    rows = ItemIdentifier.objects.visible_to(actor).select_related("item").prefetch_related("item__packs")
    return rows.filter(issuer=issuer, identifier=identifier, ended_at=None).first()


def identifier(actor: Actor, identifier_id: int) -> ItemIdentifier | None:
    """One recorded code with its item."""
    return ItemIdentifier.objects.visible_to(actor).select_related("item").filter(pk=identifier_id).first()


def identifiers_of(actor: Actor, item_id: int) -> QuerySet[ItemIdentifier]:
    """The codes of an item, those in force first."""
    rows = ItemIdentifier.objects.visible_to(actor).filter(item_id=item_id)
    return rows.order_by(F("ended_at").asc(nulls_first=True), "issuer", "identifier", "pk")


def item_by_code(code: str) -> Item:
    """The item with this code. Raises Invalid ITEM_UNKNOWN."""
    item = Item.objects.filter(code=code).first()
    if item is None:
        raise unknown_item(code)
    return item


def known_item(items_found: dict[int, Item], item_id: int, *, row: int | None = None) -> Item:
    """The item from a prefetched map. Raises Invalid ITEM_UNKNOWN naming the row."""
    item = items_found.get(item_id)
    if item is None:
        raise unknown_item(str(item_id), row=row)
    return item


def unknown_item(shown: str, *, row: int | None = None) -> Invalid:
    """The refusal for an item that the catalogue does not have."""
    at_zh, at_en = (f"第 {row} 行:", f"row {row}: ") if row else ("", "")
    return Invalid(
        "ITEM_UNKNOWN",
        f"{at_zh}目录里没有物资“{shown}”,请从目录中选择或先在“设置 › 物资目录”添加",
        f'{at_en}the catalogue has no item "{shown}"; choose one or add it under Settings › Catalogue',
        field="item",
        row=row,
    )


def in_base_units(item: Item, quantity: object, unit: str, *, row: int | None = None) -> int:
    """`quantity` of `unit` ("" or "base" or the base unit in either language, or a pack's name) in base units.

    Raises Invalid UNIT_UNKNOWN when the item has no such pack, QUANTITY_INVALID when the number is wrong or too large.
    """
    count = check_quantity(quantity, row=row)
    if unit in ("", "base", item.base_unit, item.base_unit_en, unit_in_english(item.base_unit_en, 2)):
        return count
    pack: Pack | None = next((p for p in item.packs.all() if p.name == unit), None)
    if pack is None:
        packs = [p.name for p in item.packs.all()]
        known, known_en = "、".join([item.base_unit, *packs]), ", ".join([item.base_unit_en or item.base_unit, *packs])
        raise Invalid(
            "UNIT_UNKNOWN",
            f"{f'第 {row} 行:' if row else ''}“{item.name}”的单位“{unit}”无换算关系;可用单位:{known}",
            f'{f"row {row}: " if row else ""}the unit "{unit}" of "{item.english}" has no conversion; '
            f"units: {known_en}",
            field="unit",
            row=row,
        )
    if count * pack.factor > QUANTITY_MAX:
        check_quantity(count * pack.factor, row=row)
    return count * pack.factor
