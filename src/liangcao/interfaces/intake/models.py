"""ImportRun, ImportRow, SenderLayout: what somebody sent, how it was understood, and what became of each row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from liangcao.foundation.database.scope import ScopedQuerySet
from liangcao.interfaces.intake.flow import IMPORT_FLOW, IMPORT_ROW_FLOW, LIVE

LONGEST_SENDER = 60


class ImportRunQuerySet(ScopedQuerySet):
    """The desk sees its bureau's imports. An appointment narrowed to stores, regions or emergencies sees none: a file
    names whatever its sender wrote."""


class ImportRun(models.Model):
    """导入: one file or pasted text of one kind. The original is kept for good. `version` grows with each correction.

    `given`: what a person said of the whole (store, kind of unit …). `digest` is that of the bytes, `content_digest`
    that of the rows as read, so that the same list saved anew is known again. `told`: notices, problems of tables and
    rows left out, as the reader said them. `refusal`: why the last reading or import was refused.
    """

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    number = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64, blank=True)
    sender = models.CharField(max_length=LONGEST_SENDER, blank=True)
    status = models.CharField(max_length=10, default="waiting")
    version = models.PositiveIntegerField(default=1)
    given = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    refusal = models.JSONField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_expected = models.PositiveIntegerField(default=0)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sent_again")
    started_by = models.CharField(max_length=60)
    started_user_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(unique=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="import_number_once"),
            models.UniqueConstraint(
                fields=["bureau", "kind", "digest"],
                condition=Q(status__in=LIVE),
                name="import_open_once_per_file",
            ),
            models.CheckConstraint(condition=Q(status__in=tuple(IMPORT_FLOW)), name="import_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status__in=("imported", "known", "discarded")) | Q(ended_at__isnull=False),
                name="import_ended_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="known") | (Q(same_as__isnull=False) & ~Q(same_as=F("id"))),
                name="import_known_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "-id"], name="import_by_bureau"),
            models.Index(fields=["bureau", "kind", "content_digest"], name="import_by_content"),
        ]

    def __str__(self) -> str:
        return self.number


class ImportRowQuerySet(ScopedQuerySet):
    """As the import that they belong to."""

    bureau_path = "run__bureau_id"


class ImportRow(models.Model):
    """One line that was read: where it stands, what was written there, how it is understood now, what became of it.

    `written`: the texts of the file's row. `values`: what is to be imported, by key, as texts. `settled`: reasons that
    a person has confirmed. `digest`: of what the row says, by which it is known again in a later file.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField()
    written = models.CharField(max_length=1000, blank=True)
    values = models.JSONField(default=dict)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, db_index=False)
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, null=True, db_index=False)
    store = models.ForeignKey("parties.Store", on_delete=models.PROTECT, null=True, db_index=False)
    # Pieces of the base unit in the unit as written, where a person said so.
    factor = models.PositiveIntegerField(null=True)
    candidates = models.JSONField(default=list)
    told = models.JSONField(default=list)
    settled = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    status = models.CharField(max_length=10)
    digest = models.CharField(max_length=32)
    changed_by = models.CharField(max_length=60, blank=True)
    made_kind = models.CharField(max_length=20, blank=True)
    made_id = models.BigIntegerField(null=True)
    made_ref = models.CharField(max_length=80, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
            models.CheckConstraint(condition=Q(status__in=tuple(IMPORT_ROW_FLOW)), name="import_row_status_is_known"),
            models.CheckConstraint(
                condition=(Q(status="done") & ~Q(made_kind="")) | (~Q(status="done") & Q(made_kind="")),
                name="import_row_done_made_something",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "status", "number"], name="import_row_by_status"),
            models.Index(fields=["digest"], name="import_row_by_digest", condition=Q(status="done")),
            models.Index(fields=["made_kind", "made_id"], name="import_row_by_made", condition=Q(status="done")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class SenderLayoutQuerySet(ScopedQuerySet):
    """The desk's own."""


class SenderLayout(models.Model):
    """What the columns of a table with these headers mean, as it was last imported; offered when they come again."""

    bureau = models.ForeignKey("parties.Bureau", on_delete=models.PROTECT)
    kind = models.CharField(max_length=30)
    signature = models.CharField(max_length=64)
    sender = models.CharField(max_length=LONGEST_SENDER, blank=True)
    layout = models.JSONField()
    saved_by = models.CharField(max_length=60)
    saved_at = models.DateTimeField()

    objects = SenderLayoutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "kind", "signature"], name="layout_once_per_headers"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:12]}"
