"""Views of trips that bring goods: the list, proposals, one trip, its stops, its paper, its way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liangcao.foundation.kernel.clock import business_date, now
from liangcao.interfaces.web import document, listing
from liangcao.interfaces.web.acts import act_page, returning_act
from liangcao.interfaces.web.desk.titles import titled
from liangcao.interfaces.web.desk.trips import outbound_papers
from liangcao.interfaces.web.desk.trips.outbound_forms import (
    OutboundForm,
    PlanningForm,
    StopsForm,
    delivery_ids,
    lines_of,
)
from liangcao.interfaces.web.forms import ActForm, ReasonForm
from liangcao.interfaces.web.pages import desk_page, render_page
from liangcao.interfaces.web.qr import qr
from liangcao.interfaces.web.templatetags.words import said
from liangcao.operations.dispatch import queries as dispatch
from liangcao.operations.dispatch.routing.outbound import REASONS
from liangcao.operations.duty import queries as duty
from liangcao.operations.trips import actions, outbound_queries, outbound_rules, queries


@desk_page("trip")
def outbound_trip_list(request: Any) -> HttpResponse:
    """All trips that bring goods."""
    rows = outbound_papers.counted(outbound_queries.outbound_trips(request.actor, request.bureau.pk))
    return listing.answer(
        request, outbound_papers.outbound_listing(request), rows, title=_("送货车次"),
        template="desk/trips/outbound_trips.html",
    )  # fmt: skip


@desk_page("trip", "plan")
def trip_proposal_new(request: Any) -> HttpResponse:
    """The solver is asked for trips."""
    rows = list(outbound_queries.ready(request.actor, request.bureau.pk))
    first = _only_store(rows)
    return act_page(
        request,
        PlanningForm(request, initial={"day": _likely_day(request.at)} | first),
        title=_("排车"),
        button=_("开始排车"),
        summary=_("现有 %(count)s 张配送单待送。急的先排;结果是建议,您确认后才派车。") % {"count": len(rows)},
        back=reverse("outbound_trip_list"),
        do=lambda values: actions.propose_trips(
            store_id=values["store"].pk, day=values["day"], seconds=values["seconds"], by=request.actor,
            at=request.at, client_id=values["client_id"],
        ),
        to=lambda made: reverse("trip_proposal", args=[made.pk]),
        message=_("已开始排车。"),
    )  # fmt: skip


def _only_store(rows: Iterable[Any]) -> dict[str, Any]:
    """Where all that waits is in one store, there is nothing to choose."""
    stores = {row.store_id: row.store for row in rows}
    return {"store": next(iter(stores.values()))} if len(stores) == 1 else {}


def _likely_day(at: datetime) -> date:
    """Until noon trips are planned for the day, later for the next."""
    return business_date(at + timedelta(hours=12))


@desk_page("trip")
def trip_proposal(request: Any, trip_proposal_id: int) -> HttpResponse:
    """How far it is; then the trips, and what fits nowhere."""
    held = outbound_queries.proposal(request.actor, trip_proposal_id)
    answer = held.answer or {"ways": [], "left_out": []}
    keys = [visit["key"] for way in answer["ways"] for visit in way["visits"]]
    keys += [row["delivery"] for row in answer["left_out"]]
    found = dispatch.deliveries(request.actor, bureau_id=held.bureau_id).filter(pk__in=keys)
    known = {row.pk: row for row in found.select_related("organisation")}
    loads = outbound_queries.loads(keys)
    fleet = {row.pk: row for row in queries.vehicles(request.actor, held.bureau_id)}
    ways = [
        {
            "vehicle": fleet.get(way["van"]), "weight": outbound_rules.kilograms(way["grams"]),
            "unknown": sum(loads[visit["key"]].unknown_lines for visit in way["visits"]),
            "leaves_at": outbound_queries.moment_of(held.day, way["leaves"]),
            "back_at": outbound_queries.moment_of(held.day, way["back"]), "kilometres": -(-way["metres"] // 1000),
            "stops": [
                (known.get(visit["key"]), outbound_queries.moment_of(held.day, visit["arrives"]))
                for visit in way["visits"]
            ],
        }
        for way in answer["ways"]
    ]  # fmt: skip
    return render_page(
        request,
        "desk/trips/proposal.html",
        title=_("排车建议"),
        held=held,
        progress=outbound_queries.progress(held, now()),
        is_lost=outbound_queries.is_lost(held),
        ways=ways,
        left_out=[(known.get(row["delivery"]), said(REASONS[row["reason"]])) for row in answer["left_out"]],
    )


@desk_page("trip", "plan")
def trip_proposal_confirmation(request: Any, trip_proposal_id: int) -> HttpResponse:
    """The proposed trips are planned."""
    held = outbound_queries.proposal(request.actor, trip_proposal_id)
    return act_page(
        request,
        ActForm(request),
        title=_("确认排车"),
        button=_("确认排车"),
        summary=_("按建议派车,全部成立或全部不成立。"),
        back=reverse("trip_proposal", args=[held.pk]),
        do=lambda values: actions.confirm_proposal(
            proposal_id=held.pk, by=request.actor, at=request.at, client_id=values["client_id"]
        ),
        to=lambda _made: reverse("outbound_trip_list"),
        message=_("已派车,请打印车次单。"),
    )


@desk_page("trip", "plan")
def outbound_trip_new(request: Any) -> HttpResponse:
    """Planned by hand."""
    rows = outbound_queries.ready(request.actor, request.bureau.pk)[: outbound_rules.STOPS_MOST]
    first = _only_store(rows)
    return act_page(
        request,
        OutboundForm(request, initial={"deliveries": lines_of(rows)} | first),
        title=_("安排送货"),
        button=_("安排送货"),
        back=reverse("outbound_trip_list"),
        do=lambda values: actions.plan_outbound(
            store_id=values["store"].pk, vehicle_id=values["vehicle"].pk, leaves_at=values["leaves_at"],
            deliveries=delivery_ids(request, values["deliveries"]), by=request.actor, at=request.at,
            client_id=values["client_id"],
        ),
        to=lambda made: reverse("outbound_trip", args=[made.pk]),
        message=_("已安排。"),
    )  # fmt: skip


@desk_page("trip")
def outbound_trip(request: Any, outbound_trip_id: int) -> HttpResponse:
    """One trip."""
    held = outbound_queries.outbound_trip(request.actor, outbound_trip_id)
    return document.answer(request, outbound_papers.outbound_document(request, held))


@desk_page("trip", "plan")
def outbound_trip_stops(request: Any, outbound_trip_id: int) -> HttpResponse:
    """Its stops anew."""
    held = outbound_queries.outbound_trip(request.actor, outbound_trip_id)
    rows = outbound_queries.stops(request.actor, held.pk)
    back = reverse("outbound_trip", args=[held.pk])
    seen = ",".join(str(row.delivery_id) for row in rows)
    return act_page(
        request,
        StopsForm(request, initial={"deliveries": lines_of(row.delivery for row in rows), "seen": seen}),
        title=titled(_("改站点 %(number)s"), held.number),
        button=_("保存"),
        summary=_("载重和时间马上重算,超载不能保存。"),
        back=back,
        do=lambda values: actions.arrange_stops(
            trip_id=held.pk, deliveries=delivery_ids(request, values["deliveries"]), seen=values["seen"],
            by=request.actor, at=request.at, client_id=values["client_id"],
        ),
        to=lambda _made: back,
        message=_("已保存。"),
    )  # fmt: skip


@desk_page("trip")
def outbound_trip_sheet(request: Any, outbound_trip_id: int) -> HttpResponse:
    """车次单: the paper that goes with the driver."""
    held = outbound_queries.outbound_trip(request.actor, outbound_trip_id)
    rows = outbound_queries.stops(request.actor, held.pk)
    back = reverse("outbound_trip", args=[held.pk])
    return render_page(
        request,
        "desk/trips/outbound_sheet.html",
        title=_("车次单 %(number)s") % {"number": held.number},
        held=held,
        stops=rows,
        crew=outbound_queries.outbound_crew(request.actor, held.pk),
        weight=outbound_rules.kilograms(sum(row.weight_grams for row in rows)),
        unknown=sum(row.unknown_lines for row in rows),
        post=duty.public_post(request.actor, held.bureau_id),
        qr=qr(request.build_absolute_uri(back)),
        back=back,
    )


def _step(request: Any, outbound_trip_id: int, act: Any, form: ActForm, *, title: str, **shown: Any) -> HttpResponse:
    held = outbound_queries.outbound_trip(request.actor, outbound_trip_id)
    return returning_act(
        request, form, partial(act, trip_id=held.pk), title=titled(title, held.number),
        back=reverse("outbound_trip", args=[held.pk]), **shown,
    )  # fmt: skip


@desk_page("trip", "report")
def outbound_trip_departure(request: Any, outbound_trip_id: int) -> HttpResponse:
    """It leaves."""
    return _step(
        request, outbound_trip_id, actions.start_outbound, ActForm(request), title=_("出发 %(number)s"),
        button=_("出发"), summary=_("每张配送单都须已出库交接。"), message=_("已出发。"),
    )  # fmt: skip


@desk_page("trip", "report")
def outbound_trip_return(request: Any, outbound_trip_id: int) -> HttpResponse:
    """It is back."""
    return _step(
        request, outbound_trip_id, actions.finish_outbound, ActForm(request), title=_("返回 %(number)s"),
        button=_("已返回"), summary=_("每站都须已签收,或标为未送达。"), message=_("已返回,车辆和人员空出来。"),
    )  # fmt: skip


@desk_page("trip", "plan")
def outbound_trip_cancellation(request: Any, outbound_trip_id: int) -> HttpResponse:
    """It does not take place."""
    return _step(
        request, outbound_trip_id, actions.cancel_outbound, ReasonForm(request), title=_("取消 %(number)s"),
        button=_("取消车次"), danger=True, summary=_("车辆和人员空出来,配送单回到待送。"), message=_("已取消。"),
    )  # fmt: skip


@desk_page("trip", "report")
def outbound_stop_failure(request: Any, outbound_stop_id: int) -> HttpResponse:
    """Not delivered."""
    held = outbound_queries.stop(request.actor, outbound_stop_id)
    return returning_act(
        request, ReasonForm(request), partial(actions.fail_stop, stop_id=held.pk),
        title=titled(_("未送达 %(number)s"), held.delivery.number), button=_("未送达"),
        summary=_("货随车带回,配送单仍在配送中,可排下一车。"), message=_("已标为未送达。"),
        back=reverse("outbound_trip", args=[held.trip_id]),
    )  # fmt: skip
