"""Views of trips that fetch goods: the list, one trip, its plan, its paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.desk.trips import lists, papers
from liangcao.interfaces.web.desk.trips.forms import TripForm, trip_initial, trip_input
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.row_ids import row_id
from liangcao.operations.duty import queries as duty
from liangcao.operations.supply import queries as supply
from liangcao.operations.trips import actions, queries

FORM = "desk/trips/form.html"


@desk_page("trip")
def trip_list(request: Any) -> HttpResponse:
    """All trips, those that leave last first."""
    rows = queries.trips(request.actor, request.bureau.pk)
    return listing.answer(
        request, lists.trip_listing(request), rows, title=_("提货车次"), template="desk/trips/trips.html"
    )


@desk_page("trip", "plan")
def trip_new(request: Any) -> HttpResponse:
    """A vehicle is sent; `source` names what it fetches."""
    initial: dict[str, Any] = {}
    asked = row_id(request.GET.get("source", ""))
    if asked is not None:
        found = supply.source(request.actor, asked)
        initial = {"source": found.pk, "supplier": found.counterparty_id}
    return act_page(
        request,
        TripForm(request, initial=initial),
        title=_("安排提货"),
        button=_("安排提货"),
        back=reverse("trip_list"),
        template=FORM,
        do=lambda values: actions.plan_trip(
            trip=trip_input(values), by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda made: reverse("trip", args=[made.pk]),
        message=_("已安排。请签发或核对通行证,打印车次单给驾驶员。"),
    )


@desk_page("trip")
def trip(request: Any, trip_id: int) -> HttpResponse:
    """One trip."""
    return document.answer(request, papers.trip_document(request, queries.trip(request.actor, trip_id)))


@desk_page("trip", "plan")
def trip_change(request: Any, trip_id: int) -> HttpResponse:
    """The plan is changed before it leaves."""
    held = queries.trip(request.actor, trip_id)
    head, rows = trip_initial(request, held)
    back = reverse("trip", args=[held.pk])
    return act_page(
        request,
        TripForm(request, rows=rows, initial=head),
        title=titled(_("改安排 %(number)s"), held.number),
        button=_("保存"),
        back=back,
        template=FORM,
        do=lambda values: actions.change_trip(
            trip_id=held.pk, trip=trip_input(values), by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda _made: back,
        message=_("已保存。"),
    )


@desk_page("trip")
def trip_sheet(request: Any, trip_id: int) -> HttpResponse:
    """车次单: the paper that goes with the driver; its goods as a file."""
    held = queries.trip(request.actor, trip_id)
    if request.GET.get("format"):
        rows = queries.goods(request.actor, held.pk)
        listing.check_parameters(request, lists.GOODS)
        return listing.export(request, lists.GOODS, rows, title=f"{_('车次单')} {held.number}")
    lines = queries.lines(request.actor, held.pk)
    return render_page(
        request,
        "desk/trips/sheet.html",
        title=_("车次单 %(number)s") % {"number": held.number},
        held=held,
        crew=queries.crew(request.actor, held.pk),
        lines=lines,
        weight=papers.kilograms(queries.weight_of(held, lines)),
        post=duty.public_post(request.actor, held.bureau_id),
        qr=qr(request.build_absolute_uri(reverse("trip", args=[held.pk]))),
        exports=listing.exports_at(reverse("trip_sheet", args=[held.pk])),
        back=reverse("trip", args=[held.pk]),
    )
