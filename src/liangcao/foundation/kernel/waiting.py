"""What waits for a person: one line on the home page, computed from the flow tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """A group of documents whose turn is the reader's. `url_name` and `url_query` lead to the list that shows them."""

    kind: str
    zh: str
    en: str
    count: int
    oldest_at: datetime | None
    url_name: str
    url_query: str = ""
    due_at: datetime | None = None
    is_overdue: bool = False
    url_args: tuple[object, ...] = field(default=())
