"""Workbooks made for the tests: no binary file is kept."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xlsx(*rows: Iterable[Any], then: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook of one sheet; `then(book, sheet)` may change it."""
    # A child of the tests reads this file as well, and has no need of it.
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "需求"
    for row in rows:
        sheet.append(list(row))
    if then:
        then(book, sheet)
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def repacked(
    content: bytes, *, change: dict[str, Callable[[bytes], bytes]] | None = None, add: dict[str, bytes] | None = None
) -> bytes:
    """The same workbook with some of its parts changed or added."""
    stored = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, (change or {}).get(name, lambda same: same)(part))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return stored.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    return repacked(xlsx(), change={"xl/worksheets/sheet1.xml": lambda _old: xml.encode()})


def sheet_xml(rows: str, *, prefix: str = "") -> str:
    """The XML of a sheet around its rows."""
    space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{prefix}worksheet '
        f'{space}="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    )


def record(kind: int, data: bytes = b"") -> bytes:
    """One record of an old workbook."""
    return struct.pack("<HH", kind, len(data)) + data


def xls(records: bytes, *, name: str = "需求", before: bytes = b"", streams: tuple[str, ...] = ("Workbook",)) -> bytes:
    """An old workbook of one sheet with these records; `before`: further records ahead of the sheet."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    title = name.encode("utf-16-le")
    sheet = struct.pack("<BBBB", 0, 0, len(name), 1) + title
    place = 4 + len(begin) + len(before) + 4 + 4 + len(sheet) + 4
    stream = record(0x0809, begin) + before + record(0x0085, struct.pack("<I", place) + sheet) + record(0x000A)
    assert len(stream) == place
    stream += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + records + record(0x000A)
    return compound(stream.ljust(4096, b"\0"), streams)


def label(row: int, column: int, text: str) -> bytes:
    """A text in a cell, from 0."""
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def value(row: int, column: int, number: float) -> bytes:
    """A number in a cell, from 0."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, number))


def compound(stream: bytes, names: tuple[str, ...]) -> bytes:
    """A compound file whose first stream is this one; the others are empty."""
    sectors = -(-len(stream) // 512)
    chain = [TABLE, END, *range(3, sectors + 2), END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    entries = [entry("Root Entry", 5, END, 0, child=1)]
    for number, name in enumerate(names, 1):
        sibling = number + 1 if number < len(names) else FREE
        entries.append(entry(name, 2, 2 if number == 1 else END, len(stream) if number == 1 else 0, sibling=sibling))
    directory = b"".join(entries).ljust(512, b"\0")
    assert len(table) == len(directory) == 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0).ljust(36 + 436, b"\xff")
    assert len(head) - 512 == 0, len(head)
    return head + table + directory + stream.ljust(sectors * 512, b"\0")


def entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, sibling: int = FREE) -> bytes:
    """One entry of the directory of a compound file."""
    written = name.encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(written) + 2, kind, 1, FREE, sibling, child)
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )
