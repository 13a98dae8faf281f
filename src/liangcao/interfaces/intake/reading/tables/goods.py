"""The rows of a table of goods read into lines, row by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

from liangcao.interfaces.intake.reading.lines import CONFIRM, GOOD, REQUESTED, STOCK, WRONG, Line
from liangcao.interfaces.intake.reading.numbers import plain
from liangcao.interfaces.intake.reading.packs import Pack, pack_of
from liangcao.interfaces.intake.reading.tables import messages
from liangcao.interfaces.intake.reading.tables import vocabulary as v
from liangcao.interfaces.intake.reading.tables.amounts import Amount, amount_of, worse
from liangcao.interfaces.intake.reading.tables.cells import Grid, Merges, error_of, is_blank, is_error, text_of
from liangcao.interfaces.intake.reading.tables.dates import NO_DAY, Day, day_of
from liangcao.interfaces.intake.reading.tables.gathered import Gathering, Record
from liangcao.interfaces.intake.reading.tables.layout import ColumnUse
from liangcao.interfaces.intake.reading.tables.plan import DAYS, Plan
from liangcao.interfaces.intake.reading.tables.sums import Sums
from liangcao.interfaces.intake.reading.tables.telling import Telling

LONGEST_TEXT = 500
_CODES = ("code", "credit_code", "lot")
# A line, and the column it came from.
Found = tuple[Line, int | None]
# What makes a row wrong and not only to be confirmed.
WRONGS = frozenset((
    "DATE_IMPOSSIBLE", "TEXT_TOO_LONG", "EXPIRY_BEFORE_PRODUCTION", "CODE_TRUNCATED", "CELL_ERROR", "ERROR_VALUE",
    "FORMULA_WITHOUT_VALUE", "CONTROL_CHARACTER", "VALUE_MISSING",
))  # fmt: skip
# Several names under each other in one cell; one in brackets belongs to the name above it.
_OF_PACK = re.compile(r"(?:每|单|一|装)(箱|件|包|盒|袋|桶)|^(箱)(?=[规装入])")
_SEVERAL = re.compile(r"\S\n+[^(（\s]")


@dataclass(frozen=True, slots=True)
class _Row:
    """What all lines of the row that is being read share."""

    number: int
    organisation: str | None = None
    day: str | None = None
    needed_by: str | None = None
    urgency: str | None = None


class GoodsTable:
    """Reads one table of goods; what it finds goes to the gathering."""

    def __init__(self, gathering: Gathering, grid: Grid, merges: Merges, plan: Plan, table: int) -> None:
        self.gathering, self.grid, self.merges, self.plan, self.table = gathering, grid, merges, plan, table
        self.tell = Telling(gathering, grid, merges, plan)
        self.sums = Sums(plan)
        self.flow = plan.direction.flow
        self.day = plan.title_day or NO_DAY
        self.organisation = plan.title_organisation
        self.last_organisation = ""
        self.seen: dict[tuple[Any, ...], int] = {}
        self.hidden = grid.hidden_rows
        self.now = _Row(0)
        self.counted = [use.column for use in plan.quantities]
        self.width = max([plan.block.right, *(use.column + 1 for use in plan.block.columns.uses)])
        self.compared = sorted(
            {use.column for use in plan.block.columns.uses if use.key not in (v.SERIAL, v.IGNORED, v.ITEM)}
        )
        self.same_of = itemgetter(*self.compared) if self.compared else len
        self.broken = self.tell.broken()
        self.days: dict[tuple[type, Any], Day] = {}

    def read(self) -> None:
        """Read every row between the header and the end of the table."""
        grid, plan = self.grid, self.plan
        rows, down, width = grid.rows, self.merges.down, self.width
        item_at, counted, repeats = plan.item, self.counted, plan.block.repeats
        for index in range(plan.block.first, plan.block.last):
            row = rows[index]
            if index in down or len(row) < width:
                cells: Sequence[Any] = self.merges.cells(row, index, width, counted)
            else:
                cells = row
            number = grid.first_row + index
            item = "" if item_at is None else text_of(cells[item_at])
            label = item if item_at is not None or plan.organisation is None else text_of(cells[plan.organisation])
            if index in repeats:
                self.tell.skip(number, "header", cells)
                continue
            if index >= plan.block.closing:
                self.tell.skip(number, "note" if any(not is_blank(cell) for cell in row) else "blank", cells)
                continue
            if self.tell.may_be_none(label, cells) or self._is_bare(cells):
                why = self.tell.why_not(index, row, cells, item, self.sums)
                if why:
                    self._skip(number, why, cells)
                    continue
            self._row(index, number, cells, item)

    def _is_bare(self, cells: Sequence[Any]) -> bool:
        return all(is_blank(cells[column]) for column in self.counted)

    def _skip(self, number: int, why: str, cells: Sequence[Any]) -> None:
        """Leave a row out; the heading of a section may say the day, the flow or the organisation of what follows."""
        self.tell.skip(number, why, cells)
        if why == "section":
            said = self.tell.section(cells)
            self.day = said.day or self.day
            self.flow = said.flow or self.flow
            if said.organisation and self.plan.organisation is None:
                self.organisation = said.organisation
        if why == "subtotal":
            self.sums.close(number, cells, self.tell)

    def _row(self, index: int, number: int, cells: Sequence[Any], item: str) -> None:
        """One row of goods: its lines, and the record of it."""
        plan = self.plan
        reasons: list[tuple[str, int | None]] = []
        organisation = self._organisation(index, cells, reasons)
        day = self._day(cells, plan.date, reasons) if plan.date is not None else self.day
        if plan.date is None and day.reason:
            reasons.append((day.reason, None))
        if number in self.hidden or self.grid.is_hidden:
            reasons.append(("HIDDEN_ROW", None))
        if plan.block.header is None:
            reasons.append(("HEADER_GUESSED", None))
        if plan.differs:
            reasons.append(("FLOW_DIFFERS", None))
        values = self._values(cells, reasons) if plan.extras else {}
        self.now = _Row(
            number, organisation or None, day.text,
            self._day(cells, plan.needed_by, reasons).text if plan.needed_by is not None else None,
            text_of(cells[plan.urgency]) or None if plan.urgency is not None else None,
        )  # fmt: skip
        if len(item) > LONGEST_TEXT or len(organisation or "") > LONGEST_TEXT:
            reasons.append(("TEXT_TOO_LONG", plan.item if len(item) > LONGEST_TEXT else plan.organisation))
        found = self._found(index, cells, item, reasons)
        if not found:
            self.gathering.skip(plan.sheet, number, "nothing", organisation or item)
            return
        same = self._same(number, cells, organisation, item) if item else None
        if same is not None:
            reasons.append(("DUPLICATE_ROW", None))
        self._keep(number, cells, found, reasons, values, same)

    def _keep(
        self, number: int, cells: Sequence[Any], found: list[Found],
        reasons: list[tuple[str, int | None]], values: dict[str, str], same: int | None,
    ) -> None:  # fmt: skip
        """Add the lines of a row with what is the matter with the whole row, and the record of it."""
        reading, first = self.gathering.reading, len(self.gathering.reading.lines)
        codes = tuple(code for code, _ in reasons)
        state = worst = GOOD if not codes else WRONG if not WRONGS.isdisjoint(codes) else CONFIRM
        told = list(codes)
        for code, column in reasons:
            self.tell.problem(number, column, code, cells, same)
        for line, column in found:
            for code in line.reasons:
                if code not in codes:
                    told.append(code)
                    self.tell.problem(number, column, code, cells)
            if line.state != GOOD:
                worst = worse(worst, line.state)
            if codes:
                more = tuple(code for code in line.reasons if code not in codes)
                reading.lines.append(replace(line, state=worse(state, line.state), reasons=codes + more))
            else:
                reading.lines.append(line)
        named = tuple(sorted(set(told))) if told else ()
        reading.records.append(Record(self.plan.sheet, number, self.table, values, worst, named, first, len(found)))

    def _found(self, index: int, cells: Sequence[Any], item: str, reasons: list[tuple[str, int | None]]) -> list[Found]:
        """The lines of a row with the column each came from."""
        plan = self.plan
        if plan.is_wide:
            return self._wide(cells, item)
        if plan.item is not None and is_error(cells[plan.item]):
            reasons.append((error_of(cells[plan.item]), plan.item))
        bare = self._is_bare(cells)
        told = self._told(cells, item) if bare else []
        if told:
            return told
        if not item:
            reasons.append(("ITEM_MISSING", plan.item))
        return self._counted(index, cells, item, bare)

    def _counted(self, index: int, cells: Sequence[Any], item: str, bare: bool) -> list[Found]:
        plan = self.plan
        spec = text_of(cells[plan.spec]) if plan.spec is not None else ""
        unit = text_of(cells[plan.unit]) if plan.unit is not None else ""
        found: list[Found] = []
        uses: Sequence[ColumnUse | None] = plan.quantities or (None,)
        for use in uses:
            cell = cells[use.column] if use else None
            if not bare and is_blank(cell):
                continue
            flow = (use.flow if use else None) or self.flow
            own = unit or (use.unit if use else None) or plan.title_unit
            amount = amount_of(cell, flow, own)
            if flow == REQUESTED and amount.value == 0 and len(plan.quantities) > 1 and found:
                continue
            merged = use is not None and use.column in self.merges.down.get(index, ())
            line = self._line(item, amount, own, flow, spec, use, merged)
            found.append((self._packed(line, cells), use.column if use else None))
            if bare:
                break
        return found

    def _line(
        self, item: str, amount: Amount, unit: str | None, flow: str, spec: str, use: ColumnUse | None, merged: bool
    ) -> Line:
        reasons, state = amount.reasons, amount.state
        if amount.value is None and not amount.reasons:
            reasons, state = ("QUANTITY_MERGED",) if merged else ("QUANTITY_MISSING",), CONFIRM
        if amount.unit and unit and amount.unit != unit:
            reasons, state = (*reasons, "UNIT_CONFLICT"), worse(state, CONFIRM)
        unit = amount.unit or unit
        if not unit and self.plan.has_units:
            reasons, state = (*reasons, "UNIT_MISSING"), worse(state, CONFIRM)
        per = amount.per or (use.per if use else None)
        pack, now = _pack(spec, item), self.now
        return Line(
            (use.item if use else None) or item, amount.value, unit or None, flow, amount.most, amount.approx, per,
            spec or None,
            pack.count if pack else None, (pack.outer or unit) if pack else None,
            (use.organisation if use else None) or now.organisation, now.day, now.needed_by, now.urgency, None, None,
            self.plan.sheet, now.number, state, reasons,
        )  # fmt: skip

    def _packed(self, line: Line, cells: Sequence[Any]) -> Line:
        """The line with the pack of a column of its own: 每箱数量."""
        column = self.plan.pack
        if column is None or line.pack_count:
            return line
        named = _OF_PACK.search(plain(self.plan.header(column) or ""))
        unit = (named[1] or named[2]) if named else line.unit
        amount = amount_of(cells[column], STOCK, None)
        if amount.value and amount.value == int(amount.value) and amount.state == GOOD:
            return replace(line, pack_count=int(amount.value), pack_unit=unit)
        pack = pack_of(text_of(cells[column]))
        return replace(line, pack_count=pack.count, pack_unit=pack.outer or unit) if pack else line

    def _wide(self, cells: Sequence[Any], item: str) -> list[Found]:
        """A row of a table whose headers name goods: a line for every cell that says something."""
        plan = self.plan
        found: list[Found] = []
        unit = text_of(cells[plan.unit]) if plan.unit is not None else ""
        spec = text_of(cells[plan.spec]) if plan.spec is not None else ""
        for use in plan.quantities:
            flow = use.flow or self.flow
            own = unit or use.unit or plan.title_unit
            amount = amount_of(cells[use.column], flow, own)
            if amount.is_blank or amount.needed is False or (amount.value == 0 and flow != STOCK):
                continue
            if plan.has_flags and amount.value == 1 and flow == REQUESTED:
                amount = Amount(None, amount.unit, state=CONFIRM, reasons=("QUANTITY_FLAG",))
            found.append((self._line(item, amount, own, flow, spec, use, merged=False), use.column))
        return found

    def _told(self, cells: Sequence[Any], item: str) -> list[Found]:
        """The goods that a row names in words: in its cell of goods, in a message, at last in a remark."""
        plan = self.plan
        found: list[Found] = [
            (line, column)
            for column in plan.messages
            for line in messages.goods_in(text_of(cells[column]), self.flow, is_list=False)
        ]
        if item:
            held = [line.item for line, _ in found if line.flow == self.flow]
            listed = messages.goods_in(item, self.flow, is_list=not plan.quantities)
            if plan.quantities:
                listed = [_from_text(line) for line in listed if line.unit and line.quantity is not None]
            found += [
                (line, plan.item)
                for line in listed
                if line.quantity is not None or not messages.is_held(line.item, held)
            ]
        elif plan.item is not None and not plan.quantities and not found:
            for column in (*plan.messages, *plan.remarks):
                found += [
                    (_from_text(line), column)
                    for line in messages.goods_in(text_of(cells[column]), self.flow, is_list=True)
                ]
        now = self.now
        return [
            (
                replace(
                    line, organisation=now.organisation, date=now.day, needed_by=now.needed_by or line.needed_by,
                    urgency=now.urgency or line.urgency, start=None, end=None, sheet=plan.sheet, row=now.number,
                ),
                column,
            )
            for line, column in _unlike(found)
        ]  # fmt: skip

    def _organisation(self, index: int, cells: Sequence[Any], reasons: list[tuple[str, int | None]]) -> str | None:
        plan = self.plan
        column = plan.organisation
        if column is None:
            return self.organisation
        written = text_of(cells[column])
        if written:
            self.last_organisation = written
            if is_error(cells[column]):
                reasons.append((error_of(cells[column]), column))
            elif "\n" in written and _SEVERAL.search(written):
                reasons.append(("ORGANISATION_SEVERAL", column))
            elif index in self.broken:
                reasons.append(("ORGANISATION_BROKEN", column))
            return written
        if plan.fills_down and self.last_organisation:
            reasons.append(("ORGANISATION_FILLED", column))
            return self.last_organisation
        reasons.append(("ORGANISATION_MISSING", column))
        return None

    def _day(self, cells: Sequence[Any], column: int | None, reasons: list[tuple[str, int | None]]) -> Day:
        cell = cells[column] if column is not None else None
        if is_error(cell):
            reasons.append((error_of(cell), column))
            return NO_DAY
        key = (type(cell), cell)
        day = self.days.get(key)
        if day is None:
            day = self.days[key] = day_of(cell, self.plan.year)
        if day.reason:
            reasons.append((day.reason, column))
        return day

    def _values(self, cells: Sequence[Any], reasons: list[tuple[str, int | None]]) -> dict[str, str]:
        """What a line has no place for, by key: lot, dates of production and expiry, telephone, remark."""
        values: dict[str, str] = {}
        for column, key in self.plan.extras:
            cell = cells[column]
            if cell is None:
                continue
            if type(cell) is str and key not in DAYS:
                text = cell.strip() if cell.isprintable() else text_of(cell)
                if len(text) > LONGEST_TEXT and key not in ("item", v.MESSAGE):
                    reasons.append(("TEXT_TOO_LONG", column))
                if text:
                    values[key] = text
                continue
            if is_error(cell):
                reasons.append((error_of(cell), column))
                continue
            if key in DAYS:
                values[key] = self._day(cells, column, reasons).text or ""
                continue
            text = text_of(cell)
            if key in _CODES and is_cut_short(cell):
                reasons.append(("CODE_TRUNCATED", column))
            if text:
                values[key] = text
        made, expiry = values.get(v.MADE), values.get(v.EXPIRY)
        if made and expiry and expiry < made and not any(code.startswith("DATE_") for code, _ in reasons):
            reasons.append(("EXPIRY_BEFORE_PRODUCTION", self.plan.block.columns.first(v.EXPIRY)))
        return values

    def _same(self, number: int, cells: Sequence[Any], organisation: str | None, item: str) -> int | None:
        """The row that says the same, if there was one."""
        before = self.seen.setdefault((alike(item), organisation, self.same_of(cells)), number)
        return before if before != number else None


def _from_text(line: Line) -> Line:
    return replace(line, state=worse(line.state, CONFIRM), reasons=(*line.reasons, "ITEM_FROM_TEXT"))


def is_cut_short(cell: Any) -> bool:
    """Whether a code stands in a cell as a number of so many digits that a spreadsheet cut its end."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**15


@lru_cache(maxsize=65536)
def alike(text: str) -> str:
    """A text in the form in which two rows are compared: width, case and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", plain(text)).split()).casefold()


@lru_cache(maxsize=65536)
def _pack(spec: str, item: str) -> Pack | None:
    """The pack of a spec; of the name of the goods only where it is written out there (200个/箱)."""
    if spec:
        return pack_of(spec)
    if "/" not in item or not any(sign.isdigit() for sign in item):
        return None
    pack = pack_of(item)
    return pack if pack and pack.outer and pack.unit else None


def _unlike(found: list[Found]) -> list[Found]:
    """The same goods named twice in a row are one line; amounts go before names alone."""
    kept: dict[tuple[Any, ...], tuple[Line, int | None]] = {}
    for line, column in found:
        kept.setdefault((line.flow, alike(line.item), line.quantity, line.unit, line.spec), (line, column))
    return list(kept.values())
