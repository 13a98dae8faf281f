"""From a header and the cells below it to the meaning of each column; tables beside each other are told apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from liangcao.interfaces.intake.reading.items import ends_in_goods
from liangcao.interfaces.intake.reading.lines import OTHER, REQUESTED, STOCK
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.cells import is_blank, text_of
from liangcao.interfaces.intake.reading.tables.headers import Cell, Finder, Header, is_counted, is_number
from liangcao.interfaces.intake.reading.tables.layout import ColumnUse
from liangcao.interfaces.intake.reading.tables.vocabulary import Head
from liangcao.interfaces.intake.reading.words import UNITS

UNKNOWN = "unknown"
_SAMPLE = 60
_UNITS = frozenset(UNITS)
# Of these a table needs only one; a second with the same words above it is told.
_ONCE = (v.ITEM, v.QUANTITY, v.UNIT, v.SPEC)


@dataclass(slots=True)
class Columns:
    """The columns of one table, and the headers that stand over two of them: (header, letters)."""

    uses: list[ColumnUse]
    duplicates: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)

    def keys(self) -> set[str]:
        """What the columns mean."""
        return {use.key for use in self.uses}

    def first(self, key: str | None) -> int | None:
        """The first column of a meaning."""
        return next((use.column for use in self.uses if use.key == key), None)

    def quantities(self) -> list[ColumnUse]:
        """The columns of quantities, read or not."""
        return [use for use in self.uses if use.key == v.QUANTITY]

    def flows(self) -> set[str]:
        """The flows that the quantities' headers name."""
        return {use.flow for use in self.quantities() if use.flow}


def segments(finder: Finder, header: Header) -> list[tuple[Cell, ...]]:
    """The header's cells table by table: 品名 数量 | 品名 数量 are two beside each other."""
    cells = header.cells
    heads = [finder.head(cell.text) for cell in cells]
    items = [at for at, head in enumerate(heads) if head and head.key == v.ITEM and cells[at].text]
    if len(items) < 2 or not all(
        any(head and head.key in (v.QUANTITY, v.NEED) for head in heads[start:end])
        for start, end in itertools.pairwise([*items, len(cells)])
    ):
        return [cells]
    cuts = [0]
    for before, at in itertools.pairwise(items):
        blank = [spot for spot in range(before + 1, at) if not cells[spot].text]
        opening = next((_class(head) for head in heads[cuts[-1] : before + 1] if head), None)
        between = [spot for spot in range(before + 1, at + 1) if heads[spot]]
        again = [spot for spot in between if opening and _class(heads[spot]) == opening]
        grouped = [
            spot for spot in range(before + 1, at) if cells[spot].group == cells[at].group != cells[before].group
        ]
        cuts.append(blank[-1] + 1 if blank else grouped[0] if grouped else again[0] if again else at)
    return [cells[start:end] for start, end in itertools.pairwise([*cuts, len(cells)])]


def _class(head: Head | None) -> str | None:
    return v.ORGANISATION if head and head.key in v.ROLES else head.key if head else None


def decide(finder: Finder, cells: Sequence[Cell], start: int, stop: int) -> Columns:
    """The meaning of each column, by its header and by what stands below it between two rows."""
    known = finder.layout.known(cell.text for cell in cells) if finder.layout else None
    if known:
        return Columns([replace(use, column=cell.column) for use, cell in zip(known.columns, cells, strict=True)])
    below = {cell.column: _sample(finder.rows, cell.column, start, stop) for cell in cells}
    uses = [_use(finder, cell, below[cell.column]) for cell in cells]
    uses = _settle(uses, below)
    uses = _wide(uses, cells, below)
    columns = Columns(uses)
    _tell_duplicates(columns)
    columns.uses = _one_quantity_a_flow(columns.uses)
    return columns


