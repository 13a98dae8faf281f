"""Lists of imports: the imports themselves, and the rows of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from liangcao.interfaces.intake.flow import IMPORT_FLOW, IMPORT_ROW_FLOW
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.judging import number_of, pieces_in, quantity_of
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.cells import Column
from liangcao.interfaces.web.desk.filters import status_filter
from liangcao.interfaces.web.desk.imports.words import KINDS, VALUES, kind_word, reason_word
from liangcao.interfaces.web.listing import Empty, Filter, Listing
from liangcao.interfaces.web.templatetags.words import chip, chip_of, named, quantity, said, tone_of, unit_of

NAMED = ("organisation", "item", "store")
IMPORTS = Listing(
    "imports",
    columns=(
        Column("number", _("单号"), kind="code", link=lambda row: address("import", row.pk), phone="title"),
        Column("kind", _("类别"), lambda row: kind_word(row.kind)),
        Column("file", _("文件"), lambda row: row.file.name, phone="rest"),
        Column("sender", _("来文单位或联系人")),
        Column("rows_read", _("行数"), kind="number"),
        Column("started_by", _("经办人")),
        Column("started_at", _("开始时间"), kind="moment", sort="started_at"),
        Column("status", _("状态"), lambda row: chip(row.status, IMPORT_FLOW), kind="mark", phone="main"),
    ),
    order=("-pk",),
    filters=(
        Filter(
            "kind",
            _("类别"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda request: [(kind, kind_word(kind)) for kind in KINDS],
        ),
        status_filter(IMPORT_FLOW),
        Filter("from", _("从"), lambda rows, day: rows.filter(started_at__date__gte=day), kind="day"),
        Filter("to", _("到"), lambda rows, day: rows.filter(started_at__date__lte=day), kind="day"),
    ),
    search=lambda rows, text: rows.filter(
        Q(number__icontains=text) | Q(sender__icontains=text) | Q(file__name__icontains=text)
    ),
    search_hint=_("单号、来文单位或文件名"),
    empty=Empty(
        _(
            "还没有导入过。医院、企业、街道发来的表格或微信消息,不用改成我们的格式:放进来,系统读成一行行,"
            "拿不准的逐行问您,核对后一次入账;同一份再来不会重复。"
        ),
        ((_("导入表格或消息"), "import_new"),),
    ),
    tone=lambda row: "alarm" if row.status == "failed" else "wait" if row.status == "read" else "",
)


def rows_listing(run: Any, counts: dict[str, int], *, may_correct: bool, kept: dict[str, str]) -> Listing:
    """The rows of an import: original beside understanding. `counts`: rows that wait, by reason. `kept`: the filters in
    force, to which a correction leads back."""
    goods = importers()[run.kind].flows is not None
    columns = [
        Column("place", _("位置"), place_of, phone="rest"),
        Column("written", _("原文"), _written, kind="mark", plain=lambda row: row.written, phone="title"),
        Column("understood", _("读成"), understood, kind="mark", plain=understood_plainly, phone="rest"),
        Column("status", _("状态"), lambda row: row_chip(row.status), kind="mark", phone="main"),
        Column("reasons", _("请核对"), _reasons, kind="mark", phone="rest"),
    ]
    if goods:
        columns.insert(3, Column("whole", _("折合"), _whole, kind="quantity", unit=_whole_unit))
    if may_correct:
        columns.insert(0, Column("chosen", _("选"), _tick, kind="mark", plain=lambda row: ""))
        columns.append(Column("act", _("办理"), _correction(run, kept), kind="mark", plain=lambda row: ""))
    if run.status == "imported":
        columns.append(Column("made_ref", _("单据"), kind="code", link=made_address))
    return Listing(
        "import-rows",
        columns=columns,
        order=("number",),
        filters=(
            status_filter(IMPORT_ROW_FLOW),
            Filter(
                "reason",
                _("原因"),
                lambda rows, value: rows.filter(reasons__icontains=f'"{value}"'),
                choices=lambda request: [(code, reason_word(code)[:24]) for code in counts],
            ),
        ),
        search=lambda rows, text: rows.filter(written__icontains=text),
        search_hint=_("原文里的字"),
        empty=Empty(
            _("这段消息里没有读出物资和数量。请把物资和数量写在一起(如“口罩2万只”)再送。")
            if queries.is_message(run)
            else _("没有读到可以导入的行。请看下面没有读的行;列读错了就在“列的含义”里改正。")
        ),
        tone=lambda row: {"wrong": "alarm", "confirm": "wait"}.get(row.status, ""),
    )


def row_chip(status: str) -> SafeString:
    """The state of a row: red what is wrong, amber what waits."""
    tone = {"wrong": "alarm", "left_out": "aside"}.get(status) or tone_of(status, IMPORT_ROW_FLOW)
    return chip_of(said(IMPORT_ROW_FLOW[status]), tone)


def place_of(row: Any) -> str:
    """Where in the file a row stands."""
    words = _now("第 %(row)s 行") % {"row": row.row} if row.sheet else _now("第 %(row)s 条") % {"row": row.row}
    return f"{row.sheet} {words}".strip()


def _written(row: Any) -> SafeString:
    return format_html('<span class="import-written">{}</span>', row.written)


def understood(row: Any) -> SafeString:
    """What the row was read as, one name or value after another; what is not known stands as it was written."""
    parts = format_html_join("", '<span><span class="quiet">{}</span> {}</span>', _parts(row))
    return format_html('<span class="import-read">{}</span>', parts)


def understood_plainly(row: Any) -> str:
    """The same for a spreadsheet."""
    return ";".join(f"{label} {strip_tags(value)}" for label, value in _parts(row))


def _parts(row: Any) -> list[tuple[str, Any]]:
    importer = importers()[row.run.kind]
    parts = [(str(VALUES[key]), _name(row, key)) for key in NAMED if getattr(importer, f"names_{key}")]
    for key in importer.fields:
        is_named = key in NAMED and getattr(importer, f"names_{key}")
        if is_named or not row.values.get(key) or (key == "unit" and "quantity" in importer.fields):
            continue
        value = f"{row.values[key]} {row.values.get('unit', '')}".strip() if key == "quantity" else row.values[key]
        parts.append((str(VALUES[key]), value))
    if row.factor:
        words = {"unit": row.values.get("unit", ""), "count": quantity(row.factor)}
        parts.append((_now("折算"), _now("每 %(unit)s 合 %(count)s") % words))
    return parts


def _name(row: Any, key: str) -> Any:
    found = getattr(row, key)
    if found is not None:
        return named(found)
    return format_html('<span class="alarm-text">{}?</span>', row.values.get(key) or _now("没有写"))


def _whole(row: Any) -> int | None:
    if row.item is None or number_of(row.values.get("quantity", "")) is None or pieces_in(row.item, row) is None:
        return None
    return quantity_of(row, row.item)


def _whole_unit(row: Any) -> str:
    return unit_of(row.item, _whole(row)) if row.item is not None and _whole(row) is not None else ""


def _reasons(row: Any) -> SafeString:
    told = format_html_join("", "<li>{}</li>", ((reason_word(code),) for code in row.reasons))
    changed = format_html('<span class="quiet">{}</span>', _now("%(who)s 已核对") % {"who": row.changed_by})
    return format_html(
        "{}{}",
        format_html('<ul class="import-reasons">{}</ul>', told) if told else "",
        changed if row.changed_by else "",
    )


def _tick(row: Any) -> SafeString:
    if row.status == "done":
        return format_html("")
    return format_html(
        '<input type="checkbox" name="rows" value="{}" form="chosen-rows" aria-label="{}">',
        row.pk,
        _now("选中%(place)s") % {"place": place_of(row)},
    )


def _correction(run: Any, kept: dict[str, str]) -> Callable[[Any], SafeString]:
    query = urlencode(kept)

    def link(row: Any) -> SafeString:
        if row.status == "done":
            return format_html("")
        url = address("import_row_correction", run.pk, row.pk, query=query)
        return format_html(
            '<a href="{0}" hx-get="{0}" hx-target="#dialog-body" data-opens-dialog>{1}</a>', url, _now("更正")
        )

    return link


_MADE = {
    "requisition": "requisition", "source": "source", "receipt": "receipt", "delivery": "delivery",
    "organisation": "organisation", "item": "item",
}  # fmt: skip


def made_address(made: Any) -> str:
    """The page of a document that rows made."""
    if made.made_kind == "opening_stock":
        return address("opening_stock")
    name = _MADE.get(made.made_kind, "")
    return address(name, made.made_id) if name and made.made_id else ""
