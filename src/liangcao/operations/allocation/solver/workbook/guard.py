"""A workbook is a program somebody else wrote: looked over before any of it is opened, and never run."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as Xml

from liangcao.foundation.kernel.errors import Invalid

FILE_BYTES_MAX = 30 << 20
UNPACKED_BYTES_MAX = 100 << 20
RATIO_MAX = 100
# Below this size a high ratio is only a small sheet of equal rows.
RATIO_COUNTS_FROM_BYTES = 10 << 20
ROWS_MAX = 200_000

_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")
_FAR_CELL = re.compile(rb'<c\b[^>]*\br="[A-Z]{3,}\d')
_ROW_NUMBER = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


# Whatever a few flipped bytes make the standard library raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    Xml.ParseError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


@dataclass(frozen=True)
class Inspection:
    """Cells, by sheet name, that hold an error or a formula without a result: (row, column from 0) → what is there."""

    broken: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)


def inspect(path: Path) -> Inspection:
    """Look a workbook over without opening it. Raises `Invalid` for what must not be read."""
    try:
        size = path.stat().st_size
        head = path.open("rb").read(8)
    except OSError:
        raise _refused(
            "FILE_MISSING", path, "文件不存在或无法读取", "the file does not exist or cannot be read"
        ) from None
    if size > FILE_BYTES_MAX:
        raise _refused("FILE_TOO_LARGE", path, "文件过大(上限 30 MB)", "the file is too large (30 MB at most)")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Inspection()
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path, archive)
            return Inspection(_broken_cells(path, archive))
    except _DAMAGE:
        raise not_a_workbook(path) from None


def _refused(code: str, path: Path, zh: str, en: str) -> Invalid:
    return Invalid(code, f"{path.name}:{zh}", f"{path.name}: {en}")


def not_a_workbook(path: Path) -> Invalid:
    """For a file that no spreadsheet program wrote, or that was damaged on the way."""
    return _refused(
        "FILE_DAMAGED",
        path,
        "不是工作簿或文件已损坏,请重新导出为 .xlsx",
        "no workbook, or damaged: export it again as .xlsx",
    )


def encrypted(path: Path) -> Invalid:
    """For a file that asks for a password."""
    return _refused("FILE_ENCRYPTED", path, "文件已加密,请去掉密码", "the file has a password: remove it")


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if unpacked > UNPACKED_BYTES_MAX or (unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > RATIO_MAX * packed):
        raise _refused("FILE_UNPACKS_TOO_LARGE", path, "文件解压后过大,已拒绝", "the file unpacks too large")
    if any(member.flag_bits & 1 for member in members):
        raise encrypted(path)
    names = [member.filename.lower() for member in members]
    if any("vbaproject" in name or "externallinks/" in name or "embeddings/" in name for name in names):
        raise _refused(
            "FILE_WITH_MACROS", path, "不接受含宏、外部链接或嵌入对象的文件,请另存为普通 .xlsx",
            "macros, external links and embedded objects are not accepted: save it as a plain .xlsx",
        )  # fmt: skip
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels")):
            with archive.open(member) as part:
                start = part.read(4096).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise _refused("FILE_UNSAFE", path, "文件含不安全内容", "the file holds unsafe content")


def _broken_cells(path: Path, archive: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    broken = {}
    for sheet, part in _sheet_parts(archive).items():
        content = archive.read(part)
        last_row = max((int(number) for number in _ROW_NUMBER.findall(content)), default=0)
        if max(last_row, content.count(b"<row")) > ROWS_MAX or _FAR_CELL.search(content):
            raise _refused(
                "TOO_MANY_ROWS", path, f"工作表“{sheet}”超过 {ROWS_MAX} 行或 702 列,请删去表外的空行空列",
                f"sheet {sheet!r} has over {ROWS_MAX} rows or 702 columns: delete the empty ones outside the table",
            )  # fmt: skip
        if b"<f" in content or b't="e"' in content:
            broken[sheet] = dict(_broken_in(content))
    return broken


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → the part that holds it. The parts were checked: there is no document type, so no entity either."""
    relations = Xml.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = Xml.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    parts = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            parts[sheet.get("name", "")] = part
    return parts


def _broken_in(content: bytes) -> list[tuple[tuple[int, int], str]]:
    found = []
    for cell in _CELL.finditer(content):
        attributes, body = cell.group(1), cell.group(2) or b""
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue
        value = _VALUE.search(body)
        if b't="e"' in attributes:
            what = value.group(1).decode("utf-8", "replace") if value else "#?"
        elif b"<f" in body and value is None and b't="str"' not in attributes:
            what = "="
        else:
            continue
        found.append(((int(reference.group(2)) - 1, _column_number(reference.group(1))), what))
    return found


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
