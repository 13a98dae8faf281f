"""Scope: one rule for every channel. A QuerySet shows an actor only what the appointments allow."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor, Grant

# A path with this value: rows of the model belong to no store (region, emergency); such an appointment sees them all.
EVERYWHERE = ""


class ScopedQuerySet(models.QuerySet[Any]):
    """Base of every model's QuerySet.

    `bureau_path` leads to the bureau's id and `organisation_path` to the organisation whose members may see the row;
    None means that side sees nothing. `store_path`, `region_path` (to the region's code) and `emergency_path` say how
    an appointment narrowed in that dimension sees the model: None hides it, EVERYWHERE does not narrow.

    `carrier_path` leads to the organisation that carries the goods: carriers see the row by it alone. `is_governed`: a
    township reads the rows of the organisations in its division too (by `region_path`).
    """

    bureau_path: str | None = "bureau_id"
    organisation_path: str | None = None
    store_path: str | None = None
    region_path: str | None = None
    emergency_path: str | None = None
    carrier_path: str | None = None
    is_governed: bool = False

    def visible_to(self, actor: Actor) -> Self:
        """Rows of the actor's bureaus, and of the actor's organisations where the model has a place for them."""
        if actor.sees_everything:
            return self.all()
        allowed = []
        if self.bureau_path and actor.whole_bureau_ids:
            allowed.append(Q(**{f"{self.bureau_path}__in": sorted(actor.whole_bureau_ids)}))
        if self.bureau_path:
            allowed += [self.narrowed(grant) for grant in actor.narrowed_grants]
        allowed += self.outside(actor)
        return self.filter(reduce(or_, allowed)) if allowed else self.none()

    def outside(self, actor: Actor) -> list[Q]:
        """What appointments for organisations show: their own, what they carry, what lies in their division."""
        shown = []
        own_ids = actor.own_business_ids if self.carrier_path else actor.organisation_ids
        if self.organisation_path and own_ids:
            shown.append(Q(**{f"{self.organisation_path}__in": sorted(own_ids)}))
        if self.carrier_path and actor.carrier_ids:
            shown.append(Q(**{f"{self.carrier_path}__in": sorted(actor.carrier_ids)}))
        if self.is_governed and self.region_path:
            for grant in actor.governing_grants:
                of_bureau = Q(**{f"{self.bureau_path}": grant.bureau_id})
                shown.append(of_bureau & _beginning(self.region_path, grant.governed_codes))
        return shown

    def narrowed(self, grant: Grant) -> Q:
        """What one narrowed appointment sees: its bureau, and there its stores, regions and emergencies."""
        found = Q(**{f"{self.bureau_path}": grant.bureau_id})
        for dimension in sorted(grant.narrowed_by):
            path = getattr(self, f"{dimension}_path")
            if path is None:
                return Q(pk__in=[])
            if path != EVERYWHERE:
                found &= getattr(self, f"in_{dimension}")(path, grant)
        return found

    def in_store(self, path: str, grant: Grant) -> Q:
        """Rows of the grant's stores. Overridden where a row touches several."""
        return Q(**{f"{path}__in": sorted(grant.store_ids)})

    def in_region(self, path: str, grant: Grant) -> Q:
        """Rows of the grant's regions."""
        return _beginning(path, grant.region_codes)

    def in_emergency(self, path: str, grant: Grant) -> Q:
        """Rows of the grant's emergencies."""
        return Q(**{f"{path}__in": sorted(grant.emergency_ids)})


def _beginning(path: str, codes: frozenset[str]) -> Q:
    """Rows of these regions: a division's code begins with that of the one above it."""
    return reduce(or_, (Q(**{f"{path}__startswith": code}) for code in sorted(codes)))


class PublicQuerySet(models.QuerySet[Any]):
    """For reference rows that everybody who is logged in may read: items, units, regions."""

    def visible_to(self, actor: Actor) -> Self:
        """Everything for a known actor, nothing for one without any appointment."""
        return self.all() if actor.grants or actor.sees_everything else self.none()
