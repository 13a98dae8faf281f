"""Source, SourceLine, Receipt, ReceiptLine, ReceiptReversal. What has arrived is never stored on the source: it
follows from the receipt lines less their reversals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.fields import MoneyField, QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet
from liangcao.operations.supply.signatures import (
    ReceiptFinding,
    ReceiptOutcome,
    ReceiptRelease,
    ReceiptReturn,
    ReceiptSignature,
)

__all__ = [
    "OpeningLine",
    "OpeningStock",
    "Receipt",
    "ReceiptFinding",
    "ReceiptLine",
    "ReceiptOutcome",
    "ReceiptRelease",
    "ReceiptReturn",
    "ReceiptReversal",
    "ReceiptSignature",
    "Source",
    "SourceLine",
]

SOURCE_KINDS = ("purchase", "gift", "allotment", "output")
SOURCE_STATUSES = ("announced", "partly_received", "received", "closed", "cancelled")
RECEIPT_STATUSES = ("waiting", "posted", "reversed")
OPENING_STATUSES = ("draft", "signed", "live")


class SourceQuerySet(ScopedQuerySet):
    """Sources of the actor's bureaus, and what the actor's own organisation gave or delivered."""

    organisation_path = "counterparty_id"
    store_path = EVERYWHERE
    emergency_path = "emergency_id"


class Source(models.Model):
    """来源: a gift, a purchase, an allotment or output of a factory, as it was announced."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    number = models.CharField(max_length=30)
    counterparty = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="sources")
    channel = models.CharField(max_length=60, blank=True)
    document_ref = models.CharField(max_length=80, blank=True)
    earmark = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, related_name="earmarked_sources"
    )
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=60)
    announced_user_id = models.BigIntegerField(null=True)
    expected_date = models.DateField(null=True)
    amount_fen = MoneyField(null=True)
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=16, default="announced")
    version = models.PositiveIntegerField(default=1)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    client_id = models.UUIDField(unique=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="source_number_once"),
            models.CheckConstraint(condition=Q(kind__in=SOURCE_KINDS), name="source_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=SOURCE_STATUSES), name="source_status_is_known"),
            models.CheckConstraint(condition=~Q(announced_by=""), name="source_announced_by_somebody"),
            models.CheckConstraint(
                condition=(Q(ended_by="") & Q(ended_at=None)) | (~Q(ended_by="") & Q(ended_at__isnull=False)),
                name="source_ended_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("closed", "cancelled"), ended_at__isnull=False)
                | (~Q(status__in=("closed", "cancelled")) & Q(ended_at=None)),
                name="source_ended_is_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "status", "expected_date"], name="source_by_status"),
            models.Index(fields=["bureau", "kind", "-id"], name="source_by_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class SourceLineQuerySet(ScopedQuerySet):
    """Lines of the actor's sources."""

    bureau_path = "source__bureau_id"
    organisation_path = "source__counterparty_id"
    store_path = EVERYWHERE
    emergency_path = "source__emergency_id"


class SourceLine(models.Model):
    """One item of a source. An amount that was not told is NULL. Lines found only on arrival are marked as such."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    quantity_advised = QuantityField(null=True)
    advised_as = models.CharField(max_length=40, blank=True)
    unit_price_fen = MoneyField(null=True)
    maker_lot = models.CharField(max_length=60, blank=True)
    produced_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    added_on_arrival = models.BooleanField(default=False)
    difference_reason = models.CharField(max_length=200, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = SourceLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "line"], name="source_line_once"),
            models.CheckConstraint(
                condition=Q(produced_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("produced_on")),
                name="source_line_expires_after_production",
            ),
            models.CheckConstraint(
                condition=Q(added_on_arrival=False) | Q(quantity_advised=None), name="source_line_found_was_not_advised"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.line}"


class ReceiptQuerySet(ScopedQuerySet):
    """Receipts of the actor's bureaus."""

    store_path = "store_id"
    emergency_path = "source__emergency_id"


class Receipt(models.Model):
    """入库单, or 直达单 when the goods went to a unit without seeing our store. One receipt is one ledger move."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="receipts")
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, null=True, related_name="receipts")
    recipient = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, related_name="direct_receipts"
    )
    number = models.CharField(max_length=30)
    move = models.OneToOneField("ledger.Move", on_delete=models.PROTECT, related_name="+")
    business_date = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=60)
    signed_by = models.CharField(max_length=60, blank=True)
    is_final = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default="posted")
    note = models.CharField(max_length=500, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(status__in=RECEIPT_STATUSES), name="receipt_status_is_known"),
            models.CheckConstraint(condition=~Q(received_by=""), name="receipt_received_by_somebody"),
            models.CheckConstraint(
                condition=(Q(store__isnull=False) & Q(recipient=None))
                | (Q(store=None) & Q(recipient__isnull=False) & ~Q(signed_by="")),
                name="receipt_into_store_or_signed_for",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "-id"], name="receipt_by_bureau"),
            models.Index(fields=["bureau"], condition=Q(status="waiting"), name="receipt_waiting"),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptLineQuerySet(ScopedQuerySet):
    """Lines of the actor's receipts."""

    bureau_path = "receipt__bureau_id"
    store_path = "receipt__store_id"
    emergency_path = "receipt__source__emergency_id"


@append_only()
class ReceiptLine(models.Model):
    """What arrived of one item: good pieces and damaged ones, as one lot. The posting numbers lead into the move.

    `needs` are the signatures that the good pieces wait for in the receiving area, as the rule of the category was on
    that day; empty: they went where they belong at once."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    source_line = models.ForeignKey(SourceLine, on_delete=models.PROTECT, related_name="receipt_lines")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    quantity_good = QuantityOrZeroField()
    quantity_damaged = QuantityOrZeroField()
    is_held = models.BooleanField(default=False)
    needs = models.CharField(max_length=30, blank=True)
    posting_good = models.PositiveIntegerField(null=True)
    posting_damaged = models.PositiveIntegerField(null=True)
    difference_reason = models.CharField(max_length=200, blank=True)

    objects = ReceiptLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="receipt_line_once"),
            models.CheckConstraint(
                condition=Q(quantity_good__gt=0) | Q(quantity_damaged__gt=0), name="receipt_line_holds_something"
            ),
            models.CheckConstraint(
                condition=Q(quantity_good=0, posting_good=None) | Q(quantity_good__gt=0, posting_good__isnull=False),
                name="receipt_line_good_is_posted",
            ),
            models.CheckConstraint(
                condition=Q(quantity_damaged=0, posting_damaged=None)
                | Q(quantity_damaged__gt=0, posting_damaged__isnull=False),
                name="receipt_line_damaged_is_posted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.line}"


class ReceiptReversalQuerySet(ScopedQuerySet):
    """Reversals of the actor's receipts."""

    bureau_path = "receipt_line__receipt__bureau_id"
    store_path = "receipt_line__receipt__store_id"
    emergency_path = "receipt_line__receipt__source__emergency_id"


@append_only()
class ReceiptReversal(models.Model):
    """What a reversal took back of one receipt line. The reason stands in the move."""

    receipt_line = models.ForeignKey(ReceiptLine, on_delete=models.PROTECT, related_name="reversals")
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, related_name="+")
    quantity_good = QuantityOrZeroField()
    quantity_damaged = QuantityOrZeroField()

    objects = ReceiptReversalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity_good__gt=0) | Q(quantity_damaged__gt=0), name="receipt_reversal_takes_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.receipt_line_id} −{self.quantity_good}/{self.quantity_damaged}"


class OpeningStockQuerySet(ScopedQuerySet):
    """Opening stock of the actor's bureaus; it spans all stores."""

    store_path = EVERYWHERE
    emergency_path = EVERYWHERE


class OpeningStock(models.Model):
    """期初建账: what lay in the stores before the book began. Two people sign it; then the book is live. One a bureau."""

    bureau = models.OneToOneField("parties.Bureau", on_delete=models.PROTECT, related_name="opening_stock")
    status = models.CharField(max_length=8, default="draft")
    version = models.PositiveIntegerField(default=1)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()
    signed_user_id = models.BigIntegerField(null=True)
    signed_by = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True)
    confirmed_user_id = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OpeningStockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OPENING_STATUSES), name="opening_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="draft", signed_by="", signed_at=None)
                | (~Q(status="draft") & ~Q(signed_by="") & Q(signed_at__isnull=False)),
                name="opening_signed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(status="live", confirmed_at__isnull=False) & ~Q(confirmed_by="")
                | (~Q(status="live") & Q(confirmed_by="", confirmed_at=None, move=None)),
                name="opening_live_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_user_id=F("signed_user_id")),
                name="opening_signed_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bureau_id}/{self.status}"


class OpeningLineQuerySet(ScopedQuerySet):
    """Lines of the actor's opening stock."""

    bureau_path = "opening__bureau_id"
    store_path = "store_id"
    emergency_path = EVERYWHERE


class OpeningLine(models.Model):
    """One lot that lay in a store, as it was counted. `line` is its row in the workbook, or its place in the list."""

    opening = models.ForeignKey(OpeningStock, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT)
    maker_lot = models.CharField(max_length=60, blank=True)
    produced_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    quantity = QuantityField()
    counted_as = models.CharField(max_length=40, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = OpeningLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "line"], name="opening_line_once"),
            models.CheckConstraint(
                condition=Q(produced_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("produced_on")),
                name="opening_line_expires_after_production",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line}"
