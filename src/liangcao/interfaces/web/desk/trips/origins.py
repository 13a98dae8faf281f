"""From a source or a receipt to the trips that fetched its goods."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.titles import code
from liangcao.interfaces.web.document import Link
from liangcao.operations.trips import queries


def trip_links(request: Any, **which: int) -> list[Link]:
    """A link to each trip of a source (`source_id`) or of a receipt (`receipt_id`), as far as the reader sees trips."""
    rows = queries.trips(request.actor, request.bureau.pk, **which).order_by("pk")[:20]  # type: ignore[arg-type]
    return [Link(_("提货车次"), code(row.number), address("trip", row.pk)) for row in rows]
