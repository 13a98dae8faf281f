"""What of a return waits for somebody, in one sentence for the outbox."""

from __future__ import annotations

from liangcao.foundation.outbox.notices import Notice
from liangcao.operations.custody.models import UnitReturn


def coming_back(held: UnitReturn) -> Notice:
    """A unit announces goods: who keeps the stores takes them in."""
    return Notice(
        key=f"{held.bureau_id} {held.number} asked",
        zh=f"{held.organisation.name}要退回物资(退回单 {held.number}),请安排收回",
        en=f"{held.organisation.name} gives goods back (return {held.number}): take them in",
        page="unit_return",
        page_id=held.pk,
        bureau_id=held.bureau_id,
        object_name="unit_return",
        act="receive",
    )
