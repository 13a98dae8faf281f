"""Edition: a briefing as it went out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import EVERYWHERE, ScopedQuerySet


class EditionQuerySet(ScopedQuerySet):
    """Editions of the actor's bureaus."""

    emergency_path = EVERYWHERE


@append_only()
class Edition(models.Model):
    """通报 of a bureau and a business date, frozen: its figures, its texts, its Word and Excel files. Never changed.

    A correction is a further revision of the same date; it names what differs from the edition before it.
    """

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT, related_name="editions")
    emergency = models.ForeignKey("parties.Emergency", on_delete=models.PROTECT, null=True)
    business_date = models.DateField()
    revision = models.PositiveSmallIntegerField()
    cutoff_at = models.DateTimeField()
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    figures = models.JSONField()
    figures_digest = models.CharField(max_length=64)
    text_zh = models.TextField()
    text_en = models.TextField()
    chat_zh = models.TextField()
    note = models.CharField(max_length=2000, blank=True)
    word = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    excel = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    frozen_by = models.CharField(max_length=60)
    frozen_user_id = models.BigIntegerField(null=True)
    frozen_at = models.DateTimeField()
    client_id = models.UUIDField(unique=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "business_date", "revision"], name="edition_revision_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="edition_revision_from_one"),
            models.CheckConstraint(condition=~Q(frozen_by=""), name="edition_frozen_by_somebody"),
            models.CheckConstraint(condition=Q(cutoff_at__lte=F("frozen_at")), name="edition_frozen_after_its_cutoff"),
        ]

    def __str__(self) -> str:
        return f"{self.business_date}/{self.revision}"
