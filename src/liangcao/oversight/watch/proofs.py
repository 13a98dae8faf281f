"""What the daily proof of the books found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from liangcao.foundation.journal.queries import last_of_system

ACT, DIFFERS, NAME = "verify_books", "differs", "核验"
# A day, and time for the worker to be started again.
LATE = timedelta(hours=30)


# What a fault is about, by the beginning of its kind.
_ABOUT = (
    ("balance", ("结存与分录不符", "a balance is not what the entries say")),
    ("day_", ("日汇总与分录不符", "a day's sum is not what the entries say")),
    ("negative", ("结存低于零", "a balance is below zero")),
    ("journal", ("操作日志的链不符", "the chain of the journal")),
    ("seal", ("封条不符", "a seal")),
    ("stored_file", ("存档文件不符", "a stored file")),
    ("guard", ("缺少防改动的触发器", "triggers that forbid changes are missing")),
    ("", ("单据内容或次序不符", "the content or the order of documents")),
)


def fault_words(fault: dict[str, Any]) -> tuple[str, str]:
    """The first entry that does not fit, in both languages. The journal's entry says it to the letter."""
    zh, en = next(words for start, words in _ABOUT if str(fault["kind"]).startswith(start))
    place_zh, place_en = (f"第 {fault['seq']} 笔,", f"document {fault['seq']}, ") if fault["seq"] else ("", "")
    return (
        f"账本核验没有通过:{place_zh}{zh}。账本可能被人绕过程序改动,请暂停记账、保留现场并报告审计;详情见操作日志“核验账本”",
        f"The books do not prove right: {place_en}{en}. Somebody may have changed them past the program: stop posting, "
        'keep everything as it is, and tell the auditors. The journal has the details under "Verify the books"',
    )


def proof_alerts(bureau_id: int, at: datetime) -> Iterator[dict[str, Any]]:
    """A book that did not prove right, or that nobody has proved for more than a day. None where none was ever
    proved: its worker has not come round yet."""
    last = last_of_system(ACT, bureau_id=bureau_id)
    if last is None:
        return
    if last.result == DIFFERS:
        zh, en = fault_words((last.after or {})["first_bad"])
        yield {"kind": "books", "zh": zh, "en": en, "url_name": "journal"}
    elif at - last.at > LATE:
        hours = int((at - last.at).total_seconds()) // 3600
        yield {
            "kind": "books",
            "zh": f"账本已 {hours} 小时没有核验,请让系统管理员查看后台任务",
            "en": f"the books were not proved for {hours} hours: let an administrator look at the background jobs",
            "url_name": "job_list",
        }
