"""The first day's page, the list of opening stock, its template and export."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.database.snapshot import snapshot
from liangcao.interfaces.web import document, spreadsheet
from liangcao.interfaces.web.desk.first_day import papers
from liangcao.interfaces.web.desk.first_day.steps import steps
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.operations.supply import queries as supply


@desk_page("opening_stock")
def first_day(request: Any) -> HttpResponse:
    """What is done of the first day and what comes next."""
    shown = steps(request)
    following = next((step for step in shown if not step.is_done), None)
    return render_page(
        request,
        "desk/first_day/first_day.html",
        title=_("首日设置"),
        steps=shown,
        following=following,
        done=sum(step.is_done for step in shown),
    )


@desk_page("opening_stock")
def opening_stock(request: Any) -> HttpResponse:
    """The list that two people sign; with `format` all of it as a file."""
    held = supply.opening_stock_if_any(request.actor, bureau_id=request.bureau.pk)
    wanted = request.GET.get("format", "")
    if held is not None and wanted:
        spreadsheet.check_format(wanted)
        with snapshot():
            return spreadsheet.answer(papers.opening_sheet(request, held), kind=wanted, name=_("期初库存"))
    return document.answer(request, papers.opening_paper(request, held))


@desk_page("opening_stock", "enter")
def opening_template(request: Any) -> HttpResponse:
    """An empty workbook with the headers, and the names that may be written in it."""
    return spreadsheet.download(
        papers.template_workbook(request), name=_("期初库存模板") + ".xlsx", content_type=spreadsheet.XLSX
    )
