"""A register as a file, and places in it as cursors: what the doors share."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from django.core import signing

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.kernel.errors import Invalid
from liangcao.oversight.briefing.registers import Register, RowKey

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
_SALT = "register"


@dataclass(frozen=True)
class RegisterFile:
    """A file to hand out: whoever takes it closes `content`."""

    name: str
    content_type: str
    content: IO[bytes]


def register_as(made: Register, ending: str, *, made_at: datetime) -> RegisterFile:
    """A register as xlsx or pdf, read in one snapshot. Raises Invalid FORMAT_UNKNOWN, REGISTER_TOO_LONG."""
    scope = made.scope
    period = str(scope.to) if scope.from_ == scope.to else f"{scope.from_}-{scope.to}"
    name = f"{scope.said((made.zh, made.en))}-{period}.{ending}"
    if ending == "pdf":
        from liangcao.oversight.briefing.registers_pdf import register_pdf

        with snapshot():
            return RegisterFile(name, PDF, BytesIO(register_pdf(made, made_at=made_at)))
    if ending == "xlsx":
        from liangcao.oversight.briefing.registers_excel import write_register

        content: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the door closes it
        with snapshot():
            write_register(made, content, made_at=made_at)
        content.seek(0)
        return RegisterFile(name, EXCEL, content)
    raise Invalid("FORMAT_UNKNOWN", f"不能导出为“{ending[:20]}”", f'Cannot export as "{ending[:20]}"', field="format")


def cursor_of(key: RowKey) -> str:
    """The place of a row, signed: it goes into a query by the types it claims."""
    return signing.dumps(list(key), salt=_SALT)


def place_of(cursor: str) -> RowKey | None:
    """The place that a cursor names, None for none. Raises Invalid CURSOR_INVALID."""
    if not cursor:
        return None
    try:
        return tuple(signing.loads(cursor, salt=_SALT))
    except signing.BadSignature:
        raise Invalid(
            "CURSOR_INVALID", "翻页位置无效,请从第一页看起", "The page position is not valid; start from the first page",
            field="cursor",
        ) from None  # fmt: skip
