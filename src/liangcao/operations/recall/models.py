"""Recalls with their lots, holders and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from liangcao.foundation.database.fields import QuantityOrZeroField
from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

RECALL_STATUSES = ("active", "lifted", "closed")
RECALL_BASES = ("lot", "maker_lot", "source")
ANSWER_KINDS = ("told", "stopped")


class RecallQuerySet(ScopedQuerySet):
    """The desk sees its bureau's recalls, a unit those of the lots that it held."""

    emergency_path = EVERYWHERE

    def outside(self, actor: Actor) -> list[Q]:
        """Recalls that are addressed to the actor's own organisations."""
        own = sorted(actor.own_business_ids)
        return [Q(Exists(RecallHolder.objects.filter(recall=OuterRef("pk"), organisation_id__in=own)))] if own else []


class Recall(models.Model):
    """召回单: why lots must not be used, what their holders are to do, and how it ended."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    number = models.CharField(max_length=30)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10)
    basis_ref = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    notice = models.CharField(max_length=500)
    status = models.CharField(max_length=8, default="active")
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=60)
    began_user_id = models.BigIntegerField(null=True)
    move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    end_move = models.ForeignKey("ledger.Move", on_delete=models.PROTECT, null=True, related_name="+")
    client_id = models.UUIDField(unique=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="recall_number_once"),
            models.CheckConstraint(condition=Q(status__in=RECALL_STATUSES), name="recall_status_is_known"),
            models.CheckConstraint(condition=Q(basis__in=RECALL_BASES), name="recall_basis_is_known"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(notice=""), name="recall_says_why_and_what"),
            models.CheckConstraint(
                condition=Q(status="active", ended_at=None, ended_by="", ended_reason="")
                | (~Q(status="active") & Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_reason="")),
                name="recall_ended_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(status="lifted", end_move__isnull=False) | (~Q(status="lifted") & Q(end_move=None)),
                name="recall_lifted_in_the_book",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "status", "-id"], name="recall_by_status")]

    def __str__(self) -> str:
        return self.number


class RecallLotQuerySet(ScopedQuerySet):
    """Read with the recall."""

    bureau_path = "recall__bureau_id"
    emergency_path = EVERYWHERE

    def outside(self, actor: Actor) -> list[Q]:
        """Lots of recalls that are addressed to the actor's own organisations."""
        own = sorted(actor.own_business_ids)
        found = RecallHolder.objects.filter(recall=OuterRef("recall_id"), organisation_id__in=own)
        return [Q(Exists(found))] if own else []


@append_only("is_stopped")
class RecallLot(models.Model):
    """召回批次. A lot is under one recall at a time: `is_stopped` turns false when the recall is lifted."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    is_stopped = models.BooleanField(default=True)

    objects = RecallLotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "lot"], name="recall_lot_once"),
            models.UniqueConstraint(fields=["lot"], condition=Q(is_stopped=True), name="recall_lot_stopped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id}/{self.lot_id}"


class RecallHolderQuerySet(ScopedQuerySet):
    """Read with the recall; a unit sees its own row only."""

    bureau_path = "recall__bureau_id"
    organisation_path = "organisation_id"
    emergency_path = EVERYWHERE

    def outside(self, actor: Actor) -> list[Q]:
        """Who only carries for an organisation answers nothing for it."""
        own = sorted(actor.own_business_ids)
        return [Q(organisation_id__in=own)] if own else []


@append_only()
class RecallHolder(models.Model):
    """持有单位: who had some of the lots, or had them on the way, when the recall began."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="holders")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")

    objects = RecallHolderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "organisation"], name="recall_holder_once")]

    def __str__(self) -> str:
        return f"{self.recall_id}/{self.organisation_id}"


class RecallAnswerQuerySet(RecallHolderQuerySet):
    """Read with the holder."""

    bureau_path = "holder__recall__bureau_id"
    organisation_path = "holder__organisation_id"

    def outside(self, actor: Actor) -> list[Q]:
        """A unit's own answers."""
        own = sorted(actor.own_business_ids)
        return [Q(holder__organisation_id__in=own)] if own else []


@append_only()
class RecallAnswer(models.Model):
    """召回回复: a holder was told, or says that he has stopped using the goods. The latest counts."""

    holder = models.ForeignKey(RecallHolder, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=8)
    spoken_to = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=60)
    user_id = models.BigIntegerField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = RecallAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ANSWER_KINDS), name="recall_answer_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="stopped") | ~Q(spoken_to=""), name="recall_answer_told_to_somebody"
            ),
            models.CheckConstraint(condition=~Q(answered_by=""), name="recall_answer_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id}: {self.kind}"


class RecallAnswerLineQuerySet(ScopedQuerySet):
    """Read with the answer."""

    bureau_path = "answer__holder__recall__bureau_id"
    emergency_path = EVERYWHERE

    def outside(self, actor: Actor) -> list[Q]:
        """A unit's own answers."""
        own = sorted(actor.own_business_ids)
        return [Q(answer__holder__organisation_id__in=own)] if own else []


@append_only()
class RecallAnswerLine(models.Model):
    """召回回复明细: how much of one lot the holder still has, in base units."""

    answer = models.ForeignKey(RecallAnswer, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="+")
    quantity_left = QuantityOrZeroField()

    objects = RecallAnswerLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "lot"], name="recall_answer_lot_once")]

    def __str__(self) -> str:
        return f"{self.answer_id}/{self.lot_id}: {self.quantity_left}"
