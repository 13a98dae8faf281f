"""Journal entries, their batches, and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor

SHARED = 0


class JournalEntryQuerySet(ScopedQuerySet):
    """Auditors of a bureau read its entries, and those of the catalogue that all bureaus share (no bureau)."""

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and for everybody at a desk what belongs to no bureau."""
        shared = self.filter(bureau_id=None) if actor.bureau_ids else self.none()
        return super().visible_to(actor) | shared


class JournalBatchQuerySet(ScopedQuerySet):
    """Batches of a bureau's chain, and of the chain of what belongs to no bureau."""

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and for everybody at a desk the shared chain."""
        shared = self.filter(bureau_id=SHARED) if actor.bureau_ids else self.none()
        return super().visible_to(actor) | shared


@append_only()
class JournalBatch(models.Model):
    """A link of a journal's chain: the digests of the entries that were in no batch when it was cut."""

    bureau_id = models.BigIntegerField()  # SHARED: the chain of what belongs to no bureau
    seq = models.BigIntegerField()
    cut_at = models.DateTimeField()
    entries = models.JSONField()  # [[entry id, digest of its content], …] by id
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = JournalBatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau_id", "seq"], name="journal_batch_once_in_chain")]

    def __str__(self) -> str:
        return f"{self.bureau_id}/{self.seq}"


@append_only(set_once=("batch",))
class JournalEntry(models.Model):
    """One act, done or refused. A plain insert; the next batch takes it into the chain.

    No names of persons: `user_id` and the roles held say who, `program` names what acts without a user.
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())  # the database's clock; `at` may be an exercise's
    bureau_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    program = models.CharField(max_length=60, blank=True)
    roles = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=150, blank=True)  # door, address, request id
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    result = models.CharField(max_length=40, default="ok")
    batch = models.ForeignKey(JournalBatch, models.PROTECT, null=True, db_index=False, related_name="+")

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["bureau_id", "-id"], name="journal_by_bureau"),
            models.Index(fields=["object_kind", "object_ref"], name="journal_by_object"),
            # Few: what the program did of its own accord. A page asks for its last round.
            models.Index(
                fields=["bureau_id", "action", "-id"], name="journal_of_program", condition=models.Q(user_id=None)
            ),
            models.Index(fields=["id"], name="journal_unchained", condition=models.Q(batch=None)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_ref}"


class RefusalCountQuerySet(ScopedQuerySet):
    """Counters are nobody's reading."""

    bureau_path = None


class RefusalCount(models.Model):
    """How many refusals one origin met in one minute. Beyond a limit only this row counts on; the next batch turns it
    into one entry and deletes it."""

    origin = models.CharField(max_length=60)
    minute = models.DateTimeField()
    count = models.BigIntegerField()

    objects = RefusalCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "minute"], name="refusals_once_per_minute")]

    def __str__(self) -> str:
        return f"{self.origin} {self.count}"


class ClaimQuerySet(ScopedQuerySet):
    """Claims are nobody's reading."""

    bureau_path = None


class Claim(models.Model):
    """A client-made id that has been used: same id and same body give the same answer, another body is refused."""

    id = models.UUIDField(primary_key=True, editable=False)
    action = models.CharField(max_length=60)
    body_digest = models.CharField(max_length=64)
    ref = models.CharField(max_length=80, blank=True)
    user_id = models.BigIntegerField(null=True)
    claimed_at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class NumberingQuerySet(ScopedQuerySet):
    """Counters are nobody's reading."""

    bureau_path = None


class Numbering(models.Model):
    """The last number given to a kind of document of a bureau. The row is locked until the document is written or
    dropped."""

    bureau_id = models.BigIntegerField()
    prefix = models.CharField(max_length=4)
    last = models.BigIntegerField()

    objects = NumberingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau_id", "prefix"], name="numbering_once_per_bureau")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"