def _sample(rows: Sequence[Sequence[Any]], column: int, start: int, stop: int) -> list[Any]:
    found = []
    for row in rows[start : min(stop, start + 4 * _SAMPLE)]:
        cell = row[column] if column < len(row) else None
        if not is_blank(cell):
            found.append(cell)
            if len(found) >= _SAMPLE:
                break
    return found


def _use(finder: Finder, cell: Cell, below: Sequence[Any]) -> ColumnUse:
    head = finder.head(cell.text)
    over = finder.head(cell.group) if cell.group else None
    if head is None and cell.group:
        head = finder.head(cell.group + cell.text)
        if head is not None and head.key == v.ITEM and is_counted(below):
            head = None
    text = f"{cell.group} {cell.text}".strip() if cell.group else cell.text
    if head is None:
        return ColumnUse(cell.column, text, UNKNOWN, unit=v.unit_in(cell.text))
    flow = head.flow
    if flow is None and over is not None and head.key in (v.QUANTITY, v.NEED):
        flow = over.flow
    item = None
    if head.key in (v.QUANTITY, v.NEED) and cell.group and over is None and ends_in_goods(_bare(cell.group)):
        item = _bare(cell.group)
    if head.key == v.QUANTITY and not head.is_sure and not is_counted(below):
        return ColumnUse(cell.column, text, UNKNOWN)
    return ColumnUse(cell.column, text, head.key, flow, head.unit, head.per, item, is_read=not head.is_total)


def _settle(uses: list[ColumnUse], below: dict[int, list[Any]]) -> list[ColumnUse]:
    """What only the cells below can tell: 单位, 名称, 需求, 库存."""
    keys = {use.key for use in uses}
    settled = []
    for use in uses:
        key = _settled(use, below[use.column], keys)
        keys.add(key)
        settled.append(replace(use, key=key) if key != use.key else use)
    return settled


def _settled(use: ColumnUse, cells: list[Any], keys: set[str]) -> str:
    has_role = bool(keys & set(v.ROLES))
    if use.key == v.UNIT_OR_ORGANISATION:
        units = sum(text_of(cell) in _UNITS for cell in cells)
        is_long = sum(len(text_of(cell)) for cell in cells) > 3 * len(cells)
        is_unit = 2 * units >= len(cells) or (v.UNIT not in keys and (has_role or not is_long))
        return v.UNIT if is_unit else v.ORGANISATION
    if use.key == v.NAME:
        return v.ITEM if v.ITEM not in keys else UNKNOWN if has_role else v.ORGANISATION
    if use.key == v.NEED:
        if is_counted(cells) or not any(len(text_of(cell)) > 4 for cell in cells):
            return v.QUANTITY
        return v.ITEM if v.ITEM not in keys and use.flow == REQUESTED else v.MESSAGE
    return UNKNOWN if use.key == v.MESSAGE and is_counted(cells) else use.key


def _wide(uses: list[ColumnUse], cells: Sequence[Cell], below: dict[int, list[Any]]) -> list[ColumnUse]:
    """Columns of numbers whose headers nobody knows name goods, or, beside a column of goods, organisations."""
    keys = {use.key for use in uses}
    has_item = v.ITEM in keys
    plain = any(use.key == v.QUANTITY and use.is_read and not use.item for use in uses)
    names = {cell.column: cell for cell in cells}
    wide = [
        use
        for use in uses
        if use.key == UNKNOWN and _may_name(names[use.column].text, below[use.column])
    ]  # fmt: skip
    if plain or sum(is_counted(below[use.column]) for use in wide) < 2:
        return uses
    told = {use.column for use in wide}
    return [_named(use, names[use.column], has_item=has_item) if use.column in told else use for use in uses]


def _may_name(header: str, cells: list[Any]) -> bool:
    """Whether a header may name goods or an organisation: numbers stand below it, nothing, or it ends like goods."""
    return bool(header) and not header.isdigit() and (not cells or is_counted(cells) or ends_in_goods(_bare(header)))


