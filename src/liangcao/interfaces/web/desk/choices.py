"""What forms offer: items with their packs, parties by kind, stores — always in the actor's scope."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties
from liangcao.reference.parties.kinds import CARRIERS


def item_choices(request: Any) -> Any:
    """The catalogue by code, with packs."""
    return catalog.items(request.actor).filter(is_active=True).prefetch_related("packs").order_by("code")


def party_choices(request: Any, kinds: tuple[str, ...]) -> Any:
    """Organisations of the bureau of these kinds, by name."""
    found = parties.organisations(request.actor, bureau_id=request.bureau.pk, kinds=kinds)
    return found.filter(is_active=True).order_by("pinyin", "pk")


def carrier_choices(request: Any) -> Any:
    """Organisations of the bureau that may carry."""
    return party_choices(request, CARRIERS)


def division_choices(request: Any) -> Any:
    """The bureau's own administrative division and two levels below: a city's counties and their townships."""
    home = request.bureau.region_id
    inside = Q(pk=home) | Q(parent_id=home) | Q(parent__parent_id=home)
    return parties.regions(request.actor).filter(inside).order_by("code")


def store_choices(request: Any) -> Any:
    """Stores of the bureau."""
    return parties.stores(request.actor, bureau_id=request.bureau.pk).order_by("code")
