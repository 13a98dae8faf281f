"""The figures of a briefing as a table, and the page of a frozen edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column as TableColumn
from liangcao.interfaces.web.cells import Table, table
from liangcao.interfaces.web.desk.briefing.rows import FEN
from liangcao.interfaces.web.document import Act, Document, Fact, Link, history_of
from liangcao.interfaces.web.templatetags.words import (
    UNKNOWN,
    chip_of,
    day,
    full_day,
    headed,
    moment,
    pieces,
    yuan,
)
from liangcao.oversight.briefing import queries
from liangcao.oversight.briefing.measures import DAY, key_of

ENDINGS = (
    ("docx", gettext_lazy("文档")),
    ("pdf", "PDF"),
    ("xlsx", gettext_lazy("附表")),
    ("txt", gettext_lazy("纯文本")),
)


@dataclass(frozen=True)
class FigureRow:
    """A measure of an item: of the day, to date (or as it stands), and what the last edition said."""

    label: str
    item: str
    unit: str
    of_day: Any
    standing: Any
    before: int | None
    definition: str
    day: Any
    is_first: bool = True


def figure_table(figures: Any, previous: Any, language: str) -> Table:
    """Two figures a row, each opening its rows."""
    was = {figure["key"]: figure["value"] for figure in previous.figures} if previous else {}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for figure in figures.figures:
        key = key_of(figure.key)
        part = rows.setdefault((key.measure.name, key.item_code), {"measure": key.measure})
        part["day" if key.span == DAY else "standing"] = figure
    shown, last = [], ""
    for (name, item), part in rows.items():
        shown.append(_row(part, item, figures, was, language, is_first=name != last))
        last = name
    return table(_columns(), shown, empty=_("这一天还没有任何数字。"))


def _row(
    part: dict[str, Any], item_code: str, figures: Any, was: dict[str, Any], language: str, *, is_first: bool
) -> FigureRow:
    measure, standing = part["measure"], part.get("standing") or part["day"]
    item = figures.items.get(item_code)
    return FigureRow(
        label=headed((measure.zh, measure.en)),
        item=item.named(language) if item else "",
        unit=standing.counted(language) if standing.unit != FEN else FEN,
        of_day=part.get("day"),
        standing=standing,
        before=was.get(standing.key),
        definition=standing.definition(language),
        day=figures.day,
        is_first=is_first,
    )


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("label", _("数字"), value=_label, phone="title"),
        TableColumn("item", _("物资")),
        TableColumn(
            "of_day", _("当日"), value=lambda row: _value(row, row.of_day), kind="money", link=_opens("of_day")
        ),
        TableColumn(
            "standing",
            _("累计或日末"),
            value=lambda row: _value(row, row.standing),
            kind="money",
            link=_opens("standing"),
            phone="main",
        ),
        TableColumn(
            "before",
            _("上一期"),
            value=lambda row: _amount(row, row.before) if row.before is not None else "",
            kind="money",
        ),
    )


def _label(row: FigureRow) -> Any:
    """The measure once for its items; on a phone each row says it again."""
    repeat = "" if row.is_first else "repeat"
    return format_html('<span class="{}" title="{}">{}</span>', repeat, row.definition, row.label)


def _value(row: FigureRow, figure: Any) -> Any:
    return "" if figure is None else _amount(row, figure.value)


def _amount(row: FigureRow, value: int | None) -> Any:
    if value is None:
        return UNKNOWN
    return yuan(value) if row.unit == FEN else pieces(value, row.unit)


def _opens(name: str) -> Any:
    def link(row: FigureRow) -> str:
        figure = getattr(row, name)
        return address("figure_entries", query=urlencode({"figure": figure.key, "date": row.day})) if figure else ""

    return link


def edition_document(request: Any, edition: Any) -> Document:
    """The head, the files, what changed; the text stands in the template."""
    changes = [change.said(request.LANGUAGE_CODE) for change in queries.edition_changes(edition)]
    links = []
    if edition.previous_id:
        label = f"{full_day(edition.previous.business_date)} {_('第 %(n)s 版') % {'n': edition.previous.revision}}"
        links.append(Link(_("上一期"), label, address("edition", edition.previous_id)))
    return Document(
        kind=_("通报"),
        number=f"{full_day(edition.business_date)} {_('第 %(n)s 版') % {'n': edition.revision}}",
        state=chip_of(_("已定稿"), "done"),
        facts=[
            Fact(_("业务日期"), day(edition.business_date)),
            Fact(_("截至"), moment(edition.cutoff_at)),
            Fact(_("定稿人"), edition.frozen_by),
            Fact(_("定稿时间"), moment(edition.frozen_at)),
            Fact(_("会商意见"), edition.note, is_wide=True),
            Fact(_("数字校验值"), format_html('<span class="hash">{}</span>', edition.figures_digest), is_wide=True),
        ],
        acts=[
            Act(_("文档"), address("edition_file", edition.pk, "docx"), in_dialog=False),
            Act(_("附表"), address("edition_file", edition.pk, "xlsx"), in_dialog=False),
        ],
        links=links,
        history=history_of(request, object_kind="edition", object_ref=f"{edition.business_date}/{edition.revision}"),
        back=(_("已定稿的通报"), address("edition_list")),
        extra={"changes": changes},
    )
