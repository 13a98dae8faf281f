"""Reads of the briefing: what pages, API and command line call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from liangcao.foundation.database.snapshot import snapshot
from liangcao.foundation.figures.figure import Figure
from liangcao.foundation.files.queries import read_file
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL, business_date, day_end
from liangcao.foundation.kernel.errors import Invalid, NotFound
from liangcao.ledger.holdings import seq_at
from liangcao.ledger.queries import moves
from liangcao.ledger.seals_queries import Seal, last_seal
from liangcao.ledger.trace import Trace, trace_lots
from liangcao.oversight.briefing import figures as counting
from liangcao.oversight.briefing import registers as registering
from liangcao.oversight.briefing.changes import Change, changes_between
from liangcao.oversight.briefing.entries import MONEY_MEASURES, Entry, Question, rows_behind
from liangcao.oversight.briefing.figures import DayFigures
from liangcao.oversight.briefing.handouts import lots_of_requisition
from liangcao.oversight.briefing.measures import key_of
from liangcao.oversight.briefing.models import Edition
from liangcao.oversight.briefing.names import Names
from liangcao.oversight.briefing.registers import Register, Scope
from liangcao.oversight.briefing.registers_closing import ClosingRow, check_line, closing_rows
from liangcao.oversight.briefing.registers_files import register_as
from liangcao.oversight.briefing.registers_paper import Paper, paper_of
from liangcao.oversight.briefing.registers_parts import Known
from liangcao.oversight.briefing.text import BriefingText, briefing_text, chat_text

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
# Documents carry the moment their act began. One still under way may yet come before a moment that has just passed.
SETTLING = timedelta(minutes=2)
REGISTERS = {kind: (held.zh, held.en) for kind, held in registering.REGISTERS.items()}


def day_figures(actor: Actor, bureau_id: int, day: date, *, at: datetime) -> DayFigures:
    """All figures of a day from one snapshot; of today as at `at`.

    Raises Invalid DATE_OUT_OF_RANGE, DATE_IN_FUTURE, Forbidden, NotFound.
    """
    guard.check(actor, "view", "briefing", bureau_id=bureau_id)
    check_day(day, at=at)
    with snapshot():
        return counting.day_figures(actor, bureau_id, day, cutoff_at=min(at, day_end(day)))


def check_day(day: date, *, at: datetime, field: str = "date") -> date:
    """A day that has begun. Raises Invalid DATE_OUT_OF_RANGE, DATE_IN_FUTURE."""
    _check_day(day, field=field)
    today = business_date(at)
    if day > today:
        raise Invalid(
            "DATE_IN_FUTURE", f"{day} 还没有到(今天是 {today})", f"{day} lies ahead (today is {today})", field=field
        )
    return day


def _check_day(day: date, *, field: str = "date") -> None:
    """The calendar's ends have no day before or after them, and nothing of ours lies there."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            "DATE_OUT_OF_RANGE",
            f"日期 {day} 不在 {FIRST_DAY} 至 {LAST_DAY} 之间,请核对年份",
            f"{day} is not between {FIRST_DAY} and {LAST_DAY}; check the year",
            field=field,
        )


@dataclass(frozen=True)
class Behind:
    """A figure, its rows (read once) and what they are about. Their quantities add up to the figure's value."""

    figure: Figure
    rows: Iterator[Entry]


def entries_of(actor: Actor, bureau_id: int, day: date, key: str) -> Behind:
    """The rows behind a figure of a day; read them inside `snapshot()`.

    Raises Invalid DATE_OUT_OF_RANGE, FIGURE_UNKNOWN, ITEM_UNKNOWN, Forbidden, NotFound.
    """
    guard.check(actor, "view", "briefing", bureau_id=bureau_id)
    _check_day(day)
    parts = key_of(key)
    if parts.measure.name in MONEY_MEASURES:
        guard.check_reads(actor, "source", "amount", bureau_id=bureau_id)
    names = Names(actor, bureau_id)
    if parts.item_code and parts.item_code not in names.items_by_code:
        raise Invalid(
            "ITEM_UNKNOWN",
            f"目录里没有物资“{parts.item_code}”",
            f'The catalogue has no item "{parts.item_code}"',
            field="item",
        )
    question = Question(actor, names, day, parts)
    return Behind(counting.one_figure(question), rows_behind(question))


