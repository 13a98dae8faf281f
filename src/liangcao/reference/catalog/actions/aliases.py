"""What people call an item: an alias means its item for certain, so it means one, and never another item's own name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.foundation.kernel.text import TextRule, check_reason, check_texts
from liangcao.reference.catalog.models import Item, ItemAlias
from liangcao.reference.catalog.naming import name_key
from liangcao.reference.catalog.queries import alias_in_force, item_named, items_by_id, known_item

_TEXTS = {"alias": TextRule("别名", "alias", 80, is_required=True), "note": TextRule("备注", "note", 200)}


@transaction.atomic
def add_alias(
    *, item_id: int, alias: str, note: str = "", by: Actor, at: datetime, client_id: UUID | None = None
) -> ItemAlias:
    """Say that people call an item so. What was said already is found again, with `client_id` or without.

    Raises Invalid ITEM_UNKNOWN, ALIAS_EMPTY and as `check_texts`, Conflict ALIAS_IS_A_NAME or ALIAS_TAKEN.
    """
    guard.check(by, "alias", "item")
    body = {"item": item_id, "alias": alias, "note": note}
    done = claim(client_id=client_id, action="add_alias", body=body, by=by, at=at) if client_id else None
    if done:
        return ItemAlias.objects.get(pk=int(done))
    texts = check_texts(_TEXTS, {"alias": alias, "note": note})
    key = name_key(texts["alias"])
    if not key:
        raise Invalid(
            "ALIAS_EMPTY",
            "别名里没有文字、字母或数字,请填写来文里的叫法",
            "The alias has no character, letter or figure; give the words that people write",
            field="alias",
        )
    item = known_item(items_by_id([item_id]), item_id)
    named = item_named(by, key)
    if named is not None:
        raise _is_a_name(texts["alias"], named, item)
    held = _alias(item, key, texts, by=by, at=at)
    if client_id:
        settle(client_id=client_id, ref=str(held.pk))
    return held


def _alias(item: Item, key: str, texts: dict[str, str], *, by: Actor, at: datetime) -> ItemAlias:
    try:
        with transaction.atomic():
            held = ItemAlias.objects.create(item=item, key=key, **texts, added_by=by.name, added_at=at)
    except IntegrityError:
        # Somebody has said it, perhaps in this moment.
        there = alias_in_force(by, key)
        if there is None:
            raise
        if there.item_id == item.pk:
            return there
        raise _taken(there) from None
    record(
        by=by, at=at, action="add_alias", object_kind="item", object_ref=item.code,
        after={"alias": held.alias, "note": held.note},
    )  # fmt: skip
    return held


def _is_a_name(alias: str, named: Item, item: Item) -> Conflict:
    if named.pk == item.pk:
        return Conflict(
            "ALIAS_IS_A_NAME",
            f"“{alias}”就是“{item.name}”({item.code})自己的名称或编码,不用登记别名",
            f'"{alias}" is the name or code of "{item.english}" ({item.code}) itself: it needs no alias',
            field="alias",
        )
    return Conflict(
        "ALIAS_IS_A_NAME",
        f"“{alias}”是另一种物资“{named.name}”({named.code})的名称或编码,不能作“{item.name}”的别名;请换一个叫法",
        f'"{alias}" is the name or code of another item, "{named.english}" ({named.code}), so it cannot be an alias of '
        f'"{item.english}": choose other words',
        field="alias",
    )


def _taken(there: ItemAlias) -> Conflict:
    item = there.item
    return Conflict(
        "ALIAS_TAKEN",
        f"“{there.alias}”已由{there.added_by}登记为“{item.name}”({item.code})的别名;登记错了请先停用原来的",
        f'"{there.alias}" was recorded by {there.added_by} as an alias of "{item.english}" ({item.code}): '
        f"if that is wrong, end it first",
        field="alias",
    )


@transaction.atomic
def end_alias(*, alias_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> ItemAlias:
    """Say that an alias does not mean what was recorded. The row stays; the words may be recorded anew.

    Raises NotFound, Invalid REASON_MISSING, Conflict ALIAS_ENDED.
    """
    guard.check(by, "edit", "item")
    reason = check_reason(reason, what_zh="停用别名", what_en="Ending an alias")
    body = {"alias": alias_id, "reason": reason}
    done = claim(client_id=client_id, action="end_alias", body=body, by=by, at=at)
    held = ItemAlias.objects.select_for_update(of=("self",)).select_related("item").filter(pk=alias_id).first()
    if held is None:
        raise NotFound(field="alias")
    if done:
        return held
    if held.ended_at is not None:
        raise Conflict(
            "ALIAS_ENDED",
            f"别名“{held.alias}”已由{held.ended_by}停用",
            f'The alias "{held.alias}" was ended by {held.ended_by}',
        )
    held.ended_by, held.ended_at, held.ended_reason = by.name, at, reason
    held.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    record(
        by=by, at=at, action="end_alias", object_kind="item", object_ref=held.item.code, reason=reason,
        before={"alias": held.alias},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held
