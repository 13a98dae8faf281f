"""ReceiptSignature, ReceiptFinding, ReceiptOutcome, ReceiptRelease, ReceiptReturn: how goods that have arrived come
from the receiving area into the store. Rows are only ever added: a finding is mended by a signature of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from liangcao.foundation.database.fields import QuantityField, QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import ScopedQuerySet

SIGNATURE_KINDS = ("store", "quality", "count")


class ReceiptSignatureQuerySet(ScopedQuerySet):
    """Signatures on the actor's receipts."""

    bureau_path = "receipt__bureau_id"
    store_path = "receipt__store_id"
    emergency_path = "receipt__source__emergency_id"

    def in_force(self) -> ReceiptSignatureQuerySet:
        """Those that no later one has mended."""
        return self.filter(correction=None)


@append_only()
class ReceiptSignature(models.Model):
    """验收签字: the store, quality or count signs for a receipt. One of each kind; a later one that `corrects` it, with
    its reason, takes its place."""

    receipt = models.ForeignKey("supply.Receipt", on_delete=models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=8)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="correction")
    signed_user_id = models.BigIntegerField(null=True)
    signed_by = models.CharField(max_length=60)
    signed_at = models.DateTimeField()
    remark = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ReceiptSignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "kind"], condition=Q(corrects=None), name="receipt_signed_once_by_each"
            ),
            models.CheckConstraint(condition=Q(kind__in=SIGNATURE_KINDS), name="receipt_signature_kind_is_known"),
            models.CheckConstraint(condition=~Q(signed_by=""), name="receipt_signature_has_a_name"),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="receipt_correction_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.kind}"


class ReceiptFindingQuerySet(ScopedQuerySet):
    """Findings on the actor's receipts."""

    bureau_path = "receipt_line__receipt__bureau_id"
    store_path = "receipt_line__receipt__store_id"
    emergency_path = "receipt_line__receipt__source__emergency_id"


@append_only()
class ReceiptFinding(models.Model):
    """验收结果: what a signature says of one receipt line. Store and count say how many good pieces, quality how many
    pass and how many do not."""

    signature = models.ForeignKey(ReceiptSignature, on_delete=models.PROTECT, related_name="findings")
    receipt_line = models.ForeignKey("supply.ReceiptLine", on_delete=models.PROTECT, related_name="findings")
    quantity_counted = QuantityOrZeroField(null=True)
    quantity_passed = QuantityOrZeroField(null=True)
    quantity_rejected = QuantityOrZeroField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ReceiptFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signature", "receipt_line"], name="receipt_finding_once"),
            models.CheckConstraint(
                condition=Q(quantity_counted__isnull=False, quantity_passed=None, quantity_rejected=None)
                | Q(quantity_counted=None, quantity_passed__isnull=False, quantity_rejected__isnull=False),
                name="receipt_finding_counts_or_judges",
            ),
            models.CheckConstraint(
                condition=Q(quantity_rejected=None) | Q(quantity_rejected=0) | ~Q(reason=""),
                name="receipt_finding_rejects_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id}/{self.receipt_line_id}"


class ReceiptOutcomeQuerySet(ScopedQuerySet):
    """Outcomes of the actor's receipts."""

    bureau_path = "receipt_line__receipt__bureau_id"
    store_path = "receipt_line__receipt__store_id"
    emergency_path = "receipt_line__receipt__source__emergency_id"


@append_only()
class ReceiptOutcome(models.Model):
    """验收结论: what became of the good pieces of a receipt line when all signatures were there. `quantity_out` of the
    rejected ones had left the store before, on a leader's word."""

    receipt_line = models.OneToOneField("supply.ReceiptLine", on_delete=models.PROTECT, related_name="outcome")
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, related_name="+")
    quantity_accepted = QuantityOrZeroField()
    quantity_rejected = QuantityOrZeroField()
    quantity_missing = QuantityOrZeroField()
    quantity_out = QuantityOrZeroField(default=0)

    objects = ReceiptOutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity_out__lte=models.F("quantity_rejected")), name="receipt_outcome_out_was_rejected"
            )
        ]

    def __str__(self) -> str:
        return f"{self.receipt_line_id} +{self.quantity_accepted}"


class ReceiptReleaseQuerySet(ScopedQuerySet):
    """Releases of the actor's receipts."""

    bureau_path = "receipt__bureau_id"
    store_path = "receipt__store_id"
    emergency_path = "receipt__source__emergency_id"


@append_only()
class ReceiptRelease(models.Model):
    """先行放行: goods go into the store on a leader's word before all signatures are there. The signatures are the
    papers that are owing, until the receipt waits for none."""

    receipt = models.OneToOneField("supply.Receipt", on_delete=models.PROTECT, related_name="release")
    move = models.OneToOneField("ledger.Move", on_delete=models.PROTECT, related_name="+")
    leader = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    limit_note = models.CharField(max_length=200)
    released_by = models.CharField(max_length=60)
    released_user_id = models.BigIntegerField(null=True)
    released_at = models.DateTimeField()
    papers_due_at = models.DateTimeField()

    objects = ReceiptReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(leader="") & ~Q(reason="") & ~Q(limit_note="") & ~Q(released_by=""),
                name="receipt_release_on_a_word",
            )
        ]
        indexes = [models.Index(fields=["papers_due_at"], name="receipt_release_by_due")]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.leader}"


class ReceiptReturnQuerySet(ScopedQuerySet):
    """Returns of the actor's receipts."""

    bureau_path = "receipt_line__receipt__bureau_id"
    store_path = "receipt_line__receipt__store_id"
    emergency_path = "receipt_line__receipt__source__emergency_id"


@append_only()
class ReceiptReturn(models.Model):
    """退回来源: rejected or damaged pieces of a receipt line go back to where they came from. The reason stands in the
    move."""

    receipt_line = models.ForeignKey("supply.ReceiptLine", on_delete=models.PROTECT, related_name="returns")
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()

    objects = ReceiptReturnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receipt_line", "move"], name="receipt_return_once_a_paper")]

    def __str__(self) -> str:
        return f"{self.receipt_line_id} −{self.quantity}"
