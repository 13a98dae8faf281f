"""Scope: one rule for every channel. A QuerySet shows an actor only what the appointments allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor


class ScopedQuerySet(models.QuerySet[Any]):
    """Base of every model's QuerySet.

    `bureau_path` leads to the bureau's id and `organisation_path` to the organisation whose members may see the row;
    None means that side sees nothing.
    """

    bureau_path: str | None = "bureau_id"
    organisation_path: str | None = None

    def visible_to(self, actor: Actor) -> Self:
        """Rows of the actor's bureaus, and of the actor's organisations where the model has a place for them."""
        if actor.sees_everything:
            return self.all()
        allowed = Q(pk__in=[])
        if self.bureau_path and actor.bureau_ids:
            allowed |= Q(**{f"{self.bureau_path}__in": sorted(actor.bureau_ids)})
        if self.organisation_path and actor.organisation_ids:
            allowed |= Q(**{f"{self.organisation_path}__in": sorted(actor.organisation_ids)})
        return self.filter(allowed)


class PublicQuerySet(models.QuerySet[Any]):
    """For reference rows that everybody who is logged in may read: items, units, regions."""

    def visible_to(self, actor: Actor) -> Self:
        """Everything for a known actor, nothing for one without any appointment."""
        return self.all() if actor.grants or actor.sees_everything else self.none()
