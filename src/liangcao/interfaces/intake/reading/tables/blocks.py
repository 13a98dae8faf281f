"""The tables of a sheet: where each begins and ends, the titles above it and what closes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from liangcao.interfaces.intake.reading.tables import columns as c
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, is_blank, text_of
from liangcao.interfaces.intake.reading.tables.dates import is_day
from liangcao.interfaces.intake.reading.tables.headers import Finder, Header

TITLE = re.compile(
    r"(?:表|公示|公告|通告|清单|明细|统计|汇总|情况|一览|报告|台账)\s*(?:[(（].*[)）])?$|^第.{1,6}[期批]|[年月]\d|\d月|填报|(?:日期|时间|单位)\s*[:：]"
)
NOTE = re.compile(
    r"^(?:[*※]|[(（]?(?:注|备注|说明|附注|附|备)\s*[:：]|注\d|填表|制表|审核|审批|复核|经办|负责人|统计人|统计员|联系人|联系电话|签字|签名|签收|盖章|"
    r"数据来源|数据截至|截至|截止|以上|打印|第\d+页|共\s*[\d,]+\s*[页条行项笔]|[\d,]+ rows?$|note\b|source\b|prepared by"
    r"|signature)", re.IGNORECASE,
)  # fmt: skip
TOTAL = re.compile(
    r"^(?:[^\s\d]{0,12}?(?:小计|合计|总计|共计|总合计)|(?:小计|合计|总计|共计|累计|总和)(?:[(（:：].*)?"
    r"|.{0,8}(?:sub-?\s?total|grand total|total))\s*[:：]?$",
    re.IGNORECASE,
)
_LONGEST_SUM = 24
# A sheet with more tables than this is no list of goods.
MOST_TABLES = 500
# So far below a header its columns are looked into.
_FAR = 250


@dataclass(slots=True)
class Block:
    """One table: the columns it spans, its header (None: guessed), its rows from `first` to before `last`, by index.

    `titles`: texts above it. `repeats`: rows where its header is printed again.
    `closing`: from this index on, rows only sign or date the table.
    """

    header: Header | None
    columns: c.Columns
    left: int
    right: int
    first: int
    last: int
    closing: int
    titles: list[str] = field(default_factory=list)
    title_rows: list[int] = field(default_factory=list)
    repeats: set[int] = field(default_factory=set)


# A header, the tables under it with the columns they span, and the rows where it is printed again.
_Headed = tuple[Header, list[tuple[c.Columns, tuple[int, int]]], set[int]]


def blocks(grid: Grid, merges: Merges, finder: Finder) -> list[Block]:
    """The tables of a sheet from left to right and from the top."""
    width = max((len(row) for row in grid.rows), default=0)
    bands = _bands(grid.rows, width)
    if len(bands) > 1:
        found = [list(_band(grid, finder, left, right)) for left, right in bands]
        with_header = [band for band, tables in zip(bands, found, strict=True) if tables]
        if len(with_header) > 1:
            joined = _joined(bands, with_header)
            return [block for left, right in joined for block in _band(grid, finder, left, right)]
    return list(_band(grid, finder, 0, width))


def _bands(rows: Sequence[Sequence[Any]], width: int) -> list[tuple[int, int]]:
    """The runs of columns that hold anything, cut where a column is blank from top to bottom."""
    blank = set(range(width))
    for row in rows:
        if not blank:
            return [(0, width)]
        blank -= {column for column in blank if column < len(row) and not is_blank(row[column])}
    bands: list[tuple[int, int]] = []
    for column in range(width):
        if column in blank:
            continue
        if bands and bands[-1][1] == column:
            bands[-1] = (bands[-1][0], column + 1)
        else:
            bands.append((column, column + 1))
    return bands


def _joined(bands: list[tuple[int, int]], with_header: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Bands without a header of their own belong to the one on their left."""
    joined: list[tuple[int, int]] = []
    for band in bands:
        if joined and band not in with_header:
            joined[-1] = (joined[-1][0], band[1])
        else:
            joined.append(band)
    return joined


def _band(grid: Grid, finder: Finder, left: int, right: int) -> Iterator[Block]:
    rows = grid.rows
    found = list(_headers(grid, finder, left, right))
    above = 0
    for number, (header, tables, repeats) in enumerate(found):
        following = found[number + 1][0].start if number + 1 < len(found) else len(rows)
        is_last = number + 1 == len(found)
        last = following if is_last else _titles_from(rows, left, right, header.stop, following)
        title_rows = [index for index in range(above, header.start) if not _is_blank_row(rows[index], left, right)]
        closing = _closing(rows, tables, header.stop, last) if is_last else last
        for columns, (start, end) in tables:
            titles = [text for index in title_rows for text in _title(rows[index], left, right, start, end)]
            if len(tables) > 1:
                titles += dict.fromkeys(
                    cell.group for cell in header.cells if start <= cell.column < end and cell.group
                )
            yield Block(header, columns, start, end, header.stop, last, closing, titles, title_rows, repeats)
        above = last
    guess = _guess(rows, left, right) if not found else []
    if guess:
        yield Block(None, c.Columns(guess), left, right, 0, len(rows), len(rows))


