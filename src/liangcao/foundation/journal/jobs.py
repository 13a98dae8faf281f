"""The journal's round: each minute what was written since goes into the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liangcao.foundation.jobs.registry import periodic
from liangcao.foundation.journal.batches import close_counts, cut_batches


@periodic("journal_batch", seconds=60, zh="日志入链", en="chain the journal")
def chain_journal(*, payload: dict[str, Any], at: datetime) -> None:
    """Counters of refusals become entries, entries become batches."""
    close_counts()
    cut_batches()