def _named(use: ColumnUse, cell: Cell, *, has_item: bool) -> ColumnUse:
    """A column of quantities of the goods, or for the organisation, that its header names."""
    name = _bare(cell.group if cell.group and v.head_of(cell.text) else cell.text)
    over = v.head_of(cell.group) if cell.group else None
    item, organisation = (None, name) if has_item else (name, None)
    return replace(use, key=v.QUANTITY, item=item, organisation=organisation, flow=over.flow if over else None)


def _bare(header: str) -> str:
    """A header without its unit: 防护服（套） names 防护服."""
    unit = v.unit_in(header)
    if not unit:
        return header.replace("\n", "")
    for sign in ("（{}）", "({})", "/{}", "[{}]", "【{}】", "（单位：{}）", "(单位:{})", "（单位:{}）"):
        header = header.replace(sign.format(unit), "")
    return header.replace("\n", "").strip()


def _tell_duplicates(columns: Columns) -> None:
    by_header: dict[tuple[str, str], list[ColumnUse]] = {}
    for use in columns.uses:
        if use.key in _ONCE and not use.item and not use.organisation:
            by_header.setdefault((use.key, v.normal(use.header)), []).append(use)
    for twice in by_header.values():
        if len(twice) > 1:
            columns.duplicates.append((twice[0].header, tuple(use.column for use in twice)))


def _one_quantity_a_flow(uses: list[ColumnUse]) -> list[ColumnUse]:
    """Of several quantities that say the same one is read: the total pieces rather than the boxes, else the first."""
    plain = [use for use in uses if use.key == v.QUANTITY and not use.item and not use.organisation]
    wide = any(use.key == v.QUANTITY and (use.item or use.organisation) for use in uses)
    chosen: dict[tuple[str | None, str | None], ColumnUse] = {}
    for use in plain:
        there = chosen.get((use.flow, use.per))
        if there is None or _better(use, there):
            chosen[use.flow, use.per] = use
    read = {use.column for use in chosen.values() if not wide}
    flows = {use.flow for use in chosen.values()}
    if flows - {OTHER, None} or None in flows:
        read -= {use.column for use in chosen.values() if use.flow == OTHER}
    return [replace(use, is_read=use.column in read) if use in plain else use for use in uses]


def _better(use: ColumnUse, there: ColumnUse) -> bool:
    return (
        (not there.is_read and use.is_read)
        or (v.OPENING.search(there.header) is not None and not v.OPENING.search(use.header))
        or (use.is_read and "总" in use.header and "总" not in there.header and use.header != there.header)
    )


def guessed(rows: Sequence[Sequence[Any]], left: int, right: int) -> list[ColumnUse]:
    """Columns of a table without a header, by what they hold: one of goods, one of numbers, one of units."""
    uses: list[ColumnUse] = []
    taken: set[str] = set()
    for column in range(left, right):
        cells = _sample(rows, column, 0, len(rows))
        if not cells:
            continue
        key = UNKNOWN
        texts = [text_of(cell) for cell in cells]
        goods = sum(ends_in_goods(text) for text in texts if len(text) <= 40)
        if 2 * sum(text in _UNITS for text in texts) > len(texts):
            key = v.UNIT
        elif 2 * sum(map(is_number, cells)) > len(cells):
            counts = list(range(1, len(cells) + 1))
            key = v.SERIAL if cells == counts and len(cells) > 1 and not uses else v.QUANTITY
        elif 2 * goods > len(texts):
            key = v.ITEM
        elif all(len(text) >= 4 for text in texts):
            key = v.ORGANISATION
        if key in taken:
            key = UNKNOWN
        taken.add(key)
        uses.append(ColumnUse(column, "", key))
    return uses if {v.ITEM, v.QUANTITY} <= taken else []


def is_stock_and_need(uses: Sequence[ColumnUse]) -> bool:
    """Whether a row of the table holds both what is there and what is asked for."""
    flows = {use.flow for use in uses if use.key == v.QUANTITY and use.is_read}
    return {STOCK, REQUESTED} <= flows
