"""Returns from units with their lines; sub-issues."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

UNIT_RETURN_STATUSES = ("asked", "received", "declined", "withdrawn", "reversed")
PLACE_NAMES = ("quarantine", "store")


class UnitReturnQuerySet(ScopedQuerySet):
    """The desk sees its bureau's returns, a unit its own."""

    organisation_path = "organisation_id"
    emergency_path = EVERYWHERE


class UnitReturn(models.Model):
    """单位退回单: goods that a unit signed for and gives back. The unit asks, the storekeeper counts and takes them."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="asked")
    reason = models.CharField(max_length=200)
    # Whether the unit still needs as many: then its need is open again.
    is_still_needed = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=12, blank=True)
    brought_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_reason = models.CharField(max_length=200, blank=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    reversal = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = UnitReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="unit_return_number_once"),
            models.CheckConstraint(condition=Q(status__in=UNIT_RETURN_STATUSES), name="unit_return_status_is_known"),
            models.CheckConstraint(condition=Q(place__in=["", *PLACE_NAMES]), name="unit_return_place_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="unit_return_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None, decided_by="")
                | (~Q(status="asked") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="unit_return_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["received", "reversed"], move__isnull=False, store__isnull=False) & ~Q(place="")
                )
                | Q(status__in=["asked", "declined", "withdrawn"], move=None, store=None, place=""),
                name="unit_return_is_in_the_book",
            ),
            models.CheckConstraint(
                condition=Q(status="reversed", reversal__isnull=False) | (~Q(status="reversed") & Q(reversal=None)),
                name="unit_return_reversed_in_the_book",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "status", "-id"], name="unit_return_by_status")]

    def __str__(self) -> str:
        return self.number


class UnitReturnLineQuerySet(ScopedQuerySet):
    """Read with the return."""

    bureau_path = "unit_return__bureau_id"
    organisation_path = "unit_return__organisation_id"
    emergency_path = EVERYWHERE


@append_only(set_once=("quantity",))
class UnitReturnLine(models.Model):
    """退回明细: so many pieces of a lot that the unit wants to give back, and how many came."""

    unit_return = models.ForeignKey(UnitReturn, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    quantity_asked = QuantityField()
    quantity = QuantityOrZeroField(null=True)

    objects = UnitReturnLineQuerySet.as_manager()

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["unit_return", "line"], name="unit_return_line_once"),
            models.UniqueConstraint(fields=["unit_return", "lot"], name="unit_return_lot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_return_id}/{self.line}"


class SubIssueQuerySet(ScopedQuerySet):
    """The desk sees its bureau's sub-issues, a unit its own."""

    organisation_path = "organisation_id"
    emergency_path = EVERYWHERE


@append_only()
class SubIssue(models.Model):
    """二次分发: a unit gave so many pieces of a lot on to a ward, a village, a workshop. Its counter-entry names it in
    `reverses`: given by mistake, or taken back."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="sub_issues")
    number = models.CharField(max_length=30)
    line = models.PositiveIntegerField()
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    # A place, and its telephone; never a person's name.
    holder = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    quantity = QuantityField()
    given_on = models.DateField()
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals")
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=60)

    objects = SubIssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number", "line"], name="sub_issue_line_once"),
            models.CheckConstraint(condition=~Q(holder="") & ~Q(recorded_by=""), name="sub_issue_names_its_holder"),
            models.CheckConstraint(
                condition=Q(reverses=None, reason="") | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="sub_issue_reversal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reverses=F("id")), name="sub_issue_does_not_reverse_itself"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "lot"], name="sub_issue_by_unit_and_lot")]

    def __str__(self) -> str:
        return f"{self.number}/{self.line}"