def register(
    actor: Actor,
    bureau_id: int,
    kind: str,
    *,
    from_: date,
    to: date,
    store_id: int | None = None,
    item_id: int | None = None,
    party_id: int | None = None,
    known_at: datetime | None = None,
    language: str = "zh-hans",
) -> Register:
    """One of the four registers over a period; read its `rows()` inside `snapshot()`.

    With `known_at` as the book knew it at that moment: the answer then never changes (check it by `check_known_at`).
    Raises Invalid DATE_OUT_OF_RANGE, REGISTER_UNKNOWN, PERIOD_INVALID, FILTERS_CLASH, Forbidden, NotFound.
    """
    guard.check(actor, "view", "briefing", bureau_id=bureau_id)
    _check_day(from_, field="from")
    _check_day(to, field="to")
    names = Names(actor, bureau_id, known_at=known_at)
    if store_id is not None and store_id not in names.stores:
        raise NotFound("未找到该仓库,或不在您的范围内", "No such store within your scope", field="store")
    if item_id is not None and item_id not in names.items:
        raise Invalid("ITEM_UNKNOWN", "目录里没有这种物资", "The catalogue has no such item", field="item")
    if party_id is not None and party_id not in names.organisations:
        raise NotFound("未找到该单位,或不在您的范围内", "No such organisation within your scope", field="organisation")
    known = Known(known_at, seq_at(actor, bureau_id, known_at)) if known_at else None
    scope = Scope(
        actor, names, from_, to, store_id=store_id, item_id=item_id, party_id=party_id, known=known, language=language
    )
    return registering.build(kind, scope)


def check_known_at(known_at: datetime, *, at: datetime) -> datetime:
    """A moment at which the book may be asked what it knew. Raises Invalid DATE_OUT_OF_RANGE, KNOWN_AT_TOO_LATE."""
    _check_day(business_date(known_at), field="known_at")
    if known_at > at - SETTLING:
        latest = (at - SETTLING).astimezone(LOCAL)
        raise Invalid(
            "KNOWN_AT_TOO_LATE",
            f"“按当时所知”的时刻须在 2 分钟以前(不晚于 {latest:%Y-%m-%d %H:%M}):之后的单据可能还在写入",
            f"The moment must lie 2 minutes back (by {latest:%Y-%m-%d %H:%M}): later documents may still be written",
            field="known_at",
        )
    return known_at


def first_day(actor: Actor, bureau_id: int) -> date | None:
    """The earliest business date of the book, None for an empty one."""
    found: date | None = moves(actor, bureau_id).aggregate(first=Min("business_date"))["first"]
    return found


def register_file(made: Register, *, made_at: datetime) -> bytes:
    """A register as Excel, read in one snapshot; `register_as` has it without taking memory. Raises Invalid
    REGISTER_TOO_LONG."""
    with register_as(made, "xlsx", made_at=made_at).content as content:
        return content.read()


def register_paper(made: Register, *, made_at: datetime) -> Paper:
    """The sheets of a register, read in one snapshot. Raises Invalid REGISTER_TOO_LONG."""
    with snapshot():
        return paper_of(made, made_at=made_at)


def closing(made: Register) -> tuple[list[ClosingRow], str]:
    """The end of a register, per item, and the sentence that checks it; after `rows()` or `summed()`."""
    found = closing_rows(made)
    return found, check_line(found, is_english=made.scope.is_english)


@dataclass(frozen=True)
class Briefing:
    """The briefing of a day as it stands now: figures, what changed since the last edition, texts."""

    figures: DayFigures
    previous: Edition | None
    changes: tuple[Change, ...]
    note: str
    seal: Seal | None = None  # the last one that was there at the end of the day

    def text(self, language: str) -> BriefingText:
        """The text to read, in parts."""
        return briefing_text(self.figures, language=language, note=self.note, changes=self.changes)

    def chat(self, language: str) -> str:
        """The text to paste into a chat group."""
        return chat_text(self.figures, language=language)


