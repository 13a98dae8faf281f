"""One place that says what a failed database or disk means for whoever waits: busy, down, full, read-only, or nobody
knows. Pages, calls and commands all ask here."""

from __future__ import annotations

import errno

from django.db import Error, InterfaceError, OperationalError

from liangcao.foundation.database import outcome
from liangcao.foundation.database.codes import extended_code, primary_code, state_of
from liangcao.foundation.database.watched import CommitUnknown, NotCommitted, WritesHalted
from liangcao.foundation.kernel.errors import OutcomeUnknown, Unavailable

Words = tuple[str, str]


class _Interrupted(Unavailable):
    """One of the kinds below: its code, what is told of an act, and what of a page or list that was only to be read."""

    named: str
    of_act: Words
    of_reading: Words

    def __init__(self, *, is_reading: bool = False) -> None:
        super().__init__(self.named, *(self.of_reading if is_reading else self.of_act))


class DatabaseBusy(_Interrupted):
    """Others write, or too many ask; waiting helps."""

    named = "DATABASE_BUSY"
    of_act = (
        "数据库正忙,这次没有写入任何内容。请稍后用同一编号重试(直接重新提交即可)",
        "The database is busy; nothing was written. Try again shortly with the same id (just submit again)",
    )
    of_reading = ("数据库正忙,请稍后再试", "The database is busy; try again shortly")


class DatabaseDown(_Interrupted):
    """No connection, or one that broke off before anything was committed."""

    named = "DATABASE_DOWN"
    of_act = (
        "数据库暂时连不上,这次没有写入任何内容。请稍后用同一编号重试;一直如此请告诉系统管理员",
        "The database cannot be reached; nothing was written. Try again shortly with the same id; tell the "
        "administrator if it stays so",
    )
    of_reading = (
        "数据库暂时连不上,请稍后再试;一直如此请告诉系统管理员",
        "The database cannot be reached; try again shortly, and tell the administrator if it stays so",
    )


class StorageFull(_Interrupted):
    """No space left on the disk of the database or of the files."""

    status = 507
    named = "STORAGE_FULL"
    of_act = (
        "服务器磁盘已满,这次没有写入任何内容;查阅不受影响。请告诉系统管理员腾出空间,之后用同一编号重试",
        "The server's disk is full; nothing was written, reading goes on. Tell the administrator to free some space, "
        "then try again with the same id",
    )
    of_reading = (
        "服务器磁盘已满。请告诉系统管理员腾出空间",
        "The server's disk is full. Tell the administrator to free some space",
    )


class StorageReadOnly(_Interrupted):
    """The disk, or the database, takes no writes."""

    status = 507
    named = "STORAGE_READ_ONLY"
    of_act = (
        "数据库或磁盘现在只读,这次没有写入任何内容;查阅不受影响。请告诉系统管理员,恢复后用同一编号重试",
        "The database or its disk is read-only; nothing was written, reading goes on. Tell the administrator, then "
        "try again with the same id",
    )
    of_reading = (
        "数据库或磁盘现在只读。请告诉系统管理员",
        "The database or its disk is read-only. Tell the administrator",
    )


class StorageFault(_Interrupted):
    """The disk fails: what it says it keeps cannot be believed."""

    named = "STORAGE_FAULT"
    of_act = (
        "服务器磁盘出错,这次没有写入任何内容。请告诉系统管理员:检查磁盘,再重启服务,之后用同一编号重试",
        "The server's disk fails; nothing was written. Tell the administrator to check the disk and restart the "
        "service, then try again with the same id",
    )
    of_reading = (
        "服务器磁盘出错。请告诉系统管理员检查磁盘",
        "The server's disk fails. Tell the administrator to check it",
    )


# SQLite's primary codes: https://www.sqlite.org/rescode.html
_SQLITE: dict[int, type[_Interrupted]] = {
    5: DatabaseBusy,  # SQLITE_BUSY
    6: DatabaseBusy,  # SQLITE_LOCKED
    7: DatabaseBusy,  # SQLITE_NOMEM
    8: StorageReadOnly,  # SQLITE_READONLY
    10: StorageFault,  # SQLITE_IOERR
    11: StorageFault,  # SQLITE_CORRUPT
    13: StorageFull,  # SQLITE_FULL
    14: DatabaseDown,  # SQLITE_CANTOPEN
}
# No room for the index of the log: what the first reader on a full disk meets.
_NO_ROOM_FOR_INDEX = 4874  # SQLITE_IOERR_SHMSIZE
# PostgreSQL's states, the longest that fits first.
_POSTGRESQL: tuple[tuple[str, type[_Interrupted]], ...] = (
    ("53100", StorageFull),
    ("53", DatabaseBusy),  # out of memory, too many connections
    ("25006", StorageReadOnly),
    ("40001", DatabaseBusy),
    ("40P01", DatabaseBusy),
    ("55P03", DatabaseBusy),  # a lock was not free in time
    ("57014", DatabaseBusy),  # a statement took too long
    ("57", DatabaseDown),
    ("08", DatabaseDown),
    ("58", StorageFault),
    ("XX001", StorageFault),
    ("XX002", StorageFault),
)
_SYSTEM: dict[int, type[_Interrupted]] = {
    errno.ENOSPC: StorageFull,
    errno.EDQUOT: StorageFull,
    errno.EROFS: StorageReadOnly,
    errno.EIO: StorageFault,
}
# The engine chose this transaction as the victim of another; it had committed nothing and may simply be done again.
_VICTIM_STATES = ("40001", "40P01")


def interruption_of(error: BaseException, *, is_reading: bool = False) -> Unavailable | None:
    """What to tell whoever waits, or None where the fault is our own. `is_reading`: nothing was to be written."""
    kind = _kind_of(error)
    if kind is None:
        return None
    outcome.note_fault()
    if is_reading:
        return kind(is_reading=True)
    if isinstance(error, CommitUnknown) or not outcome.current().has_written_nothing:
        return OutcomeUnknown()
    return kind()


def _kind_of(error: BaseException) -> type[_Interrupted] | None:
    if isinstance(error, WritesHalted):
        return StorageFault
    if isinstance(error, NotCommitted):
        return DatabaseBusy
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0)
    if not isinstance(error, Error):
        return None
    if extended_code(error) == _NO_ROOM_FOR_INDEX:
        return StorageFull
    code, state = primary_code(error), state_of(error)
    if code is not None:
        return _SQLITE.get(code)
    if state is not None:
        return next((kind for start, kind in _POSTGRESQL if state.startswith(start)), None)
    # A connection that could not be made, or is gone, says no state.
    return DatabaseDown if isinstance(error, (OperationalError, InterfaceError)) else None


def may_try_again(error: BaseException) -> bool:
    """Whether the door should do the same once more before it tells anybody: after a deadlock, with nothing committed,
    a few times at most."""
    now = outcome.current()
    if state_of(error) not in _VICTIM_STATES or isinstance(error, CommitUnknown) or not now.has_written_nothing:
        return False
    now.tries += 1
    return now.tries <= outcome.MOST_TRIES
