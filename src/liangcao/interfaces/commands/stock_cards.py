"""Reads stock cards of the OpenLMIS shape. No Django: a folder that is wrong is refused before a database is opened."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from liangcao.foundation.kernel.errors import Invalid
from liangcao.foundation.kernel.quantity import QUANTITY_MAX
from liangcao.foundation.kernel.text import is_whole_number

CARDS, LINES = "stock_cards.csv", "stock_card_line_items.csv"
# Either file may name the reasons; both may be missing.
REASONS = ("stock_card_line_item_reasons.csv", "reasons_all.csv")
_TYPE = ("type", "reasontype")
IN, OUT, LOSS = "CREDIT", "DEBIT", "LOSS"
# The reasons that every OpenLMIS has from its first start, by the ids that its software fixes: what they do to a
# card. A DEBIT that is no use and no transfer is a loss.
BUILT_IN = {
    "0676fdea-9ba8-4e6d-ae26-bb14f0dcfecd": IN,  # unpacked from kit
    "09e1d05d-f736-4834-9346-c27196a99eae": LOSS,  # stolen
    "279d55bd-42e3-438c-a63d-9c021b185dae": IN,  # facility return
    "30f6002d-a78d-44db-b2b9-46e76795a188": LOSS,  # passed open-vial time limit
    "313f2f5f-0c22-4626-8c49-3554ef763de3": IN,  # receipts
    "3e7940db-49a5-492f-a4eb-75acb981dd2b": LOSS,  # expired
    "46aa9d3e-0ce4-4138-b086-172cefb58360": OUT,  # cancelled receipt
    "5b09202e-b8a7-4f77-9e0e-8156f8efc613": LOSS,  # damage
    "6997c774-2f91-4e36-8938-d3003fe2c203": IN,  # cancelled issue
    "6f8d0431-6ec5-4280-9019-c6024b168b23": LOSS,  # cold chain failure
    "84eb13c3-3e54-4687-8a5f-a9f20dcd0dac": IN,  # beginning balance excess
    "9b4b653a-f319-4a1b-bb80-8d6b4dd6cc12": OUT,  # unpack kit
    "b5c27da7-bdda-4790-925a-9484c5dfb594": OUT,  # consumed
    "b7e99f5b-af04-433d-9c30-d4f90c60c47b": LOSS,  # lost
    "c1fc3cf3-da18-44b0-a220-77c985202e06": OUT,  # transfer out
    "e3fc3cf3-da18-44b0-a220-77c985202e06": IN,  # transfer in
    "f8bb41e2-ab43-4781-ae7a-7bf3b5116b82": OUT,  # beginning balance insufficiency
}


@dataclass(frozen=True)
class StockCard:
    """One lot of one thing in one place."""

    id: str
    store: str
    item: str
    lot: str


@dataclass(frozen=True)
class StockLine:
    """One line of a card. `does` is CREDIT, DEBIT or LOSS; empty: a physical count, which sets the balance."""

    row: int
    card: str
    occurred_on: date
    processed: str
    quantity: int
    does: str

    @property
    def is_count(self) -> bool:
        """Whether it sets the balance."""
        return not self.does

    @property
    def is_loss(self) -> bool:
        """Whether what goes out is lost."""
        return self.does == LOSS

    @property
    def change(self) -> int:
        """What it adds or takes away; of no use for a count."""
        return self.quantity if self.does == IN else -self.quantity

    @property
    def step(self) -> str:
        """The kind of move that posts it."""
        return "count" if self.is_count else "receipt" if self.does == IN else "issue"


@dataclass(frozen=True)
class StockCards:
    """A folder: its cards by id, its lines in the order of occurredDate, processedDate, and the digest of both."""

    cards: dict[str, StockCard]
    lines: list[StockLine]
    digest: str

    def days(self) -> dict[str, set[date]]:
        """card → the days on which it has a line."""
        found: dict[str, set[date]] = defaultdict(set)
        for line in self.lines:
            found[line.card].add(line.occurred_on)
        return found


def read_stock_cards(folder: str) -> StockCards:
    """Raises NotFound or Invalid with file, row and column for a folder that cannot be replayed."""
    place = Path(folder)
    if not place.is_dir():
        raise Invalid("FOLDER_MISSING", f"没有文件夹 {folder}", f"There is no folder {folder}", field="folder")
    digest = hashlib.sha256()
    cards = {row["id"]: card for row, card in _cards(place, digest)}
    reasons = dict(_reasons(place))
    lines = sorted(_lines(place, digest, cards, reasons), key=lambda line: (line.occurred_on, line.processed))
    return StockCards(cards, lines, digest.hexdigest())


def _cards(place: Path, digest: hashlib._Hash) -> Iterator[tuple[dict[str, str], StockCard]]:
    seen: set[str] = set()
    for number, row in _rows(place / CARDS, ("id", "facilityid", "orderableid"), digest):
        for column in ("id", "facilityid", "orderableid"):
            if not row[column] or len(row[column]) > 80:
                raise _wrong(CARDS, number, column, row[column])
        if row["id"] in seen:
            raise _wrong(CARDS, number, "id", row["id"], "卡片重复", "this card is there twice")
        seen.add(row["id"])
        yield row, StockCard(row["id"], row["facilityid"], row["orderableid"], row.get("lotid", "")[:60])


def _reasons(place: Path) -> Iterator[tuple[str, str]]:
    yield from BUILT_IN.items()
    for name in REASONS:
        if not (place / name).exists():
            continue
        for number, row in _rows(place / name, ("id",)):
            kind = next((row[column] for column in _TYPE if column in row), "").upper()
            if kind not in (IN, OUT):
                raise _wrong(name, number, "type", kind, "须为 CREDIT 或 DEBIT", "must be CREDIT or DEBIT")
            if BUILT_IN.get(row["id"]) != LOSS or kind == IN:
                yield row["id"], kind


def _lines(
    place: Path, digest: hashlib._Hash, cards: dict[str, StockCard], reasons: dict[str, str]
) -> Iterator[StockLine]:
    needed = ("stockcardid", "occurreddate", "processeddate", "quantity", "reasonid", "sourceid", "destinationid")
    for number, row in _rows(place / LINES, needed, digest):
        if row["stockcardid"] not in cards:
            raise _wrong(LINES, number, "stockCardId", row["stockcardid"], "没有这张卡片", "there is no such card")
        if row["reasonid"] and row["reasonid"] not in reasons:
            raise _wrong(
                LINES, number, "reasonId", row["reasonid"],
                f"不认识的原因,请附 {REASONS[0]}", f"unknown reason; add {REASONS[0]}",
            )  # fmt: skip
        quantity = row["quantity"]
        if not is_whole_number(quantity) or int(quantity) > QUANTITY_MAX:
            raise _wrong(LINES, number, "quantity", quantity, f"须为 0–{QUANTITY_MAX:,} 的整数",
                         f"must be a whole number from 0 to {QUANTITY_MAX:,}")  # fmt: skip
        yield StockLine(
            row=number,
            card=row["stockcardid"],
            occurred_on=_day(number, row["occurreddate"]),
            processed=_moment(number, row["processeddate"]),
            quantity=int(quantity),
            does=_does(row, reasons),
        )


def _does(row: dict[str, str], reasons: dict[str, str]) -> str:
    reason = reasons.get(row["reasonid"], "")
    if reason == IN or row["sourceid"]:
        return IN
    return reason or (OUT if row["destinationid"] else "")


def _day(number: int, text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise _wrong(LINES, number, "occurredDate", text, "须为 2017-01-31 这样的日期", "must be a date such as "
                     "2017-01-31") from None  # fmt: skip


def _moment(number: int, text: str) -> str:
    """As it sorts: one form for dates with and without time, with a blank or a T, with or without fractions."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="microseconds")
    except ValueError:
        raise _wrong(LINES, number, "processedDate", text, "须为日期和时间", "must be a date and time") from None


