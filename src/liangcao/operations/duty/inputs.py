"""What the actions take for each row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ShiftInput:
    """One shift of a roster."""

    post_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    deputy_id: int | None = None
