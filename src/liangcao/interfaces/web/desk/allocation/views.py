"""Plans: the list, the page of one with its matrix, its workbooks."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing, spreadsheet
from liangcao.interfaces.web.addresses import address
from liangcao.interfaces.web.desk.allocation import matrix, papers, tables
from liangcao.interfaces.web.desk.allocation.lists import PLANS
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.allocation import queries, workbooks


@desk_page("plan")
def plans(request: Any) -> HttpResponse:
    """All plans, newest first."""
    rows = queries.plans(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, PLANS, rows, title=_("分配"), template="desk/allocation/plans.html")


@desk_page("plan")
def plan(request: Any, plan_id: int) -> HttpResponse:
    """The page that decides: sentence, totals, matrix, reasons, and the next act."""
    part = matrix.window(request, plan_id)
    detail = part.detail
    return document.answer(
        request,
        papers.plan_paper(request, detail, is_part=part.is_part),
        template="desk/allocation/plan.html",
        detail=detail,
        part=part,
        tiers=matrix.tiers(request, part),
        totals=matrix.totals(detail),
        workbooks=[
            (label, listing.exports_at(address("plan_workbook", plan_id, part)))
            for part, label in (("plan", _("方案表")), ("supply", _("库存表")), ("demand", _("需求表")))
        ],
    )


@desk_page("plan")
def workbook(request: Any, plan_id: int, part: str) -> HttpResponse:
    """The plan as a workbook, or the two workbooks from which the command line makes the same plan; with `format` the
    first sheet of it as another file."""
    found = queries.plan(request.actor, plan_id)
    names = {"plan": _("分配方案"), "supply": _("库存"), "demand": _("需求")}
    if part not in names:
        raise NotFound()
    if part == "plan":
        content = workbooks.plan_workbook(request.actor, plan_id, language=request.LANGUAGE_CODE)
    else:
        content = workbooks.export_plan_workbooks(request.actor, plan_id)[part == "demand"]
    name, wanted = f"{found.number}-{names[part]}", request.GET.get("format", "")
    if wanted in ("", "xlsx"):
        return spreadsheet.download(content, name=f"{name}.xlsx", content_type=spreadsheet.XLSX)
    return spreadsheet.answer(tables.first_sheet(content, title=name), kind=wanted, name=name)
