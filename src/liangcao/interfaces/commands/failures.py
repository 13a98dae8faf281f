"""What can go wrong around a command — disk, port, database — as one sentence with what to do."""

from __future__ import annotations

import errno
import sys

from liangcao.foundation.kernel.errors import Refusal, Unavailable
from liangcao.interfaces.commands.words import in_words, language

_FULL = (errno.ENOSPC, errno.EDQUOT)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


def interruption(error: BaseException) -> Unavailable | None:
    """What a database or disk that does not take it now means; None for everything else, and without a database."""
    if "django" not in sys.modules:
        return None
    from liangcao.foundation.database.faults import interruption_of

    return interruption_of(error)


def sentence_of(error: BaseException) -> str | None:
    """The sentence for a failure that was foreseen, in the user's language; None for one that was not."""
    if isinstance(error, Refusal):
        return error.message(language())
    if isinstance(error, OSError):
        return _of_system(error)
    if "django" in sys.modules:
        from django.db.utils import DatabaseError, InterfaceError

        if isinstance(error, (DatabaseError, InterfaceError)):
            return _of_database(str(error))
    return None


def _of_system(error: OSError) -> str | None:
    where = error.filename or ""
    if error.errno in _FULL:
        return in_words(
            f"磁盘已满,未写完 {where}。请腾出空间后重试",
            f"The disk is full; {where} was not finished. Free some space and try again",
        )
    if error.errno in _DENIED:
        return in_words(
            f"没有权限写入或读取 {where}。请检查该路径的权限,或用 LIANGCAO_HOME 换一个数据目录",
            f"No permission for {where}. Check its permissions, or choose another data folder with LIANGCAO_HOME",
        )
    if error.errno == errno.EADDRINUSE:
        return in_words("端口已被占用,请用 --bind 换一个端口", "The port is in use; choose another with --bind")
    if error.errno == errno.ENOENT:
        return in_words(f"没有这个文件或目录:{where}", f"No such file or folder: {where}")
    if error.errno == errno.EISDIR:
        return in_words(f"{where} 是目录,不是文件", f"{where} is a folder, not a file")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return in_words(f"{where} 不是目录", f"{where} is not a folder")
    return None


# A part of what SQLite or PostgreSQL says, and our two sentences for it.
_DATABASE_WORDS = (
    (
        ("disk is full", "No space left"),
        (
            "磁盘已满,数据库未写入。请腾出空间后重试",
            "The disk is full; nothing was written. Free some space and try again",
        ),
    ),
    (
        ("readonly database", "read-only"),
        (
            "数据库只读,不能写入。请检查数据目录的权限",
            "The database is read-only. Check the permissions of the data folder",
        ),
    ),
    (
        ("file is not a database", "malformed"),
        ("该文件不是粮草的数据库,或已损坏。请检查 --db", "The file is not a database, or is damaged. Check --db"),
    ),
    (
        ("no such table", "does not exist", "no such column"),
        (
            "数据库未建立或版本不符。请先运行 liangcao migrate",
            "The database is not set up or of another version. Run liangcao migrate first",
        ),
    ),
    (
        ("unable to open database file",),
        (
            "打不开数据库文件。请检查路径和目录权限",
            "Cannot open the database file. Check the path and the folder's permissions",
        ),
    ),
    (
        ("database is locked",),
        (
            "数据库正忙(另一个程序在写入)。请稍后重试",
            "The database is busy (another program is writing). Try again later",
        ),
    ),
    (
        ("connection", "could not connect", "password authentication"),
        (
            "连不上数据库服务器。请检查 --db 或 LIANGCAO_DATABASE_URL,以及服务器是否在运行",
            "Cannot reach the database server. Check --db or LIANGCAO_DATABASE_URL, and that the server runs",
        ),
    ),
)


def _of_database(told: str) -> str | None:
    for parts, (zh, en) in _DATABASE_WORDS:
        if any(part in told for part in parts):
            return in_words(zh, en)
    return None
