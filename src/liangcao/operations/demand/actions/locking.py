"""The lock of demand: one unit's row. And the mark that each change leaves on a requisition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from liangcao.foundation.database.bulk import Among
from liangcao.foundation.identity.actor import Actor
from liangcao.operations.demand.models import Requisition
from liangcao.reference.parties.models import Organisation


def lock_organisations(organisation_ids: Iterable[int]) -> None:
    """Lock units in sorted order. Foreign keys may still be written to them; SQLite has one writer anyway."""
    wanted = Among("pk", organisation_ids)
    list(Organisation.objects.filter(wanted).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def touch(requisition: Requisition, *, by: Actor, at: datetime) -> int:
    """Give the requisition its next version. The caller saves. Returns the version, for the lines that changed."""
    requisition.version += 1
    requisition.changed_by = by.name
    requisition.changed_at = at
    return requisition.version
