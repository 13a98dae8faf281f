"""What is asked: by item, by unit, the requisitions and one of them; filing for a caller; confirming a stale line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import LOCAL
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.choices import party_choices
from liangcao.interfaces.web.desk.demand import papers
from liangcao.interfaces.web.desk.demand.forms import CallerForm, ConfirmForm
from liangcao.interfaces.web.desk.demand.lists import BY_ITEM, BY_UNIT, REQUISITIONS, item_needs
from liangcao.interfaces.web.messages import (
    MessagePanel,
    as_shown_first,
    form_rows,
    head_of,
    is_reading,
    read_panel,
    unit_named,
)
from liangcao.interfaces.web.pages import desk_page, may_read
from liangcao.interfaces.web.templatetags.words import named, quantity, unit_of
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import RequisitionLineInput
from liangcao.reference.parties.kinds import REQUESTERS

TEMPLATE = "desk/demand/demand.html"


@desk_page("requisition")
def by_item(request: Any) -> HttpResponse:
    """The open need of each item over all units, beside what is free."""
    return listing.answer(request, BY_ITEM, item_needs(request), title=_("需求"), template=TEMPLATE, tab="demand")


@desk_page("requisition")
def by_unit(request: Any) -> HttpResponse:
    """Every open line, by unit."""
    rows = queries.open_lines(request.actor, request.bureau.pk, at=request.at)
    return listing.answer(request, BY_UNIT, rows, title=_("需求"), template=TEMPLATE, tab="demand_lines")


def _readable(request: Any) -> listing.Listing:
    """The list without who rang, for those who may not read it (access.toml, fields)."""
    if may_read(request, "requisition", "caller"):
        return REQUISITIONS
    return replace(REQUISITIONS, columns=tuple(c for c in REQUISITIONS.columns if c.key != "caller"))


@desk_page("requisition")
def requisitions(request: Any) -> HttpResponse:
    """All requisitions, newest first."""
    rows = queries.requisitions(request.actor, bureau_id=request.bureau.pk)
    return listing.answer(request, _readable(request), rows, title=_("需求"), template=TEMPLATE, tab="requisition_list")


@desk_page("requisition", "file")
def filing(request: Any) -> HttpResponse:
    """Write down what a unit asks for by phone, chat or at the counter; a pasted message fills the rows."""
    panel, filled = MessagePanel("", []), dict[str, Any]()
    if is_reading(request):
        panel, asked = read_panel(request)
        request = as_shown_first(request)
        unit = unit_named(panel, party_choices(request, REQUESTERS))
        filled = {
            "known": head_of(panel) | {"channel": "wechat", "organisation_id": unit},
            "rows": form_rows(asked),
        }
    return act_page(
        request,
        CallerForm(request, **filled),
        panel=panel,
        title=_("代单位登记需求"),
        button=_("登记"),
        do=lambda values: _file(request, values),
        to=lambda requisition: reverse("requisition", args=[requisition.pk]),
        message=_("已登记,等待审核。"),
        back=reverse("requisition_list"),
        template="desk/demand/filing.html",
    )


def _file(request: Any, values: dict[str, Any]) -> Any:
    lines = [
        RequisitionLineInput(
            item_id=row["item_id"].pk,
            quantity=row["quantity"],
            unit=row["unit"] or "base",
            on_hand=row["on_hand"],
            daily_use=row["daily_use"],
            in_addition=row["in_addition"],
        )
        for row in values["lines"]
    ]
    head = ("channel", "caller", "needed_by", "urgency", "note", "client_id")
    return actions.file_requisition(
        bureau_id=request.bureau.pk,
        organisation_id=values["organisation_id"].pk,
        lines=lines,
        received_at=values["received_at"].astimezone(LOCAL),
        by=request.actor,
        at=request.at,
        **{name: values[name] for name in head},
    )


@desk_page("requisition")
def requisition(request: Any, requisition_id: int) -> HttpResponse:
    """The document of a requisition: asked, approved, allotted, delivered, line by line."""
    found = queries.requisition(request.actor, requisition_id)
    lines = list(queries.lines_of(request.actor, requisition_id, at=request.at))
    return document.answer(
        request, papers.requisition_paper(request, found, lines), template="desk/demand/requisition.html"
    )


@desk_page("requisition", "confirm")
def confirmation(request: Any, line_id: int) -> HttpResponse:
    """A stale need still stands: the unit was asked."""
    line = queries.line(request.actor, line_id)
    return act_page(
        request,
        ConfirmForm(request, initial={"on_hand": line.on_hand, "daily_use": line.daily_use}),
        title=_("再次确认需求"),
        button=_("仍然需要"),
        do=lambda values: actions.confirm_requisition_line(
            line_id=line_id,
            on_hand=values["on_hand"],
            daily_use=values["daily_use"],
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda confirmed: reverse("requisition", args=[line.requisition_id]),
        message=_("已确认,重新参加分配。"),
        summary=_("%(unit)s 的 %(item)s,核定 %(count)s。请先与单位核实再确认;不再需要的请撤回申领单。")
        % {
            "unit": named(line.organisation),
            "item": named(line.item),
            "count": f"{quantity(line.quantity_approved)} {unit_of(line.item, line.quantity_approved)}",
        },
        back=reverse("requisition", args=[line.requisition_id]),
    )
