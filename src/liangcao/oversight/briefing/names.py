"""Names of items, units and stores for figures and registers, read once each; on a paper "as known at" a moment as they
were then."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import cached_property

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.queries import done_since
from liangcao.ledger.entries import NONE_ID
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import bureau, organisations


class Names:
    """Looks up names of one bureau; with `known_at` what was renamed or added later is left out."""

    def __init__(self, actor: Actor, bureau_id: int, *, known_at: datetime | None = None) -> None:
        self.bureau = bureau(actor, bureau_id)
        self._actor = actor
        self._known_at = known_at

    @cached_property
    def items(self) -> dict[int, Item]:
        """The catalogue by id, in the order in which it was written: masks first in the one that ships."""
        return {item.pk: item for item in items(self._actor).order_by("pk")}

    @cached_property
    def items_by_code(self) -> dict[str, Item]:
        """The catalogue by code."""
        return {item.code: item for item in self.items.values()}

    @cached_property
    def organisations(self) -> dict[int, str]:
        """Names of the bureau's organisations."""
        rows = organisations(self._actor, bureau_id=self.bureau.pk).select_related(None).order_by()
        former = self._former_names
        return {pk: former.get(code, name) for pk, code, name in rows.values_list("pk", "code", "name")}

    @cached_property
    def _former_names(self) -> dict[str, str]:
        """code → the name of before the first change after `known_at`."""
        former: dict[str, str] = {}
        if self._known_at is not None:
            edits = done_since(
                self._known_at, object_kind="organisation", action="edit_organisation", bureau_id=self.bureau.pk
            )
            for code, before in edits.values_list("object_ref", "before"):
                if before and "name" in before:
                    former.setdefault(code, before["name"])
        return former

    @cached_property
    def packs(self) -> dict[int, list[tuple[str, int]]]:
        """item → its packs (name, pieces), the largest first; without those added after `known_at`."""
        added: set[tuple[str, str]] = set()
        if self._known_at is not None:
            later = done_since(self._known_at, object_kind="item", action="add_pack", bureau_id=None)
            added = {(code, after["name"]) for code, after in later.values_list("object_ref", "after") if after}
        found: dict[int, list[tuple[str, int]]] = defaultdict(list)
        held = items(self._actor).filter(packs__factor__gt=1).order_by("-packs__factor", "packs__name")
        for item_id, code, name, factor in held.values_list("pk", "code", "packs__name", "packs__factor"):
            if (code, name) not in added:
                found[item_id].append((name, factor))
        return dict(found)

    def in_packs(self, quantity: int, item: Item, unit: str, *, is_english: bool = False) -> str:
        """20000 → "41 箱 320 只": as it is loaded, the largest packs first; "" for an item without packs. Packs have no
        English names: there their size tells them apart."""
        left, parts = abs(quantity), []
        for name, factor in self.packs.get(item.pk, []):
            count, left = divmod(left, factor)
            if count:
                parts.append(f"{count:,} × {factor:,}" if is_english else f"{count:,} {name}")
        if not parts:
            return ""
        if left:
            parts.append(f"{left:,}" if is_english else f"{left:,} {unit}")
        return ("-" if quantity < 0 else "") + (" + " if is_english else " ").join(parts)

    @cached_property
    def stores(self) -> dict[int, str]:
        """Names of the bureau's stores, also of those no longer in use."""
        rows = Store.objects.visible_to(self._actor).filter(bureau_id=self.bureau.pk)
        return dict(rows.order_by("code").values_list("pk", "name"))

    def party(self, party_id: int) -> str:
        """The organisation's name, "" for none."""
        return "" if party_id == NONE_ID else self.organisations.get(party_id, str(party_id))

    def store(self, store_id: int) -> str:
        """The store's name, "" for none."""
        return "" if store_id == NONE_ID else self.stores.get(store_id, str(store_id))