def briefing(actor: Actor, bureau_id: int, day: date, *, at: datetime, note: str = "") -> Briefing:
    """The briefing of a day, compared with the last edition of that day or before. Raises as `day_figures`."""
    found = day_figures(actor, bureau_id, day, at=at)
    previous = last_edition(actor, bureau_id, until=day)
    changes: tuple[Change, ...] = ()
    if previous is not None:
        changes = changes_between(previous.figures, plain_figures(found), same_day=previous.business_date == day)
    return Briefing(found, previous, changes, note, last_seal(actor, bureau_id, before=day_end(day)))


def plain_figures(found: DayFigures) -> list[dict[str, Any]]:
    """The figures for JSON, in their order."""
    return [figure.as_plain() for figure in found.figures]


def briefing_file(made: Briefing, ending: str, *, actor: Actor, bureau_id: int, language: str) -> tuple[bytes, str]:
    """(bytes, content type) of a briefing by the file's ending: docx, pdf, xlsx, json, txt. Equal content gives equal
    bytes.

    Raises Invalid FORMAT_UNKNOWN.
    """
    from liangcao.foundation.kernel.chain import canonical
    from liangcao.oversight.briefing import excel, pdf, typeset, word

    day, made_at = made.figures.day, day_end(made.figures.day)
    if ending in ("docx", "pdf"):
        write, kind = (
            (word.word_bytes, word.CONTENT_TYPE) if ending == "docx" else (pdf.briefing_pdf, typeset.CONTENT_TYPE)
        )
        text, figures = made.text(language), made.figures.figures
        return write(text, figures, language=language, made_at=made_at, seal=made.seal), kind
    if ending == "xlsx":
        with snapshot():
            sheets = [register(actor, bureau_id, kind, from_=day, to=day, language=language) for kind in REGISTERS]
            content = excel.briefing_bytes(
                made.text(language), made.figures.figures, sheets, language=language, made_at=made_at
            )
        return content, excel.CONTENT_TYPE
    if ending == "json":
        return canonical({"figures": plain_figures(made.figures)}) + b"\n", "application/json"
    if ending == "txt":
        return made.text(language).plain.encode(), "text/plain; charset=utf-8"
    raise Invalid(
        "FORMAT_UNKNOWN",
        f"不会写“.{ending}”文件,可用 .docx .pdf .xlsx .json .txt",
        f'Cannot write a ".{ending}" file; use .docx .pdf .xlsx .json .txt',
        field="output",
    )


def editions(actor: Actor, bureau_id: int) -> QuerySet[Edition]:
    """Frozen editions, newest first."""
    found = Edition.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("previous", "word", "excel")
    return found.order_by("-business_date", "-revision")


def edition(actor: Actor, edition_id: int) -> Edition:
    """One edition in scope. Raises NotFound."""
    found = Edition.objects.visible_to(actor).select_related("previous", "word", "excel").filter(pk=edition_id).first()
    if found is None:
        raise NotFound("未找到该期通报,或不在您的范围内", "No such edition within your scope", field="edition")
    guard.check(actor, "view", "briefing", bureau_id=found.bureau_id)
    return found


def last_edition(actor: Actor, bureau_id: int, *, until: date) -> Edition | None:
    """The last edition of `until` or an earlier day."""
    return editions(actor, bureau_id).filter(business_date__lte=until).first()


def edition_changes(found: Edition) -> tuple[Change, ...]:
    """What differs from the edition before it."""
    previous = found.previous
    if previous is None:
        return ()
    return changes_between(previous.figures, found.figures, same_day=previous.business_date == found.business_date)


def edition_file(actor: Actor, edition_id: int, ending: str) -> tuple[str, bytes, str]:
    """(name, bytes, content type) of a frozen file, checked by its digest. Raises NotFound, Conflict FILE_CHANGED."""
    found = edition(actor, edition_id)
    if ending not in ("docx", "xlsx"):
        raise NotFound()
    stored, content = read_file(actor, file_id=found.word_id if ending == "docx" else found.excel_id)
    return stored.name, content, stored.content_type


def trace_requisition(actor: Actor, bureau_id: int, number: str) -> Trace | None:
    """What was delivered on a requisition, traced; None when there is no delivery on a requisition of this number."""
    lot_ids = lots_of_requisition(actor, bureau_id, number)
    return trace_lots(actor, lot_ids, ref=number, title="申领单") if lot_ids else None
