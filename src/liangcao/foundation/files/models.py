"""Stored files."""

from __future__ import annotations

from django.db import models

from liangcao.foundation.database.guards import append_only
from liangcao.foundation.database.scope import ScopedQuerySet


class StoredFileQuerySet(ScopedQuerySet):
    """A file is reached through the document it hangs on; by itself only the bureau's desk sees it."""


@append_only()
class StoredFile(models.Model):
    """Bytes that never change, named by their digest."""

    bureau_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    stored_at = models.DateTimeField()

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau_id", "digest", "name"], name="file_once_per_bureau")]

    def __str__(self) -> str:
        return self.name
