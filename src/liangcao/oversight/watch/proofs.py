"""What the daily proof of the books found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.journal.queries import last_of_system

ACT, DIFFERS, NAME = "verify_books", "differs", "核验"
# A day, and time for the worker to be started again.
LATE = timedelta(hours=30)


def fault_words(fault: dict[str, Any]) -> tuple[str, str]:
    """The first entry that does not fit, in both languages."""
    place = f"#{fault['seq']} {fault['kind']}: {fault['what']}"
    return (
        f"账本核验没有通过,第一处:{place}。账本可能被人绕过程序改动,请暂停记账,保留现场并报告审计",
        f"The books do not prove right, first fault: {place}. Somebody may have changed them past the program: stop "
        "posting, keep everything as it is, and tell the auditors",
    )


def proof_alerts(bureau_id: int, at: datetime) -> Iterator[dict[str, Any]]:
    """A book that did not prove right, or that nobody has proved for more than a day. None where none was ever
    proved: its worker has not come round yet."""
    last = last_of_system(ACT, bureau_id=bureau_id)
    if last is None:
        return
    if last.result == DIFFERS:
        zh, en = fault_words((last.after or {})["first_bad"])
        yield {"kind": "books", "zh": zh, "en": en, "url_name": "seal_list"}
    elif at - last.at > LATE:
        hours = int((at - last.at).total_seconds()) // 3600
        yield {
            "kind": "books",
            "zh": f"账本已 {hours} 小时没有核验,请让系统管理员查看后台任务",
            "en": f"the books were not proved for {hours} hours: let an administrator look at the background jobs",
            "url_name": "seal_list",
        }
