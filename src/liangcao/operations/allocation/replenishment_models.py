"""Replenishment. Importers take it from `models`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet


class ReplenishmentQuerySet(ScopedQuerySet):
    """As the tasks of the actor's bureaus."""

    store_path = EVERYWHERE
    region_path = EVERYWHERE
    emergency_path = "emergency_id"


@append_only("met_at")
class Replenishment(models.Model):
    """补货: a shortage that was made somebody's task, with the numbers of that moment. Of an item and an emergency one
    is open at a time: its task's subject is the key. `met_at`: since when what is free and coming is enough."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="+")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    task = models.OneToOneField("duty.Task", on_delete=models.PROTECT, related_name="replenishment")
    quantity_open = QuantityOrZeroField()
    quantity_free = QuantityOrZeroField()
    quantity_coming = QuantityOrZeroField()
    # What the forecast missed within the next days, where it missed more than was short already.
    quantity_ahead = QuantityOrZeroField(default=0)
    quantity_suggested = QuantityField()
    made_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = ReplenishmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity_open__gt=F("quantity_free") + F("quantity_coming")) | Q(quantity_ahead__gt=0),
                name="replenishment_has_a_gap",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity_suggested}"

    @property
    def quantity_gap(self) -> int:
        """What was missing when the task was given."""
        return int(max(self.quantity_open - self.quantity_free - self.quantity_coming, self.quantity_ahead))