def _headers(grid: Grid, finder: Finder, left: int, right: int) -> Iterator[_Headed]:
    """The headers of a band, each with the tables under it and the rows where it is only printed again."""
    rows, index, found = grid.rows, 0, 0
    counted: list[int] = []
    last: _Headed | None = None
    while index < len(rows):
        row = rows[index]
        if found >= MOST_TABLES or (last and any(_is_count(row, column) for column in counted)):
            index += 1
            continue
        header = finder.at(index, left, right, closely=not last or _is_blank_row(rows[index - 1], left, right))
        if header is None:
            index += 1
            continue
        index = header.stop
        if last and _is_again(rows, left, right, last, header):
            last[2].update(range(header.start, header.stop))
            continue
        tables, following = [], _next_header(finder, header.stop, left, right)
        for cells in c.segments(finder, header):
            decided = c.decide(finder, cells, header.stop, following)
            tables.append((decided, (cells[0].column, cells[-1].column + 1)))
        counted = [use.column for decided, _ in tables for use in decided.quantities()]
        if last:
            yield last
        last, found = (header, tables, set()), found + 1
    if last:
        yield last


def _next_header(finder: Finder, start: int, left: int, right: int) -> int:
    """Where the next header stands below a blank row, as far as cells are looked at; else where the sheet ends."""
    rows = finder.rows
    for index in range(start + 1, min(len(rows), start + _FAR)):
        if _is_blank_row(rows[index - 1], left, right) and finder.at(index, left, right, closely=False):
            return index
    return len(rows)


def _is_again(rows: Sequence[Sequence[Any]], left: int, right: int, last: _Headed, header: Header) -> bool:
    """Whether a header only repeats the one before it, as on a new page, without a title of its own."""
    if [cell.text for cell in header.cells] != [cell.text for cell in last[0].cells]:
        return False
    begin = _titles_from(rows, left, right, last[0].stop, header.start)
    return all(_is_blank_row(rows[index], left, right) for index in range(begin, header.start))


def is_sum_row(row: Sequence[Any], left: int) -> bool:
    """Whether a row says first of all that it is a sum: 合计 stands before the goods that it sums."""
    for cell in row[left:]:
        if not is_blank(cell):
            text = cell if isinstance(cell, str) else ""
            return len(text) <= _LONGEST_SUM and TOTAL.match("".join(text.split())) is not None
    return False


def _is_count(row: Sequence[Any], column: int) -> bool:
    cell = row[column] if column < len(row) else None
    return isinstance(cell, int) or (type(cell) is str and cell[:1].isdigit())


def _is_blank_row(row: Sequence[Any], left: int, right: int) -> bool:
    return not any(not is_blank(cell) for cell in row[left:right])


def _filled(row: Sequence[Any], left: int, right: int) -> list[Any]:
    return [cell for cell in row[left:right] if not is_blank(cell)]


def _title(row: Sequence[Any], left: int, right: int, start: int, end: int) -> list[str]:
    """The texts of a title row over a table: its own cells, else those of the whole band."""
    own = _filled(row, start, end) or _filled(row, left, right)
    return [text_of(cell) for cell in own]


def _titles_from(rows: Sequence[Sequence[Any]], left: int, right: int, start: int, header: int) -> int:
    """Where the titles of the next table begin: rows with one cell above its header, from the first like a title."""
    at = header
    while at > start and len(_told(rows[at - 1], left, right)) <= 1:
        at -= 1
    for index in range(at, header):
        told = _told(rows[index], left, right)
        gap = index > start and _is_blank_row(rows[index - 1], left, right)
        if not told or gap or TITLE.search(text_of(told[0])) or is_day(told[0]):
            return index
    return header


def _told(row: Sequence[Any], left: int, right: int) -> list[Any]:
    """What a row says; a number that only counts the rows, or a flag, says nothing beside a text."""
    filled = _filled(row, left, right)
    texts = [cell for cell in filled if not isinstance(cell, (int, bool)) and not text_of(cell).isdigit()]
    return texts if texts else filled[:1] if len(filled) <= 3 else filled


def _closing(rows: Sequence[Sequence[Any]], tables: list[Any], first: int, last: int) -> int:
    """Where a table's closing begins: rows with one cell at its end that sign it, date it, or stand apart."""
    meant = [use.column for columns, _ in tables for use in columns.uses if use.key not in (c.UNKNOWN, v.SERIAL)]
    at = last
    held: list[tuple[int, Any]] = []
    while at > first:
        row = rows[at - 1]
        filled = [row[column] for column in meant if column < len(row) and not is_blank(row[column])]
        if len(filled) > 1:
            break
        held += [(at - 1, filled[0])] if filled else []
        at -= 1
    if not held or at == first:
        return last
    if held[-1][0] > at or any(is_day(cell) for _, cell in held):
        # A blank row stands before them, or a date among them.
        return at
    return min((index for index, cell in held if NOTE.match(text_of(cell))), default=last)


def _guess(rows: Sequence[Sequence[Any]], left: int, right: int) -> list[c.ColumnUse]:
    return c.guessed(rows, left, right) if right - left >= 2 else []
