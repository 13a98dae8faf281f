"""Names of items, units and stores for figures and registers, read once each."""

from __future__ import annotations

from functools import cached_property

from liangcao.foundation.identity.actor import Actor
from liangcao.ledger.entries import NONE_ID
from liangcao.reference.catalog.models import Item
from liangcao.reference.catalog.queries import items
from liangcao.reference.parties.models import Store
from liangcao.reference.parties.queries import bureau, organisations


class Names:
    """Looks up names of one bureau."""

    def __init__(self, actor: Actor, bureau_id: int) -> None:
        self.bureau = bureau(actor, bureau_id)
        self._actor = actor

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
        return dict(rows.values_list("pk", "name"))

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
