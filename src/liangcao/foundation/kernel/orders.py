"""先行后补: an act on a leader's word, before its papers are there. One rule for whatever may be done so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from liangcao.foundation.kernel.text import check_reason, check_required

PAPERS_DUE_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class LeadersWord:
    """Whose word it is, why, and how far it goes."""

    leader: str
    reason: str
    limit: str


def check_word(leader: str, reason: str, limit_note: str, *, what_zh: str, what_en: str) -> LeadersWord:
    """The word in clean texts. Raises Invalid LEADER_MISSING, REASON_MISSING, LIMIT_MISSING, TEXT_TOO_LONG."""
    return LeadersWord(
        check_required(
            leader, code="LEADER_MISSING", field="leader", zh="请填写下令的负责人", en="Name the leader", longest=60
        ),
        check_reason(reason, what_zh=what_zh, what_en=what_en),
        check_required(
            limit_note, code="LIMIT_MISSING", field="limit_note", zh="请填写授权的范围和上限",
            en="Say how far the word goes",
        ),
    )  # fmt: skip
