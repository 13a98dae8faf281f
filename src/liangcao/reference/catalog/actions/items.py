"""Categories, items, packs, substitutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.quantity import check_quantity
from liangcao.foundation.kernel.text import TextRule, check_text, check_texts
from liangcao.reference.catalog.models import SIGNATURES, Category, Item, Pack, Substitute
from liangcao.reference.catalog.queries import category_by_code

_ITEM_TEXTS = {
    "code": TextRule("编码", "code", 30, is_required=True),
    "name": TextRule("名称", "name", 80, is_required=True),
    "base_unit": TextRule("基本单位", "base unit", 12, is_required=True),
    "name_en": TextRule("英文名称", "English name", 120),
    "base_unit_en": TextRule("英文单位", "English unit", 20),
    "standard": TextRule("执行标准", "standard", 120),
    "hazard_class": TextRule("危险类别", "hazard class", 20),
    "storage_condition": TextRule("储存条件", "storage condition", 80),
}


class ItemTaken(Conflict):
    """An item with this code or name is there already."""


class SubstituteCycle(Conflict):
    """The substitute would lead back to the item itself."""


def search_pinyin(name: str) -> str:
    """Full pinyin and initials of a name, for search and for sorting Chinese: 口罩 → "kouzhao kz"."""
    full = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()[:200]


@transaction.atomic
def add_category(
    *,
    code: str,
    name: str,
    name_en: str = "",
    parent: Category | None = None,
    receipt_signatures: str = "",
    by: Actor,
    at: datetime,
) -> Category:
    """Add a category, or return the one with this code. `receipt_signatures` as in `set_receipt_signatures`."""
    guard.check(by, "edit", "item")
    rule = _checked_signatures(receipt_signatures.split(",") if receipt_signatures else ())
    category, made = Category.objects.get_or_create(
        code=code, defaults={"name": name, "name_en": name_en, "parent": parent, "receipt_signatures": rule}
    )
    if made:
        record(by=by, at=at, action="add_category", object_kind="category", object_ref=code)
    return category


@transaction.atomic
def set_receipt_signatures(
    *, category_code: str, signatures: Sequence[str], by: Actor, at: datetime, client_id: UUID
) -> Category:
    """Say which signatures a receipt of goods of this category needs; none at all: as its parent says.

    Receipts that are open keep the rule under which they were made. Raises NotFound, Invalid SIGNATURE_UNKNOWN or
    STORE_SIGNATURE_NEEDED.
    """
    guard.check(by, "edit", "item")
    body = {"category": category_code, "signatures": list(signatures)}
    done = claim(client_id=client_id, action="set_receipt_signatures", body=body, by=by, at=at)
    if done:
        return category_by_code(by, category_code)
    category_by_code(by, category_code)
    category = Category.objects.select_for_update().get(code=category_code)
    before, category.receipt_signatures = category.receipt_signatures, _checked_signatures(signatures)
    category.save(update_fields=["receipt_signatures"])
    record(
        by=by, at=at, action="set_receipt_signatures", object_kind="category", object_ref=category.code,
        before={"signatures": before}, after={"signatures": category.receipt_signatures},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(category.pk))
    return category


def _checked_signatures(signatures: Sequence[str]) -> str:
    """The rule as it is stored."""
    for kind in signatures:
        if kind not in SIGNATURES:
            raise Invalid(
                "SIGNATURE_UNKNOWN",
                f"没有“{kind[:20]}”这种签字;可选:store(仓管)、quality(质检)、count(清点)",
                f'There is no signature "{kind[:20]}"; choose among store, quality and count',
                field="signatures",
            )
    if signatures and "store" not in signatures:
        raise Invalid(
            "STORE_SIGNATURE_NEEDED",
            "入库总要仓管签字,请把 store(仓管)也选上",
            "The store always signs for what it takes in: choose it too",
            field="signatures",
        )
    return ",".join(kind for kind in SIGNATURES if kind in signatures)


@transaction.atomic
def add_item(
    *,
    code: str,
    name: str,
    base_unit: str,
    category: Category,
    name_en: str = "",
    base_unit_en: str = "",
    standard: str = "",
    hazard_class: str = "",
    storage_condition: str = "",
    lot_tracked: bool = False,
    shortage_level: int = 0,
    by: Actor,
    at: datetime,
    client_id: UUID | None = None,
) -> Item:
    """Add an item. Raises Invalid when code, name or base unit is empty or a text is too long or has control
    characters, ItemTaken when code or name is in use. With `client_id`, the same act sent again finds the item."""
    guard.check(by, "edit", "item")
    texts = {
        "code": code, "name": name, "base_unit": base_unit, "name_en": name_en, "base_unit_en": base_unit_en,
        "standard": standard, "hazard_class": hazard_class, "storage_condition": storage_condition,
    }  # fmt: skip
    body = {**texts, "category": category.code, "lot_tracked": lot_tracked, "shortage_level": shortage_level}
    done = claim(client_id=client_id, action="add_item", body=body, by=by, at=at) if client_id else None
    if done:
        return Item.objects.get(pk=int(done))
    texts = check_texts(_ITEM_TEXTS, texts)
    _check_free(texts["code"], texts["name"])
    item = Item.objects.create(
        **texts,
        category=category,
        lot_tracked=lot_tracked,
        shortage_level=shortage_level,
        pinyin=search_pinyin(texts["name"]),
    )
    record(
        by=by,
        at=at,
        action="add_item",
        object_kind="item",
        object_ref=item.code,
        after={"name": item.name, "base_unit": item.base_unit},
    )
    if client_id:
        settle(client_id=client_id, ref=str(item.pk))
    return item


def _check_free(code: str, name: str) -> None:
    taken = Item.objects.filter(code=code).first() or Item.objects.filter(name=name).first()
    if taken:
        raise ItemTaken(
            "ITEM_TAKEN",
            f"目录里已有编码或名称相同的物资:{taken.code} {taken.name}",
            f"The catalogue has an item with this code or name: {taken.code} {taken.name}",
            field="code",
        )


@transaction.atomic
def add_pack(*, item: Item, name: str, factor: int, by: Actor, at: datetime) -> Pack:
    """Add a pack of a whole number of base units. Raises Conflict PACK_TAKEN when the item has a pack of this name."""
    guard.check(by, "edit", "item")
    check_quantity(factor, field="factor")
    name = check_text(name, field="name", zh="单位名称", en="name of the unit", longest=20, is_required=True)
    if item.base_unit == name or item.packs.filter(name=name).exists():
        raise Conflict(
            "PACK_TAKEN",
            f"“{item.name}”已有单位“{name}”",
            f'"{item.english}" has a unit "{name}" already',
            field="name",
        )
    pack = Pack.objects.create(item=item, name=name, factor=factor)
    record(
        by=by,
        at=at,
        action="add_pack",
        object_kind="item",
        object_ref=item.code,
        after={"name": name, "factor": factor},
    )
    return pack


@transaction.atomic
def add_substitute(*, item: Item, substitute: Item, order: int = 1, by: Actor, at: datetime) -> Substitute:
    """Say that `substitute` may be given instead of `item`. Raises SubstituteCycle when that would close a circle."""
    guard.check(by, "edit", "item")
    if item.pk in _reachable(substitute.pk):
        raise SubstituteCycle(
            "SUBSTITUTE_CYCLE",
            f"“{substitute.name}”的替代关系会绕回“{item.name}”,不能这样设置",
            f'The substitutes of "{substitute.english}" lead back to "{item.english}"',
        )
    edge, _ = Substitute.objects.get_or_create(item=item, substitute=substitute, defaults={"order": order})
    record(
        by=by,
        at=at,
        action="add_substitute",
        object_kind="item",
        object_ref=item.code,
        after={"substitute": substitute.code},
    )
    return edge


def _reachable(start: int) -> set[int]:
    """Ids of all items that substitutes of `start` lead to, itself included."""
    edges: dict[int, list[int]] = {}
    for source, target in Substitute.objects.values_list("item_id", "substitute_id"):
        edges.setdefault(source, []).append(target)
    seen, waiting = {start}, [start]
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen
