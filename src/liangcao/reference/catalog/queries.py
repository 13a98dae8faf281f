"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.foundation.kernel.quantity import QUANTITY_MAX, check_quantity, unit_in_english
from liangcao.reference.catalog.models import SIGNATURES, Category, Item, ItemAlias, ItemIdentifier, Pack
from liangcao.reference.catalog.naming import name_key


def items(actor: Actor, *, search: str = "") -> QuerySet[Item]:
    """Items by name, code, pinyin or alias; no order is set."""
    found = Item.objects.visible_to(actor).select_related("category")
    return matching(found, search) if search else found


def matching(rows: QuerySet[Item], search: str) -> QuerySet[Item]:
    """Those of the items whose name, code, pinyin or alias holds the words."""
    called = called_so(ItemAlias.objects.filter(item=OuterRef("pk"), ended_at=None), search)
    return rows.filter(_named_so("", search) | Exists(called))


def _named_so(prefix: str, search: str) -> Q:
    """An item, seen through `prefix`, that has the words in a name, its code or its pinyin."""
    return (
        Q(**{f"{prefix}name__icontains": search})
        | Q(**{f"{prefix}code__icontains": search})
        | Q(**{f"{prefix}pinyin__icontains": search.lower()})
        | Q(**{f"{prefix}name_en__icontains": search})
    )


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


def item_aliases(actor: Actor) -> QuerySet[ItemAlias]:
    """All aliases, ended ones included; no order is set."""
    return ItemAlias.objects.visible_to(actor).select_related("item")


def called_so(rows: QuerySet[ItemAlias], search: str, *, with_items: bool = False) -> QuerySet[ItemAlias]:
    """Those of the aliases that hold the words, compared as names are compared; or that mean an item that does."""
    key = name_key(search)
    held = Q(alias__icontains=search) | (Q(key__contains=key) if key else Q())
    return rows.filter(held | _named_so("item__", search) if with_items else held)


def aliases_of(actor: Actor, item_id: int) -> QuerySet[ItemAlias]:
    """The aliases of an item, those in force first."""
    return item_aliases(actor).filter(item_id=item_id).order_by(F("ended_at").asc(nulls_first=True), "alias", "pk")


def alias_pairs(actor: Actor) -> list[tuple[str, str]]:
    """(code of the item, alias) for each alias in force."""
    return list(item_aliases(actor).filter(ended_at=None).order_by("pk").values_list("item__code", "alias"))


def item_alias(actor: Actor, alias_id: int) -> ItemAlias | None:
    """One alias with its item."""
    return item_aliases(actor).filter(pk=alias_id).first()


def alias_in_force(actor: Actor, key: str) -> ItemAlias | None:
    """The alias that is compared under this key, or None when nobody has said so."""
    return item_aliases(actor).filter(key=key, ended_at=None).first()


def item_named(actor: Actor, key: str) -> Item | None:
    """The item whose own name or code is compared under this key, or None."""
    for item in Item.objects.visible_to(actor).only("code", "name", "name_en").order_by("pk"):
        if key in (name_key(item.name), name_key(item.code)):
            return item
    return None


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
