"""Text tables: CSV and its relatives in whatever encoding a program wrote them, and what people paste."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import count

from liangcao.interfaces.intake.reading.files import refusals
from liangcao.interfaces.intake.reading.files.cells import Cleaner, errors_of
from liangcao.interfaces.intake.reading.files.grids import (
    ENCODING_GUESSED,
    Grid,
    Limits,
    Notice,
    Tell,
    Workbook,
    widen,
)

DELIMITERS = "\t,;|"
_SAMPLE_LINES = 60
_SAMPLE_CHARACTERS = 64 << 10
_LONGEST_CELL = 131_072
_TOLD_EVERY = 5_000
# Of the signs beyond ASCII in a Chinese table, so many are everyday signs; text read in a wrong encoding has far fewer.
_EVERYDAY_SHARE = 0.7
_BINARY_SHARE = 0.02
_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r\x0b\x0c\x1a\x1b"))
_HINT = re.compile(r'"?sep=([,;|\t])"?\r?\n?')
_GAPS = re.compile(r"\t| {2,}|\u3000+| *\| *")
_RULER = re.compile(r"[|+:\-=\s]*[-=]{2,}[|+:\-=\s]*")
_VISIBLE = re.compile(r'[^\s,;|"]')
_LINE = re.compile(r"\r\n?|\n")


def read_text(content: bytes, limits: Limits, tell: Tell | None = None) -> Workbook:
    """A text table as a workbook of one sheet. Raises Invalid ENCODING_UNKNOWN, FILE_KIND, CSV_QUOTES,
    TOO_MANY_ROWS, TOO_MANY_COLUMNS."""
    text, encoding = decoded(content)
    grid = _grid(text, "", limits, tell)
    notices = () if encoding == "utf-8" else (_guessed(encoding),)
    return Workbook([grid], "csv", notices, encoding)


def paste_grid(text: str, *, limits: Limits | None = None) -> Workbook:
    """What somebody pasted: cells parted by tabs, by several blanks or by |. Raises as `read_text`."""
    limits = limits or Limits()
    if len(text) > limits.file_bytes // 4:
        raise refusals.too_large(limits.file_bytes // 4)
    if not text.strip():
        raise refusals.empty()
    if "\t" in text:
        return Workbook([_tabbed(text, limits)], "paste")
    lines = _LINE.split(text)
    if sum("|" in line for line in lines) * 2 > sum(bool(line.strip()) for line in lines):
        rows = [[] if _RULER.fullmatch(line) else line.strip().strip("|").split("|") for line in lines]
    else:
        rows = [_GAPS.split(line.strip()) for line in lines]
    return Workbook([_filled(Grid(""), rows, limits, None, 0)], "paste")


def _tabbed(text: str, limits: Limits) -> Grid:
    try:
        return _filled(Grid(""), _records(text, "\t", limits.rows), limits, None, 0)
    except _OpenQuotes:
        # A quotation mark may be just an inch: then each line is a row.
        return _filled(Grid(""), (line.split("\t") for line in _LINE.split(text)), limits, None, 0)


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and its encoding. Raises Invalid ENCODING_UNKNOWN, or FILE_KIND for bytes that are no text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            text = _tried(content, "utf-8-sig" if encoding == "utf-8" else "utf-16")
            if text is None:
                raise refusals.unknown_encoding()
            return text, encoding
    if b"\0" in content[:_SAMPLE_CHARACTERS]:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _tried(content, encoding)
            if text is not None and "\0" not in text and _is_everyday(text):
                return text, "utf-16"
    sample = content[:_SAMPLE_CHARACTERS]
    if len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > 1 + _BINARY_SHARE * len(sample):
        raise refusals.unknown_kind()
    text = _tried(content, "utf-8")
    if text is not None:
        return text, "utf-8"
    text = _tried(content, "gb18030")
    if text is not None and _is_everyday(text):
        return text, "gb18030"
    raise refusals.unknown_encoding()


def _tried(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_everyday(text: str) -> bool:
    """Whether the text looks written rather than misread: its signs are the first 3,755 hanzi, marks and ASCII."""
    foreign = Counter(sign for sign in text[: _SAMPLE_CHARACTERS * 4] if sign > "\x7f")
    everyday = sum(times for sign, times in foreign.items() if _is_common(sign))
    controls = sum(text.count(chr(code)) for code in _CONTROL_BYTES)
    return everyday >= _EVERYDAY_SHARE * sum(foreign.values()) and controls <= 1 + _BINARY_SHARE * len(text)


def _is_common(sign: str) -> bool:
    try:
        code = sign.encode("gb2312")
    except UnicodeEncodeError:
        return sign in "\u00a0\ufeff\u200b"
    return len(code) == 1 or code[0] in (0xA1, 0xA2, 0xA3) or 0xB0 <= code[0] <= 0xD7


def _guessed(encoding: str) -> Notice:
    name = {"gb18030": "GBK", "utf-16": "UTF-16"}[encoding]
    return Notice(
        ENCODING_GUESSED, f"文件按 {name} 编码读取,请核对文字", f"The file was read as {name}: please check the texts"
    )


class _OpenQuotes(Exception):
    """A quotation mark that is never closed; `row`: where it stands."""

    def __init__(self, row: int) -> None:
        super().__init__()
        self.row = row


def _grid(text: str, name: str, limits: Limits, tell: Tell | None) -> Grid:
    hint = _HINT.match(text)
    before, delimiter = (1, hint.group(1)) if hint else (0, delimiter_of(text))
    records = _records(text[hint.end() :] if hint else text, delimiter, limits.rows, before)
    try:
        return _filled(Grid(name), records, limits, tell, before)
    except _OpenQuotes as found:
        raise refusals.open_quotes(found.row + before) from None


def delimiter_of(text: str) -> str:
    """The sign that parts most lines of the beginning into the same number of cells, more than one."""
    lines = [line for line in _LINE.split(text[:_SAMPLE_CHARACTERS])[:_SAMPLE_LINES] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths: list[int] = []
        try:
            widths += (len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        parted = Counter(width for width in widths if width > 1)
        if parted:
            width, times = parted.most_common(1)[0]
            # Lines of titles and notes are not parted at all: that counts less than lines parted otherwise.
            score = (round(times / len(widths) - 0.5 * (parted.total() - times) / len(widths), 2), width)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _records(text: str, delimiter: str, most: int, before: int = 0) -> Iterator[list[str]]:
    """The rows of the table. Raises `_OpenQuotes`, and Invalid TOO_MANY_ROWS where more follow that are not blank."""
    # Lines are told apart as a table does it: the splitter of texts takes more signs for line ends.
    lines = StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    for row in count(1):
        if row + before > most:
            if _VISIBLE.search(lines.read()):
                raise refusals.too_many_rows(most)
            return
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _OpenQuotes(row) from None
        yield record


def _filled(grid: Grid, records: Iterable[list[str]], limits: Limits, tell: Tell | None, before: int) -> Grid:
    cleaner, width = Cleaner(), 0
    for number, raws in enumerate(records, before + 1):
        if tell and number % _TOLD_EVERY == 0:
            tell(number, 0)
        if not any(raws):
            continue
        cells = cleaner.row(raws, 0, number, grid.cleaned)
        if all(cell is None for cell in cells):
            continue
        if number > limits.rows:
            raise refusals.too_many_rows(limits.rows)
        while len(cells) > width and cells[-1] is None:
            cells.pop()
        width = max(width, len(cells))
        if width > limits.columns:
            raise refusals.too_wide(limits.columns)
        if not grid.rows:
            grid.first_row = number
        # Blank rows keep their places between rows with values; those behind the last one never come in.
        grid.rows += [[] for _ in range(number - grid.first_row - len(grid.rows))]
        grid.rows.append(cells)
        if width * len(grid.rows) > limits.cells:
            raise refusals.too_many_cells(limits.cells)
    widen(grid.rows, width)
    if cleaner.has_errors:
        grid.broken = errors_of(grid.rows, grid.first_row)
    return grid
