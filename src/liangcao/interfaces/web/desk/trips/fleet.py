"""Views of vehicles."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.desk.trips import lists, papers
from liangcao.interfaces.web.desk.trips.forms import VehicleForm, vehicle_initial, vehicle_input
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page
from liangcao.operations.trips import actions, queries


@desk_page("vehicle")
def vehicle_list(request: Any) -> HttpResponse:
    """The fleet."""
    rows = queries.vehicles(request.actor, request.bureau.pk)
    return listing.answer(request, lists.VEHICLES, rows, title=_("车辆"), template="desk/trips/vehicles.html")


@desk_page("vehicle", "edit")
def vehicle_new(request: Any) -> HttpResponse:
    """Another vehicle."""
    return act_page(
        request,
        VehicleForm(request),
        title=_("登记车辆"),
        button=_("登记车辆"),
        back=reverse("vehicle_list"),
        do=lambda values: actions.add_vehicle(
            bureau_id=request.bureau.pk,
            vehicle=vehicle_input(values),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("vehicle", args=[made.pk]),
        message=_("已登记。"),
    )


@desk_page("vehicle")
def vehicle(request: Any, vehicle_id: int) -> HttpResponse:
    """One vehicle."""
    return document.answer(request, papers.vehicle_document(request, queries.vehicle(request.actor, vehicle_id)))


@desk_page("vehicle", "edit")
def vehicle_change(request: Any, vehicle_id: int) -> HttpResponse:
    """What is written of it is mended."""
    held = queries.vehicle(request.actor, vehicle_id)
    back = reverse("vehicle", args=[held.pk])
    return act_page(
        request,
        VehicleForm(request, initial=vehicle_initial(held)),
        title=titled(_("修改 %(number)s"), held.plate),
        button=_("保存"),
        back=back,
        do=lambda values: actions.edit_vehicle(
            vehicle_id=held.pk,
            vehicle=vehicle_input(values),
            by=request.actor,
            at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda _made: back,
        message=_("已保存。"),
    )


@desk_page("vehicle", "edit")
def vehicle_withdrawal(request: Any, vehicle_id: int) -> HttpResponse:
    """It is offered for no trip."""
    held = queries.vehicle(request.actor, vehicle_id)
    return returning_act(
        request,
        ReasonForm(request),
        partial(actions.end_service, vehicle_id=held.pk),
        title=titled(_("停用 %(number)s"), held.plate),
        button=_("停用"),
        summary=_("停用后不能再排车次,名单里仍看得到。"),
        message=_("已停用。"),
        back=reverse("vehicle", args=[held.pk]),
        danger=True,
    )


@desk_page("vehicle", "edit")
def vehicle_return(request: Any, vehicle_id: int) -> HttpResponse:
    """It carries again."""
    held = queries.vehicle(request.actor, vehicle_id)
    return returning_act(
        request,
        ActForm(request),
        partial(actions.resume_service, vehicle_id=held.pk),
        title=titled(_("恢复使用 %(number)s"), held.plate),
        button=_("恢复使用"),
        message=_("已恢复使用。"),
        back=reverse("vehicle", args=[held.pk]),
    )