def _rows(
    path: Path, needed: tuple[str, ...], digest: hashlib._Hash | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """(row, column → text) with the columns' names in small letters; rows count from 2, as a spreadsheet shows them."""
    content = path.read_bytes()
    if digest is not None:
        digest.update(hashlib.sha256(content).digest())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(
            "FILE_UNREADABLE", f"{path.name} 不是 UTF-8 文本", f"{path.name} is not UTF-8 text", field="folder"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in needed if name not in names]
        if missing:
            shown = " ".join(missing)
            raise Invalid(
                "COLUMN_MISSING",
                f"{path.name} 缺少列 {shown}",
                f"{path.name} lacks the columns {shown}",
                field="folder",
            )
        for number, cells in enumerate(reader, start=2):
            if not cells:
                continue
            if len(cells) != len(names):
                raise _wrong(path.name, number, "", str(len(cells)), f"须有 {len(names)} 列",
                             f"must have {len(names)} columns")  # fmt: skip
            yield number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    except csv.Error as problem:
        raise Invalid(
            "FILE_UNREADABLE",
            f"{path.name} 第 {number} 行不是逗号分隔的表格({problem})",
            f"{path.name} row {number} is not comma-separated ({problem})",
            field="folder",
        ) from None


def _wrong(
    file: str, row: int, column: str, shown: str, zh: str = "不能为空或过长", en: str = "is empty or too long"
) -> Invalid:
    return Invalid(
        "ROW_INVALID",
        f"{file} 第 {row} 行 {column}“{shown[:40]}”:{zh}",
        f'{file} row {row} {column} "{shown[:40]}": {en}',
        field=column or None,
        row=row,
    )
