"""Send a file or a text in; empty templates."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.actions import READ_AT_ONCE_BYTES, begin_import, check_kind
from liangcao.interfaces.intake.importing.jobs import read_now
from liangcao.interfaces.intake.reading.files import get_ready
from liangcao.interfaces.intake.reading.tables import template
from liangcao.interfaces.web import spreadsheet
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.imports.forms import BeginForm
from liangcao.interfaces.web.desk.imports.words import kind_word, moment_words
from liangcao.interfaces.web.pages import desk_page
from liangcao.interfaces.web.templatetags.words import is_english


@desk_page("import", "enter")
def begin(request: Any) -> HttpResponse:
    """Keep what was sent and read it; what came before leads to its page."""
    get_ready()
    held = queries.kinds_for(request.actor, bureau_id=request.bureau.pk)
    form = BeginForm(request)
    return act_page(
        request,
        form,
        title=_("导入表格或消息"),
        button=_("读取"),
        do=lambda values: _begin(request, values),
        to=lambda run: reverse("import", args=[run.pk]),
        message=lambda run: _("原件已保存。") if run.client_id == form.cleaned_data["client_id"] else sent_before(run),
        back=reverse("import_list"),
        template="desk/imports/new.html",
        templates=[(kind_word(kind), reverse("import_template") + f"?kind={kind}") for kind in held],
    )


def _begin(request: Any, values: dict[str, Any]) -> Any:
    sent = values["file"]
    content = sent.read() if sent else values["text"].encode()
    is_small = len(content) <= READ_AT_ONCE_BYTES
    run = begin_import(
        bureau_id=request.bureau.pk,
        kind=values["kind"],
        name=sent.name if sent else _("粘贴的内容") + ".txt",
        content=content,
        sender=values["sender"],
        again=values["again"],
        is_queued=not is_small,
        by=request.actor,
        at=request.at,
        client_id=values["client_id"],
    )
    return read_now(run, at=request.at) if is_small else run


def sent_before(run: Any) -> str:
    """Say that the same bytes are there already."""
    known = {"number": run.number, "when": moment_words(run.ended_at or run.started_at)}
    if run.status == "imported":
        words = _("已于 %(when)s 导入(单号 %(number)s),没有重复导入。")
    else:
        words = _("同一份内容 %(when)s 已经送来(单号 %(number)s),没有重复导入。")
    return words % known


@desk_page("import", "enter")
def template_file(request: Any) -> HttpResponse:
    """An empty workbook with the headers of a kind. Raises Invalid KIND_UNKNOWN."""
    kind = check_kind(request.GET.get("kind", "requisitions")).kind
    return spreadsheet.download(
        _empty_workbook(template(kind, "en" if is_english() else "zh")),
        name=_("%(kind)s模板") % {"kind": kind_word(kind)} + ".xlsx",
        content_type=spreadsheet.XLSX,
    )


def _empty_workbook(headers: list[str]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.set_column(0, len(headers) - 1, 16)
    sheet.write_row(0, 0, headers, book.add_format({"bold": True, "bottom": 1}))
    book.close()
    return target.getvalue()
