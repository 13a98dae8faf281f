"""Plans: the list, the page of one with its matrix, its workbooks."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.errors import NotFound
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.desk.allocation import matrix, papers
from liangcao.interfaces.web.desk.allocation.lists import PLANS
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.allocation import queries, workbooks

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page("plan")
def plans(request: Any) -> HttpResponse:
    """All plans, newest first."""
    rows = queries.plans(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, PLANS, rows, title=_("分配"), template="desk/allocation/plans.html")


@desk_page("plan")
def plan(request: Any, plan_id: int) -> HttpResponse:
    """The page that decides: sentence, totals, matrix, reasons, and the next act."""
    detail = queries.plan_detail(request.actor, plan_id, language=request.LANGUAGE_CODE)
    return document.answer(
        request,
        papers.plan_paper(request, detail),
        template="desk/allocation/plan.html",
        detail=detail,
        tiers=matrix.tiers(request, detail),
        totals=matrix.totals(detail),
    )


@desk_page("plan")
def workbook(request: Any, plan_id: int, part: str) -> HttpResponse:
    """The plan as a workbook, or the two workbooks from which the command line makes the same plan."""
    found = queries.plan(request.actor, plan_id)
    names = {"plan": _("分配方案"), "supply": _("库存"), "demand": _("需求")}
    if part not in names:
        raise NotFound()
    if part == "plan":
        content = workbooks.plan_workbook(request.actor, plan_id, language=request.LANGUAGE_CODE)
    else:
        content = workbooks.export_plan_workbooks(request.actor, plan_id)[part == "demand"]
    response = HttpResponse(content, content_type=SHEET)
    name = quote(f"{found.number}-{names[part]}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
