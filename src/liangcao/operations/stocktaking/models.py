"""CountSheet, CountLine, CountEntry, WriteOff, WriteOffLine. What was counted is never changed: a recount is a new
entry."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

COUNT_STATUSES = ("open", "counted", "recount", "signed", "posted", "cancelled")
ACTIVE_STATUSES = ("open", "counted", "recount", "signed")
WRITE_OFF_STATUSES = ("asked", "posted", "declined", "withdrawn")
WRITE_OFF_CAUSES = ("expired", "damaged", "other")
PLACE_NAMES = ("store", "quarantine", "receiving")


class CountSheetQuerySet(ScopedQuerySet):
    """Count sheets of the actor's bureaus."""

    store_path = "store_id"
    emergency_path = EVERYWHERE


class CountSheet(models.Model):
    """盘点表: what lay in a store when the book had come to `opened_seq`, to be counted blind. One open sheet a store."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="count_sheets")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey("catalog.Category", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=30)
    status = models.CharField(max_length=10, default="open")
    round = models.PositiveSmallIntegerField(default=1)
    opened_seq = models.BigIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)
    opened_user_id = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=60, blank=True)
    signed_user_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_user_id = models.BigIntegerField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = CountSheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="count_number_once"),
            models.UniqueConstraint(
                fields=["store"], condition=Q(status__in=ACTIVE_STATUSES), name="count_one_open_sheet_a_store"
            ),
            models.CheckConstraint(condition=Q(status__in=COUNT_STATUSES), name="count_status_is_known"),
            models.CheckConstraint(condition=Q(item=None) | Q(category=None), name="count_of_item_or_category"),
            models.CheckConstraint(
                condition=(Q(status__in=("signed", "posted"), signed_at__isnull=False) & ~Q(signed_by=""))
                | (Q(status__in=("open", "counted", "recount"), signed_at=None, signed_by=""))
                | Q(status="cancelled"),
                name="count_signed_by_and_at",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=("posted", "cancelled"), ended_at__isnull=False) & ~Q(ended_by=""))
                | Q(status__in=ACTIVE_STATUSES, ended_at=None, ended_by=""),
                name="count_ended_by_and_at",
            ),
            models.CheckConstraint(condition=Q(move=None) | Q(status="posted"), name="count_posts_once_signed"),
        ]
        indexes = [models.Index(fields=["bureau", "-id"], name="count_by_bureau")]

    def __str__(self) -> str:
        return self.number


class CountLineQuerySet(ScopedQuerySet):
    """Lines of the actor's count sheets."""

    bureau_path = "sheet__bureau_id"
    store_path = "sheet__store_id"
    emergency_path = EVERYWHERE


@append_only("reason")
class CountLine(models.Model):
    """One lot in one place of the store, with what the book held when the sheet was opened; or, without a lot, goods
    that were found and are on no line."""

    sheet = models.ForeignKey(CountSheet, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=12, default="store")
    quantity_frozen = QuantityOrZeroField()
    resembles = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    maker_lot = models.CharField(max_length=60, blank=True)
    no_lot_reason = models.CharField(max_length=100, blank=True)
    produced_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = CountLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "line"], name="count_line_once"),
            models.UniqueConstraint(
                fields=["sheet", "lot", "place"], condition=Q(lot__isnull=False), name="count_line_lot_once"
            ),
            models.CheckConstraint(condition=Q(place__in=PLACE_NAMES), name="count_line_place_is_known"),
            models.CheckConstraint(
                condition=Q(lot__isnull=False, resembles=None) | Q(lot=None, quantity_frozen=0),
                name="count_line_found_was_not_booked",
            ),
            models.CheckConstraint(
                condition=Q(produced_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("produced_on")),
                name="count_line_expires_after_production",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.line}"


class CountEntryQuerySet(ScopedQuerySet):
    """Entries of the actor's count sheets."""

    bureau_path = "line__sheet__bureau_id"
    store_path = "line__sheet__store_id"
    emergency_path = EVERYWHERE


@append_only()
class CountEntry(models.Model):
    """What somebody counted of a line in a round, and what the book held of it when the chain had come to `seq`: the
    two are compared, whatever moves before and after."""

    line = models.ForeignKey(CountLine, on_delete=models.PROTECT, related_name="entries")
    round = models.PositiveSmallIntegerField()
    quantity = QuantityOrZeroField()
    quantity_book = QuantityOrZeroField()
    seq = models.BigIntegerField()
    counted_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    counted_by = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)

    objects = CountEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "round"], name="count_entry_once_a_round"),
            models.CheckConstraint(condition=~Q(counted_by=""), name="count_entry_by_somebody"),
            models.CheckConstraint(condition=Q(entered_at__gte=F("counted_at")), name="count_entry_after_counting"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}#{self.round}: {self.quantity}"


class WriteOffQuerySet(ScopedQuerySet):
    """Write-offs of the actor's bureaus."""

    store_path = "store_id"
    emergency_path = EVERYWHERE


class WriteOff(models.Model):
    """报损单: goods that cannot be used. One person asks, another approves; then the ledger gets one `loss` move."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, related_name="write_offs")
    number = models.CharField(max_length=30)
    cause = models.CharField(max_length=10)
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    asked_user_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_reason = models.CharField(max_length=200, blank=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="write_off_number_once"),
            models.CheckConstraint(condition=Q(status__in=WRITE_OFF_STATUSES), name="write_off_status_is_known"),
            models.CheckConstraint(condition=Q(cause__in=WRITE_OFF_CAUSES), name="write_off_cause_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="write_off_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None, decided_by="")
                | (~Q(status="asked") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="write_off_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status="posted", move__isnull=False) | (~Q(status="posted") & Q(move=None)),
                name="write_off_posts_when_approved",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "-id"], name="write_off_by_bureau")]

    def __str__(self) -> str:
        return self.number


class WriteOffLineQuerySet(ScopedQuerySet):
    """Lines of the actor's write-offs."""

    bureau_path = "write_off__bureau_id"
    store_path = "write_off__store_id"
    emergency_path = EVERYWHERE


@append_only()
class WriteOffLine(models.Model):
    """So many pieces of a lot in one place of the store."""

    write_off = models.ForeignKey(WriteOff, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12, default="store")
    quantity = QuantityField()

    objects = WriteOffLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["write_off", "line"], name="write_off_line_once"),
            models.UniqueConstraint(fields=["write_off", "lot", "place"], name="write_off_lot_once"),
            models.CheckConstraint(condition=Q(place__in=PLACE_NAMES), name="write_off_line_place_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.write_off_id}/{self.line}"
