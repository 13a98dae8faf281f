"""Journal entries and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import ScopedQuerySet

if TYPE_CHECKING:
    from liangcao.foundation.identity.actor import Actor


class JournalEntryQuerySet(ScopedQuerySet):
    """Auditors of a bureau read its entries, and those of the catalogue that all bureaus share (no bureau)."""

    def visible_to(self, actor: Actor) -> Self:
        """The base rule, and for everybody at a desk what belongs to no bureau."""
        shared = self.filter(bureau_id=None) if actor.bureau_ids else self.none()
        return super().visible_to(actor) | shared


@append_only()
class JournalEntry(models.Model):
    """One act, done or refused. Plain insert; chained in batches with a later issue."""

    at = models.DateTimeField()
    bureau_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_ref = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    result = models.CharField(max_length=40, default="ok")

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["bureau_id", "-id"], name="journal_by_bureau"),
            models.Index(fields=["object_kind", "object_ref"], name="journal_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_ref}"


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
