"""The round of allocation: tasks to replenish learn that their gap is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs.registry import periodic
from liangcao.operations.allocation.actions.replenishment import note_gaps
from liangcao.operations.allocation.models import Replenishment
from liangcao.reference.parties.queries import moment

NAME = "粮草"
EVERY = 300


@periodic("watch_replenishments", seconds=EVERY, zh="核对补货缺口", en="look after gaps to replenish")
def watch_replenishments(*, payload: dict[str, Any], at: datetime) -> None:
    """The gaps of every bureau with an open replenishment, compared with what is free and coming now."""
    bureaus = (
        Replenishment.objects.filter(task__status="open").order_by("bureau_id").values_list("bureau_id", flat=True)
    )
    for bureau_id in bureaus.distinct():
        note_gaps(bureau_id=bureau_id, by=Actor.system(NAME, bureau_id), at=moment(bureau_id, at))
